"use strict";
// Draws the lanes of the page: for the days asked, as known on the day of the slider, and what stands behind a bar.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const { esc, both } = page, { pair, w } = page.wording(data.words);
  const $ = (selector, from = document) => from.querySelector(selector), all = (selector, from = document) => [...from.querySelectorAll(selector)];
  const chart = $("#chart"), filters = $("#filters"), known = $("#known"), detail = $("#detail"), axis = $("#axis");
  const levers = $(".levers"), narrow = matchMedia("(max-width: 720px)");
  const state = { at: data.start, open: new Set(), rows: new Set(), levers: false, first: data.first, last: data.last };

  // ---- days and words ----------------------------------------------------------------------------------
  const iso = day => new Date(day * 864e5).toISOString().slice(0, 10);
  const number = text => Math.round(Date.parse(`${text}T00:00:00Z`) / 864e5);
  const say = key => pair(key)[page.isChinese() ? 1 : 0];
  const slug = status => `s-${data.statuses[status].replace(/ /g, "-")}`;
  const days = (start, stop) => `<span class="day">${iso(start)} – ${stop ? iso(stop - 1) : "…"}</span>`;
  const link = ([what, grade, place]) => /^https?:\/\//.test(place)
    ? `<a href="${esc(place)}" rel="noopener noreferrer">${esc(what)}</a> (${w("grade." + grade)})`
    : `${esc(what)}${place ? `, ${esc(place)}` : ""} (${w("grade." + grade)})`;
  const unverified = text => `<div class="small"><span class="tag unverified">${w("timeline.unverified")}</span> ${esc(text)}</div>`;

  // ---- what is known -----------------------------------------------------------------------------------
  const isAll = () => data.everything && state.at === data.days.length - 1;
  const knownDay = () => isAll() ? Infinity : data.days[state.at];
  const version = lane => { const day = knownDay(); let found = []; for (const [since, bars] of lane) { if (since > day) break; found = bars; } return found; };
  const learnt = lane => lane.some(([since], i) => since === data.days[state.at] && state.at > 0 && (i > 0 || lane.length > 0));
  const meets = ([start, stop]) => start <= state.last && (!stop || stop > state.first);
  const measures = data.measures.map(([id, name, title, regime, published, reviewed, lane, provisions], at) =>
    ({ id, name, title, regime, published, reviewed, lane, at, provisions: provisions.map(([id, cite, effect, says, lane]) => ({ id, cite, effect, says, lane })) }));
  const byId = new Map(measures.map(one => [one.id, one]));
  const provisionOf = new Map(measures.flatMap(m => m.provisions.map(p => [p.id, p])));
  for (const one of measures) {
    one.box = $(`.measure[data-measure="${CSS.escape(one.id)}"]`);
    one.words = [one.id, one.name, ...one.title].join("\n").toLowerCase();
    for (const p of one.provisions) {
      const row = document.getElementById(`p-${p.id}`);
      p.words = `${p.id}\n${row ? row.textContent : ""}`.toLowerCase();
    }
  }

  // ---- bars --------------------------------------------------------------------------------------------
  const x = day => 100 * (day - state.first) / (state.last + 1 - state.first);
  const part = (status, readings, flex) => `<i class="${slug(status)}" style="flex:${flex}">${readings.map(([, under]) => `<i class="${slug(under)}"></i>`).join("")}</i>`;
  const standing = (status, readings) => `<span class="key ${slug(status)}">${readings.map(([, under]) => `<i class="${slug(under)}"></i>`).join("")}</span>` +
    `<b>${w("status." + data.statuses[status])}</b>${readings.length ? `: ${readings.map(([name, under]) => `${esc(name)} ${w("status." + data.statuses[under])}`).join(", ")}` : ""}`;
  const spoken = (status, readings) => say("status." + data.statuses[status]) + (readings.length ? `: ${readings.map(([name, under]) => `${name} ${say("status." + data.statuses[under])}`).join(", ")}` : "");
  const solid = new Set(["in force"]), gone = new Set(["lapsed", "superseded", "repealed"]);
  const grouped = shares => {
    const alike = new Map();
    for (const [status, , , , readings, count] of shares) {
      const key = `${status}|${readings}`;
      alike.set(key, [status, readings, count + (alike.has(key) ? alike.get(key)[2] : 0)]);
    }
    return [...alike.values()];
  };
  const bar = ([start, stop, what], kind, of, width) => {
    const from = Math.max(start, state.first), to = stop ? Math.min(stop, state.last + 1) : state.last + 1;
    const shares = kind === "measure" ? data.mixes[what].map(i => data.shares[i]) : null, way = shares ? null : data.ways[what];
    const left = x(from), wide = x(to) - left, px = wide * width / 100;
    const parts = shares ? grouped(shares).map(([status, readings, count]) => part(status, readings, count)).join("") : part(way[0], way[4], 1);
    const status = shares ? shares[0][0] : way[0], mixed = shares && new Set(shares.map(share => share[0])).size > 1;
    const words = mixed ? grouped(shares).map(([status, , count]) => `${say("status." + data.statuses[status])} ${count}`).join(", ") : spoken(status, shares ? shares[0][4] : way[4]);
    const word = say("status." + data.statuses[status]), inside = !mixed && px > word.length * (page.isChinese() ? 12.5 : 7) + 24 ? `<b${solid.has(data.statuses[status]) ? ' class="on-solid"' : ""}><span>${w("status." + data.statuses[status])}</span></b>` : "";
    return `<button type="button" tabindex="-1" class="stretch${mixed ? " shared" : ""}" style="left:${left.toFixed(3)}%;width:${wide.toFixed(3)}%" ` +
      `data-kind="${kind}" data-of="${esc(of)}" data-start="${start}" data-stop="${stop}" data-what="${what}" aria-label="${esc(`${words}, ${iso(start)} – ${stop ? iso(stop - 1) : "…"}`)}">${parts}${inside}</button>`;
  };
  const track = (bars, kind, of, measure, width) => {
    const shown = bars.filter(meets), beyond = measure.reviewed + 1;
    return shown.map(one => bar(one, kind, of, width)).join("") +
      (kind === "measure" && measure.published >= state.first && measure.published <= state.last ? `<i class="published" style="left:${x(measure.published).toFixed(3)}%"></i>` : "") +
      (shown.length && beyond <= state.last ? `<i class="beyond" style="left:${Math.max(x(beyond), 0).toFixed(3)}%"></i>` : "") +
      (narrow.matches && data.on >= state.first && data.on <= state.last ? `<i class="now" style="left:${x(data.on + .5).toFixed(3)}%"></i>` : "");
  };
  const listed = (bars, kind, of) => bars.filter(meets).map(([start, stop, what]) => {
    const inner = kind === "measure"
      ? grouped(data.mixes[what].map(i => data.shares[i])).map(([status, readings, count]) => `${standing(status, readings)} <span class="muted">${count}</span>`).join(" · ")
      : standing(data.ways[what][0], data.ways[what][4]) + (data.ways[what][5] >= 0 ? ` <span class="tag unverified">${w("timeline.unverified")}</span>` : "");
    return `<li><button type="button" data-kind="${kind}" data-of="${esc(of)}" data-start="${start}" data-stop="${stop}" data-what="${what}">${days(start, stop)}</button> ${inner}</li>`;
  }).join("");

  // ---- lanes -------------------------------------------------------------------------------------------
  const value = name => filters.elements[name] ? filters.elements[name].value : "";
  const wanted = () => ({
    words: value("search").toLowerCase().split(/\s+/).filter(Boolean), regime: value("regime"), lever: value("lever"), changing: filters.elements.changing.checked,
    statuses: new Set(all("[name=status]:checked", filters).map(box => data.statuses.indexOf(box.value))),
  });
  const hasStatus = (lane, statuses) => version(lane).some(one => meets(one) && (statuses.has(data.ways[one[2]][0]) || data.ways[one[2]][4].some(([, under]) => statuses.has(under))));
  const fitting = (measure, want) => {
    const own = want.words.every(word => measure.words.includes(word));
    return measure.provisions.filter(p => (own || want.words.every(word => p.words.includes(word) || measure.words.includes(word))) &&
      (!want.statuses.size || hasStatus(p.lane, want.statuses)));
  };
  const isChanging = bars => { const shown = bars.filter(meets); return shown.length > 1 || shown.some(([start, stop]) => start > state.first || stop && stop <= state.last); };
  const insideHtml = (measure, fits, width) => fits.map(p => {
    const bars = version(p.lane);
    if (!bars.length) return "";
    const open = state.rows.has(p.id);
    return `<div class="provision${learnt(p.lane) ? " learnt" : ""}"><div class="lane"><div class="label"><span class="row"><button type="button" class="turn" aria-expanded="${open}" data-row="${esc(p.id)}"><code>${esc(p.id.slice(measure.id.length + 1))}</code> ${esc(p.says)}</button>` +
      `<span class="effect">${w("effect." + p.effect)}</span></span></div><div class="track">${track(bars, "provision", p.id, measure, width)}</div></div>${open ? `<ul class="spans">${listed(bars, "provision", p.id)}</ul>` : ""}</div>`;
  }).join("");
  const drawMeasure = (measure, want, width) => {
    const fits = fitting(measure, want), bars = version(measure.lane), filtered = want.words.length || want.statuses.size;
    const own = want.words.every(word => measure.words.includes(word));
    const isKnown = measure.published <= knownDay() || bars.length > 0 || measure.provisions.some(p => version(p.lane).length);
    const shown = isKnown && (!want.regime || want.regime === measure.regime) && (fits.length > 0 || own && !want.statuses.size) && (!want.changing || isChanging(bars));
    const found = shown && want.words.length > 0 && !own;
    measure.box.hidden = !shown;
    if (!shown) return false;
    const open = state.open.has(measure.id) || found, button = $(".label button", measure.box);
    measure.box.classList.toggle("is-open", open);
    measure.box.classList.toggle("learnt", learnt(measure.lane) || state.at > 0 && measure.published === data.days[state.at]);
    button.setAttribute("aria-expanded", open);
    $(".track", measure.box).innerHTML = track(bars, "measure", measure.id, measure, width);
    $(".spans", measure.box).innerHTML = open ? listed(bars, "measure", measure.id) : "";
    const inside = $(".inside", measure.box);
    inside.hidden = !open;
    inside.innerHTML = open ? insideHtml(measure, filtered ? fits : measure.provisions, width) : "";
    return true;
  };

  // ---- events ------------------------------------------------------------------------------------------
  const happened = want => data.events.filter(([first, last, lever]) => first <= state.last && last >= state.first && first <= knownDay() && (!want.lever || want.lever === lever));
  const marks = (events, width) => {
    const groups = [];
    for (const event of events) {
      const at = x(Math.max(event[0], state.first)) * width / 100, last = groups[groups.length - 1];
      if (last && at - last.from < 20) { last.events.push(event); last.to = at; } else groups.push({ from: at, to: at, events: [event] });
    }
    return groups.map(({ from, to, events }) => {
      const turns = new Set(events.map(event => event[4])), turn = turns.size === 1 ? [...turns][0] : "";
      const sign = events.length > 1 ? events.length : { escalate: "▲", conciliate: "▼" }[turn] || "●";
      const names = events.map(event => `${iso(event[0])} ${say("lever." + event[2])}`).slice(0, 6).join("; ");
      return `<button type="button" tabindex="-1" class="event ${turn}${events.length > 1 ? " many" : ""}" style="left:${(100 * (from + to) / 2 / width).toFixed(3)}%" data-kind="events" data-of="${events.map(event => event[3]).join(",")}" aria-label="${esc(names)}">${sign}</button>`;
    }).join("");
  };
  const drawEvents = (want, width) => {
    const row = $(".happenings");
    if (!row) return;
    const events = happened(want);
    row.hidden = false;
    $(".track", row).innerHTML = marks(events, width);
    levers.hidden = !state.levers;
    const names = [...new Set(events.map(event => event[2]))].sort((a, b) => say("lever." + a).localeCompare(say("lever." + b)));
    levers.innerHTML = state.levers ? names.map(name => `<div class="lane"><div class="label"><span class="small">${w("lever." + name)}</span></div><div class="track">${marks(events.filter(event => event[2] === name), width)}</div></div>`).join("") : "";
  };

  // ---- the axis ----------------------------------------------------------------------------------------
  const under = document.createElement("div"), over = document.createElement("div");
  under.className = "lines under"; over.className = "lines over"; chart.append(under, over);
  const drawAxis = width => {
    const perMonth = width / ((state.last + 1 - state.first) / 30.44), step = [1, 3, 6, 12, 24, 60, 120].find(n => n * perMonth >= (n % 12 ? 66 : 44)) || 120;
    const start = new Date(state.first * 864e5), ticks = [];
    for (let month = Math.floor((start.getUTCFullYear() * 12 + start.getUTCMonth()) / step) * step; ; month += step) {
      const day = Date.UTC(Math.floor(month / 12), month % 12, 1) / 864e5;
      if (day > state.last) break;
      if (day >= state.first) ticks.push([x(day), iso(day).slice(0, step % 12 ? 7 : 4)]);
    }
    const line = (day, kind) => day >= state.first && day <= state.last ? `<i class="${kind}" style="left:${x(day + .5).toFixed(3)}%"></i>` : "";
    const flag = (day, kind) => day >= state.first && day <= state.last ? `<span class="${kind} ${x(day) > 92 ? "to-left" : x(day) < 8 ? "to-right" : ""}" style="left:${x(day + .5).toFixed(3)}%">${iso(day)}</span>` : "";
    const knows = isAll() ? -1 : data.days[state.at], near = knows >= 0 && Math.abs(x(knows) - x(data.on)) * width / 100 < 84;
    const flags = [...(near ? [] : [data.on]), ...(knows >= 0 ? [knows] : [])];
    axis.innerHTML = ticks.map(([left, text]) => `<span style="left:${left.toFixed(3)}%">${left * width / 100 < width - 50 && flags.every(day => Math.abs(left - x(day)) * width / 100 > 46 && !(left < x(day) && (x(day) - left) * width / 100 < 84)) ? text : ""}</span>`).join("") +
      (near ? "" : flag(data.on, "now")) + (knows >= 0 ? flag(knows, "knows") : "");
    under.innerHTML = ticks.map(([left]) => `<i style="left:${left.toFixed(3)}%"></i>`).join("");
    over.innerHTML = line(data.on, "now") + (knows >= 0 ? line(knows, "knows") : "");
  };

  // ---- all of it ---------------------------------------------------------------------------------------
  const published = new Map();
  for (const [, by, since] of data.ways) published.set(since, (published.get(since) || new Set()).add(by));
  for (const one of measures) published.set(one.published, (published.get(one.published) || new Set()).add(one.id));
  // A measure by its number; in Chinese by its Chinese title, where it has one.
  const act = id => {
    const [number, chinese] = data.acts[id] || [id, ""];
    return chinese ? both(number, chinese) : `<span lang="en">${esc(number)}</span>`;
  };
  const drawKnowledge = () => {
    const day = data.days[state.at], names = [...(published.get(day) || [])].map(act);
    const told = names.length ? `${w("timeline.became known")}: ${names.slice(0, 3).join("; ")}${names.length > 3 ? ` + ${names.length - 3}` : ""}` : "";
    $(".knowledge output").innerHTML = `<b>${iso(day)}</b>${isAll() ? ` · ${w("timeline.everything known")}` : ""}${told ? ` <span class="muted small">· ${told}</span>` : ""}`;
    known.value = state.at;
    known.setAttribute("aria-valuetext", `${iso(day)}${isAll() ? `, ${say("timeline.everything known")}` : ""}`);
    $("[name=before]", chart).disabled = state.at === 0;
    $("[name=after]", chart).disabled = state.at === data.days.length - 1;
    $("#known-says").innerHTML = isAll() ? w("timeline.everything known") : iso(day);
  };
  const drawProvisions = box => {
    for (const row of all("tr[id^='p-']", box)) {
      const p = provisionOf.get(row.id.slice(2));
      if (p) $(".spans", row).innerHTML = version(p.lane).map(([start, stop, what]) =>
        `<li>${days(start, stop)} ${standing(data.ways[what][0], data.ways[what][4])}${data.ways[what][5] >= 0 ? ` <span class="tag unverified">${w("timeline.unverified")}</span>` : ""}</li>`).join("");
    }
  };
  const draw = () => {
    const first = number(value("first")), last = number(value("last"));
    const wanting = $(".wanting", filters), fits = first < last;
    if (fits) { state.first = first; state.last = last; }
    wanting.hidden = fits;
    wanting.innerHTML = fits ? "" : `${w("timeline.days wanted")} ${days(state.first, state.last + 1)}`;
    for (const name of ["first", "last"]) filters.elements[name].setAttribute("aria-invalid", !fits);
    const width = axis.clientWidth || 600, want = wanted();
    hide();
    drawKnowledge();
    drawAxis(width);
    drawEvents(want, width);
    let shown = 0;
    for (const measure of measures) shown += drawMeasure(measure, want, width);
    for (const regime of all(".regime", chart)) {
      const count = all(".measure", regime).filter(box => !box.hidden).length;
      regime.hidden = !count;
      $(".count", regime).textContent = count;
    }
    $(".nothing", chart).hidden = shown > 0;
    for (const box of all("#provisions details[open]")) drawProvisions(box);
  };

  // ---- what stands behind a bar ------------------------------------------------------------------------
  const question = name => {
    const [says, readings, settled] = data.questions[name];
    return `<p class="small">${esc(says)}</p><div class="branches">${Object.entries(readings).map(([id, [status, text]]) =>
      `<div class="branch"><b>${esc(id)}</b> ${status >= 0 ? standing(status, []) : ""}<div class="small">${esc(text)}</div></div>`).join("")}</div><p class="small">${w("timeline.settled by")} <b>${esc(settled)}</b></p>`;
  };
  const whose = (by, since, measure) => `${by === measure ? `${w("timeline.own words")}` : `${w("timeline.by")} <b>${act(by)}</b> <code class="muted">${esc(by)}</code>`} · ${w("timeline.known since")} <span class="day">${iso(since)}</span>`;
  const stale = (measure, stop) => !stop || stop - 1 > measure.reviewed ? `<div class="small"><span class="tag stale">${w("timeline.reviewed until")} ${iso(measure.reviewed)}</span> ${w("timeline.beyond")}</div>` : "";
  const ofProvision = ({ of, start, stop, what }) => {
    const [status, by, since, asked, readings, open, note, sources] = data.ways[what], id = of.split("/")[0], measure = byId.get(id);
    const row = document.getElementById(`p-${of}`), p = provisionOf.get(of);
    return `<h3>${esc(measure.name)}, ${esc(p.cite)}</h3><div class="small muted"><code>${esc(of)}</code> · ${w("effect." + p.effect)}</div>` +
      `<div class="status">${standing(status, readings)}</div><div>${days(+start, +stop)}</div><div class="small muted">${whose(by, since, id)}</div>` +
      (asked ? question(asked) : "") + (open >= 0 ? unverified(data.texts[open]) : "") + (note >= 0 ? `<p class="small more">${esc(data.texts[note])}</p>` : "") + stale(measure, +stop) +
      (by !== id && sources.length ? `<div class="small muted more">${sources.map(i => link(data.sources[i])).join(" · ")}</div>` : "") +
      `<h4>${w("timeline.what it says")}</h4>${row ? $(".text", row).innerHTML.replace(/<div class="small muted/g, '<div class="more small muted') : ""}` +
      `<div class="less">${w("timeline.press for sources")}</div>`;
  };
  const ofMeasure = ({ of, start, stop, what }) => {
    const measure = byId.get(of), shares = data.mixes[what].map(i => data.shares[i]), total = shares.reduce((sum, share) => sum + share[5], 0);
    const asked = [...new Set(shares.map(share => share[3]).filter(Boolean))];
    return `<h3>${esc(measure.name)}</h3><div class="small">${both(...measure.title)}</div><div class="small muted"><code>${esc(of)}</code> · ${w("timeline.published")} <span class="day">${iso(measure.published)}</span></div><div><b>${days(+start, +stop)}</b></div>` +
      shares.map(([status, by, since, , readings, count, open]) => `<div class="status">${standing(status, readings)}&nbsp;<span class="muted">${count} ${w("timeline.of")} ${total}</span></div><div class="small muted">${whose(by, since, of)}</div>${open.map(i => unverified(data.texts[i])).join("")}`).join("") +
      asked.map(question).join("") + stale(measure, +stop) + `<div class="more small"><a href="#m-${esc(of)}">${w("timeline.provisions")} ↓</a></div><div class="less">${w("timeline.press for more")}</div>`;
  };
  const ofEvents = ({ of }) => of.split(",").map(i => {
    const [day, who, lever, text] = [...document.getElementById(`v-${i}`).cells].map(cell => cell.innerHTML);
    return `<div class="happening"><b class="day">${day}</b> ${who} · ${lever}${text.replace(/<div class="small muted/g, '<div class="more small muted')}</div>`;
  }).join("") + `<div class="less">${w("timeline.press for sources")}</div>`;
  const makers = { provision: ofProvision, measure: ofMeasure, events: ofEvents };
  let shownFor = null, waiting = 0;
  const show = (from, pinned, pointer) => {
    clearTimeout(waiting);
    if (shownFor) shownFor.classList.remove("is-shown");
    shownFor = from;
    from.classList.add("is-shown");
    detail.innerHTML = `<button type="button" class="close more" aria-label="${esc(say("timeline.close"))}">×</button>${makers[from.dataset.kind](from.dataset)}`;
    detail.classList.toggle("pinned", pinned);
    detail.setAttribute("aria-label", from.getAttribute("aria-label") || from.textContent);
    detail.hidden = false;
    if (narrow.matches) return;
    const box = from.getBoundingClientRect(), room = $("#axis").getBoundingClientRect();
    const centre = pointer === undefined ? Math.min(Math.max(box.left, room.left) + 24, box.right) : pointer;
    const left = Math.min(Math.max(centre - 40, 10), innerWidth - detail.offsetWidth - 14);
    const below = box.bottom + 8, above = box.top - 8 - detail.offsetHeight;
    detail.style.left = `${left}px`;
    detail.style.top = `${below + detail.offsetHeight <= innerHeight - 6 || above < 6 ? Math.min(below, Math.max(6, innerHeight - detail.offsetHeight - 6)) : above}px`;
  };
  const hide = () => {
    clearTimeout(waiting);
    if (shownFor) shownFor.classList.remove("is-shown");
    shownFor = null;
    detail.hidden = true;
    detail.classList.remove("pinned");
  };
  const isPinned = () => !detail.hidden && detail.classList.contains("pinned");

  // ---- what people do ----------------------------------------------------------------------------------
  for (const one of measures) {
    const label = $(".label", one.box), old = $(".static", label), button = document.createElement("button");
    button.type = "button"; button.className = "turn"; button.innerHTML = both(...one.title); button.dataset.opens = one.id; button.setAttribute("aria-expanded", "false");
    old.replaceWith(button);
    one.box.insertAdjacentHTML("beforeend", '<ul class="spans"></ul><div class="inside" hidden></div>');
  }
  for (const regime of all(".regime > h2", chart)) regime.insertAdjacentHTML("beforeend", ' <span class="count"></span>');
  filters.hidden = false;
  $(".knowledge").hidden = false;
  $(".keys-say").hidden = false;
  known.max = data.days.length - 1;
  known.addEventListener("input", () => { state.at = +known.value; draw(); });
  const zoom = factor => {
    const middle = data.on >= state.first && data.on <= state.last ? data.on : (state.first + state.last) / 2;
    let first = Math.round(middle - (middle - state.first) * factor), last = Math.round(middle + (state.last - middle) * factor);
    if (last - first < 30 || last - first > 30000) return;
    filters.elements.first.value = iso(first);
    filters.elements.last.value = iso(last);
    draw();
  };
  filters.addEventListener("input", draw);
  filters.addEventListener("submit", event => event.preventDefault());
  filters.addEventListener("reset", () => { state.open.clear(); state.rows.clear(); setTimeout(draw); });
  filters.addEventListener("click", event => {
    const name = (event.target.closest("button") || {}).name;
    if (name === "nearer" || name === "farther") zoom(name === "nearer" ? .6 : 1 / .6);
    if (name === "open") { for (const one of measures) if (!one.box.hidden) state.open.add(one.id); draw(); }
    if (name === "close") { state.open.clear(); state.rows.clear(); state.levers = false; draw(); }
  });
  const step = by => { state.at = Math.min(Math.max(state.at + by, 0), data.days.length - 1); draw(); };
  chart.addEventListener("click", event => {
    const from = event.target.closest("button");
    if (!from) return;
    if (from.name === "before" || from.name === "after") { step(from.name === "before" ? -1 : 1); return; }
    if (from.dataset.kind) {
      event.stopPropagation();
      if (isPinned() && shownFor === from) { hide(); return; }
      show(from, true, event.detail ? event.clientX : undefined);
      if (!event.detail) detail.focus();
      return;
    }
    if (from.dataset.row) {
      const id = from.dataset.row;
      if (!state.rows.delete(id)) state.rows.add(id);
      draw();
      const again = $(`[data-row="${CSS.escape(id)}"]`, chart);
      if (again) again.focus({ preventScroll: true });
    } else if (from.dataset.opens === "levers") {
      state.levers = !state.levers;
      from.setAttribute("aria-expanded", state.levers);
      draw();
    } else if (from.dataset.opens) {
      if (!state.open.delete(from.dataset.opens)) state.open.add(from.dataset.opens);
      drawMeasure(byId.get(from.dataset.opens), wanted(), axis.clientWidth || 600);
    }
  });
  const marked = target => target.closest ? target.closest(".stretch, .event") : null;
  chart.addEventListener("pointerover", event => {
    const from = marked(event.target);
    if (!from || event.pointerType === "touch" || narrow.matches || isPinned()) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => show(from, false, event.clientX), shownFor ? 30 : 140);
  });
  chart.addEventListener("pointerout", event => {
    if (!marked(event.target) || isPinned() || event.pointerType === "touch") return;
    clearTimeout(waiting);
    if (document.activeElement !== shownFor) waiting = setTimeout(hide, 120);
  });
  chart.addEventListener("focusin", event => {
    const from = marked(event.target);
    if (from && from.matches(":focus-visible") && !isPinned() && !narrow.matches) show(from, false);
  });
  chart.addEventListener("focusout", event => { if (marked(event.target) && !isPinned()) hide(); });
  detail.addEventListener("click", event => {
    event.stopPropagation();
    if (event.target.closest(".close") || event.target.closest("a[href^='#']")) hide();
  });
  document.addEventListener("click", event => { if (!event.target.closest("#chart .stretch, #chart .event")) hide(); });
  document.addEventListener("keydown", event => {
    if (event.key === "Escape" && !detail.hidden) { const back = shownFor; hide(); if (back && back.isConnected) back.focus(); event.preventDefault(); }
  });
  const steps = { ArrowLeft: -1, ArrowRight: 1 }, turns = { ArrowUp: -1, ArrowDown: 1 };
  chart.addEventListener("keydown", event => {
    const lane = event.target.closest(".lane"), here = marked(event.target);
    if (!lane || !(event.key in steps || event.key in turns || event.key === "Home" || event.key === "End")) return;
    const bars = all(".stretch, .event", lane), label = $(".label button", lane);
    let next = null;
    if (event.key in turns) {
      const lanes = all(".lane", chart).filter(one => one.offsetParent && (here ? $(".stretch, .event", one) : $(".label button", one)));
      const other = lanes[lanes.indexOf(lane) + turns[event.key]];
      if (other && here) {
        const middle = one => { const box = one.getBoundingClientRect(); return box.left + box.width / 2; };
        next = all(".stretch, .event", other).reduce((best, one) => !best || Math.abs(middle(one) - middle(here)) < Math.abs(middle(best) - middle(here)) ? one : best, null);
      } else if (other) next = $(".label button", other);
    } else if (!here) next = event.key === "ArrowRight" || event.key === "Home" ? bars[0] : null;
    else if (event.key === "Home") next = bars[0];
    else if (event.key === "End") next = bars[bars.length - 1];
    else next = bars[bars.indexOf(here) + steps[event.key]] || (event.key === "ArrowLeft" ? label : null);
    if (next) { event.preventDefault(); hide(); next.focus(); next.scrollIntoView({ block: "nearest" }); }
  });
  for (const box of all("#provisions details")) box.addEventListener("toggle", () => { if (box.open) drawProvisions(box); });
  const follow = () => {
    const at = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!at) return;
    for (let box = at.closest("details"); box; box = box.parentElement.closest("details")) box.open = true;
    at.scrollIntoView();
  };
  addEventListener("hashchange", follow);
  let sized = 0;
  addEventListener("resize", () => { cancelAnimationFrame(sized); sized = requestAnimationFrame(draw); });
  document.addEventListener("language", () => {
    for (const one of all("[data-label]")) one.setAttribute("aria-label", say(one.dataset.label));
    draw();
  });
  for (const one of all("[data-label]")) one.setAttribute("aria-label", say(one.dataset.label));
  draw();
  follow();
})();
