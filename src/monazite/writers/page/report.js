"use strict";
// Shows the answers of the page: filters, pages of rows, and the explanation of a row when it is opened.
(() => {
  const data = JSON.parse(document.getElementById("data").textContent);
  const rows = data.rows, count = rows.part.length;
  const table = document.getElementById("answers-table"), body = table.tBodies[0], head = table.tHead;
  const filters = document.getElementById("filters"), pager = document.getElementById("pager");
  const perPage = 100, needs = data.outcomes.indexOf("needs evidence");
  const state = { page: 0, sort: "", down: false, open: new Set(), perPage };
  let shown = [];

  // ---- words -------------------------------------------------------------------------------------------
  const { esc, both } = page, { pair, w, duo } = page.wording(data.words);
  const slug = name => "o-" + name.replace(/[^a-z]+/g, "-");
  const mark = (code, most, doubt, inner) => {
    const name = data.outcomes[code], colour = code === needs && most !== null ? data.outcomes[most] : name;
    const hatch = code === needs ? ["facts", "facts", "law", "both"][doubt] : "";
    return `<span class="mark ${hatch}" style="--c:var(--${slug(colour)})">${inner || w("outcome." + name)}</span>`;
  };
  const link = ([what, grade, place]) => /^https?:\/\//.test(place)
    ? `<a href="${esc(place)}" rel="noopener noreferrer">${esc(what)}</a> (${w("grade." + grade)})`
    : `${esc(what)}${place ? `, ${esc(place)}` : ""} (${w("grade." + grade)})`;
  const listed = items => `<ul class="plain">${items.map(item => `<li>${item}</li>`).join("")}</ul>`;

  // ---- one explanation ---------------------------------------------------------------------------------
  const standing = status => { const at = status.indexOf(" ("); return at < 0 ? w("status." + status) : w("status." + status.slice(0, at)) + esc(status.slice(at)); };
  const finding = i => {
    const [provision, number, cite, says, effect, asks, applies, status, since, known, by, sources, unverified] = data.findings[i];
    return `<div class="finding ${applies === "yes" ? "" : "perhaps"}"><span class="cite">${esc(number)}, ${esc(cite)}</span> ` +
      `<code class="muted">${esc(provision)}</code><br>${esc(says)}` +
      `<div class="small">${w(applies === "yes" ? "ui.applies yes" : "ui.applies perhaps")} · ${w("effect." + effect)}` +
      `${asks ? ` → ${w("outcome." + asks)}` : ""} · <b>${standing(status)}</b> ${w("ui.since")} <span class="day">${since}</span>` +
      `${by ? ` · ${w("ui.by")} <code>${esc(by)}</code>` : ""} · ${w("ui.known")} <span class="day">${known}</span></div>` +
      `<div class="small">${sources.map(s => link(data.sources[s])).join(" · ")}</div>` +
      `${unverified ? `<div class="small"><span class="tag unverified">${w("ui.unverified")}</span> ${esc(unverified)}</div>` : ""}</div>`;
  };
  const mostOpen = 6;
  const deciding = under => {
    const sure = under.filter(i => data.findings[i][6] === "yes"), open = under.filter(i => data.findings[i][6] !== "yes");
    const rest = open.slice(sure.length + open.length > mostOpen + 2 ? mostOpen : open.length);
    return [...sure, ...open.slice(0, open.length - rest.length)].map(finding).join("") +
      (rest.length ? `<details class="quiet"><summary>+ ${rest.length} (${w("ui.applies perhaps")})</summary>${rest.map(finding).join("")}</details>` : "");
  };
  const branch = ([id, says, outcome]) => `<div class="branch"><b>${esc(id)}</b> ${mark(outcome, null, 1)}<div class="small">${esc(says)}</div></div>`;
  const reading = ([question, says, outcomes, settled]) => `<p>${esc(says)} <code class="muted">${esc(question)}</code></p>` +
    `<div class="branches">${outcomes.map(branch).join("")}</div><p class="small">${w("ui.settled by")} <b>${esc(settled)}</b></p>`;
  const duty = i => {
    const [provision, does, who, applies, due, says, documents] = data.duties[i];
    return `<tr><td>${esc(does)}${documents.length ? `<div class="small muted">${w("ui.documents")}: ${documents.map(esc).join("; ")}</div>` : ""}</td>` +
      `<td>${data.words["party." + who] ? w("party." + who) : esc(who)}</td><td>${due ? `<b class="day">${due}</b> ` : ""}<span class="small muted">${esc(says)}</span></td>` +
      `<td>${applies === "yes" ? "" : w("ui.applies perhaps") + " "}<code>${esc(provision)}</code></td></tr>`;
  };
  const breakEven = ([provision, of, origin, content, value, [beyond, limit], tips, declared, rests]) =>
    `<li>${w("ui.break-even says")} (<code>${esc(of)}</code>, ${esc(origin.join(", "))}): <b>${esc(content)}</b>; ${w("ui.item value")}: <b>${esc(value)}</b>. ` +
    `${!tips ? "" : beyond ? `${w("ui.flip more")} <b>${esc(tips)}</b> (&gt; ${esc(limit)}). ` : `${w("ui.flip")} <b>${esc(tips)}</b> ${w("ui.or less")} (≥ ${esc(limit)}). `}<code class="muted">${esc(provision)}</code>` +
    `${declared.length ? `<br>${w("ui.declared")}: <b>${esc(declared[0])}</b>; ${w("ui.flip declared")} <b>${esc(declared[1])}</b>` : ""}` +
    `${rests.length ? `<details class="quiet"><summary>${w("ui.rests on")} (${rests.length})</summary>${listed(rests.map(i => esc(data.texts[i])))}</details>` : ""}</li>`;

  const grouped = gaps => {
    const groups = new Map();
    for (const i of gaps) {
      const [fact, part, supplier, no, yes, latent, under] = data.gaps[i], path = data.facts[fact][0];
      const element = path.startsWith("item.elements.") ? path.slice(14) : "";
      const key = [element ? "e" : fact, no, yes, under].join("|");
      if (!groups.has(key)) groups.set(key, { fact, element, no, yes, under, parts: new Map() });
      const at = `${part}\u0000${supplier}`, parts = groups.get(key).parts;
      parts.set(at, [...(parts.get(at) || []), element]);
    }
    return [...groups.values()];
  };
  const turned = code => code === needs ? `<span class="muted">${w("ui.stays open")}</span>` : mark(code, null, 1);
  const gapTable = gaps => `<table class="cards"><thead><tr><th>${w("ui.fact")}</th><th>${w("ui.about")}</th><th>${w("ui.if no")}</th><th>${w("ui.if yes")}</th></tr></thead><tbody>` +
    grouped(gaps).map(g => {
      const about = [...g.parts].map(([at, elements]) => {
        const [part, supplier] = at.split("\u0000"), who = supplier === "supplier" ? w("ui.unknown supplier") : supplier === pair("ui.law text")[0] ? w("ui.law text") : data.words["party." + supplier] ? w("party." + supplier) : esc(supplier);
        return `${part ? `<b>${esc(part)}</b> ` : ""}${g.element ? `${esc(elements.join(", "))} ` : ""}<span class="muted">(${who})</span>`;
      });
      const list = about.length > 6 ? `${about.slice(0, 5).join("; ")}; <details class="quiet"><summary>+ ${about.length - 5}</summary>${about.slice(5).join("; ")}</details>` : about.join("; ");
      const says = g.element ? w("fact.item.elements") : both(data.facts[g.fact][1], data.facts[g.fact][2]);
      return `<tr><td>${says}</td><td>${list}</td><td data-en="${esc(pair("ui.if no")[0])}" data-zh="${esc(pair("ui.if no")[1])}">${turned(g.no)}</td>` +
        `<td data-en="${esc(pair("ui.if yes")[0])}" data-zh="${esc(pair("ui.if yes")[1])}">${turned(g.yes)}</td></tr>`;
    }).join("") + "</tbody></table>";

  const truths = ["no", "unknown", "yes"];
  const leafRead = read => {
    const parts = [];
    for (let i = 0; i < read.length; i += 2) parts.push(`<code>${esc(data.texts[read[i]])}</code> = <b>${esc(data.texts[read[i + 1]])}</b>`);
    return parts.length ? ` <span class="read">[${parts.join("; ")}]</span>` : "";
  };
  // A closed branch gets its inside when it is opened: the trees of a long law run to thousands of lines.
  const definition = 4, small = 12, sizes = [];
  const size = i => sizes[i] ??= 1 + data.nodes[i][4].reduce((sum, c) => sum + size(c), 0);
  const inside = (i, depth) => data.nodes[i][4].map(c => tree(c, depth + 1)).join("");
  const tree = (i, depth) => {
    const [kind, truth, says, read, children] = data.nodes[i];
    const own = `<b class="t-${truths[truth]}"></b> ${esc(data.texts[says])}${leafRead(read)}`;
    if (!children.length) return `<li>${own}</li>`;
    const opened = (depth > 0 && truth > 0 || depth > 1) && (size(i) <= small || kind !== definition);
    return `<li><details${opened ? " open" : ""} data-node="${i}" data-depth="${depth}"><summary>${own}</summary><ul>${opened ? inside(i, depth) : ""}</ul></details></li>`;
  };
  table.addEventListener("toggle", event => {
    const { node, depth } = event.target.dataset, list = event.target.lastElementChild;
    if (node !== undefined && event.target.open && !list.firstChild) list.innerHTML = inside(+node, +depth);
  }, true);

  // ---- the same item and move under other law ----------------------------------------------------------
  const alike = new Map();
  for (let i = 0; i < count; i++) {
    const at = `${rows.part[i]}|${rows.move[i]}`;
    alike.set(at, [...(alike.get(at) || []), i]);
  }
  const elsewhere = row => {
    const mine = alike.get(`${rows.part[row]}|${rows.move[row]}`), first = data.days[rows.first[row]], last = data.days[rows.last[row]];
    return data.asked.filter(name => name !== data.regimes[rows.regime[row]]).map(name => {
      const theirs = mine.filter(i => data.regimes[rows.regime[i]] === name), now = theirs.filter(i => data.days[rows.first[i]] <= last && first <= data.days[rows.last[i]]);
      const said = now.map(i => {
        const [from, to] = [data.days[rows.first[i]], data.days[rows.last[i]]];
        return `<span class="nowrap">${mark(rows.outcome[i], rows.most[i], rows.doubt[i])}${from === first && to === last ? "" : ` <span class="day muted">${from === to ? from : `${from} – ${to}`}</span>`}</span>`;
      });
      return `<div>${w("regime." + name)}: ${said.join("; ") || `<span class="muted">${w("ui.not asked")}</span>`}</div>`;
    }).join("");
  };

  const section = (title, inner) => inner ? `<h3>${title}</h3>${inner}` : "";
  const explanation = row => {
    const at = rows.explanation[row], gaps = data.gapSets[rows.gaps[row]] || [];
    const [part] = data.parts[rows.part[row]], [move] = data.moves[rows.move[row]], day = data.days[rows.first[row]];
    if (at < 0) {
      return `<p>${w("ui.not explained")} <code>monazite explain CATALOGUE ${esc(part)} --move ${esc(move)} --on ${day}</code></p>` +
        section(w("ui.other law"), elsewhere(row)) +
        section(duo("ui.deciding"), listed(data.unders[rows.under[row]].map(p => `<a href="#p-${esc(p)}"><code>${esc(p)}</code></a>`)));
    }
    const e = data.explanations[at], now = gaps.filter(i => !data.gaps[i][5]), later = gaps.filter(i => data.gaps[i][5]);
    const shared = e.part !== part || e.move !== move || e.day !== day;
    const met = e.tree.filter(i => data.nodes[i][1] > 0), unmet = e.tree.filter(i => data.nodes[i][1] === 0);
    return `<p class="small muted">${shared ? `${w("ui.explained for")} <b>${esc(e.part)}</b> · ${esc(e.move)} · <span class="day">${e.day}</span>` : `${w("ui.explained first")} <span class="day">${e.day}</span>`}` +
      `${e.next ? ` · ${w("ui.next change")}: <span class="day">${e.next}</span>` : ""}` +
      `${e.stale ? ` · <span class="tag stale">${w("ui.reviewed until")} ${e.stale}</span>` : ""}</p>` +
      section(w("ui.other law"), elsewhere(row)) +
      section(w("ui.deciding"), deciding(e.under)) +
      section(w("ui.readings"), e.readings.map(reading).join("")) +
      section(w("ui.missing"), now.length ? gapTable(now) : "") +
      (later.length ? `<details class="quiet"><summary>${w("ui.missing latent")} (${later.length})</summary>${gapTable(later)}</details>` : "") +
      section(w("ui.break-even"), e.breaks.length ? `<ul class="tips">${e.breaks.map(breakEven).join("")}</ul>` : "") +
      section(w("ui.duties"), e.duties.length ? `<table class="cards duties"><tbody>${e.duties.map(duty).join("")}</tbody></table>` : "") +
      section(w("ui.interpretations"), e.interpretations.map(finding).join("")) +
      section(w("ui.remains"), e.remains.length ? listed(e.remains.map(i => esc(data.texts[i]))) : "") +
      section(w("ui.rests on"), e.rests.length ? listed(e.rests.map(i => esc(data.texts[i]))) : "") +
      (e.also.length ? `<details class="quiet"><summary>${w("ui.also")} (${e.also.length})</summary>${e.also.map(finding).join("")}</details>` : "") +
      section(w("ui.tree"), (met.length ? `<p class="small muted">${w("ui.met")}</p><ul class="tree">${met.map(i => tree(i, 0)).join("")}</ul>` : "") +
        `<details class="quiet"><summary>${w("ui.not met")} (${unmet.length})</summary><ul class="tree">${unmet.map(i => tree(i, 0)).join("")}</ul></details>`);
  };

  // ---- rows --------------------------------------------------------------------------------------------
  const haystack = data.parts.map(part => part.join("\n").toLowerCase());
  const reviewed = table.dataset.reviewed ? JSON.parse(table.dataset.reviewed) : {};
  const bounds = i => rows.outcome[i] === needs
    ? `<span class="bounds">${w("ui.at least")} ${w("outcome." + data.outcomes[rows.least[i]])} · ${w("ui.at most")} ${w("outcome." + data.outcomes[rows.most[i]])}</span>` : "";
  const label = key => { const [en, zh] = pair(key); return `data-en="${esc(en)}" data-zh="${esc(zh)}"`; };
  const rowHtml = i => {
    const [part, title, supplier] = data.parts[rows.part[i]], [move, origin, destination] = data.moves[rows.move[i]];
    const first = data.days[rows.first[i]], last = data.days[rows.last[i]], open = state.open.has(i), name = data.regimes[rows.regime[i]];
    const stale = last > (reviewed[name] || "9999");
    const under = data.unders[rows.under[i]], same = rows.latent[i] === rows.outcome[i];
    return `<tr class="row${open ? " is-open" : ""}" data-row="${i}" id="a${i}">` +
      `<td><button type="button" aria-expanded="${open}" class="turn">${mark(rows.outcome[i], rows.most[i], rows.doubt[i])}</button>${bounds(i)}</td>` +
      `<td><b>${esc(part)}</b>${title ? ` <br><span class="small muted">${esc(title)}</span>` : ""}</td>` +
      `<td>${data.regimes.length > 1 ? `<span class="tag">${esc(name)}</span> ` : ""}${esc(move)}${origin || destination ? ` <br><span class="small muted nowrap">${esc(origin)} → ${esc(destination)}</span>` : ""}</td>` +
      `<td class="day">${first === last ? first : `${first} – <br>${last}`}${stale ? ` <span class="tag stale">${w("ui.stale short")}</span>` : ""}</td>` +
      `<td ${same ? "" : label("ui.latent")}>${same ? "" : mark(rows.latent[i], null, 1)}</td>` +
      `<td class="small" ${under.length ? label("ui.under") : ""}>${under.slice(0, 2).map(p => `<code>${esc(p)}</code>`).join(" <br>")}${under.length > 2 ? ` + ${under.length - 2}` : ""}</td></tr>` +
      (open ? `<tr class="why"><td colspan="6">${explanation(i)}</td></tr>` : "");
  };
  const keys = {
    outcome: i => -Math.max(rows.outcome[i] === needs ? 4 : rows.outcome[i], rows.least[i]) * 100 - rows.most[i],
    part: i => data.parts[rows.part[i]][0], move: i => data.moves[rows.move[i]][0], days: i => data.days[rows.first[i]],
    latent: i => -(rows.latent[i] === needs ? 4.5 : rows.latent[i]), under: i => data.unders[rows.under[i]].join(" "),
  };
  const value = name => filters.elements[name] ? filters.elements[name].value : "";
  const select = () => {
    const words = value("search").toLowerCase().split(/\s+/).filter(Boolean), regime = value("regime"), move = value("move"), on = value("on");
    const wanted = new Set([...filters.querySelectorAll("[name=outcome]:checked")].map(box => +box.value));
    const fits = data.parts.map((_, p) => words.every(word => haystack[p].includes(word)));
    shown = [];
    for (let i = 0; i < count; i++) {
      if (fits[rows.part[i]] && (!wanted.size || wanted.has(rows.outcome[i])) && (!regime || data.regimes[rows.regime[i]] === regime) &&
        (!move || data.moves[rows.move[i]][0] === move) && (!on || data.days[rows.first[i]] <= on && on <= data.days[rows.last[i]])) shown.push(i);
    }
    if (state.sort) {
      const key = keys[state.sort], sign = state.down ? -1 : 1, by = new Map(shown.map(i => [i, key(i)]));
      shown.sort((a, b) => (by.get(a) < by.get(b) ? -sign : by.get(a) > by.get(b) ? sign : a - b));
    }
  };
  const draw = () => {
    const pages = Math.max(1, Math.ceil(shown.length / state.perPage));
    state.page = Math.min(state.page, pages - 1);
    const from = state.page * state.perPage, part = shown.slice(from, from + state.perPage);
    body.innerHTML = part.map(rowHtml).join("") || `<tr><td colspan="6">${w("ui.nothing fits")}</td></tr>`;
    pager.querySelector("output").innerHTML = shown.length
      ? `${(from + 1).toLocaleString("en")}–${(from + part.length).toLocaleString("en")} ${w("ui.of")} ${shown.length.toLocaleString("en")} ${w("ui.answers shown")}` : "";
    pager.querySelector("[name=previous]").disabled = state.page === 0;
    pager.querySelector("[name=next]").disabled = state.page >= pages - 1;
    for (const th of head.querySelectorAll("th")) th.setAttribute("aria-sort", th.dataset.sort !== state.sort ? "none" : state.down ? "descending" : "ascending");
  };
  const refresh = () => { state.page = 0; select(); draw(); };

  // ---- what people do ----------------------------------------------------------------------------------
  filters.hidden = pager.hidden = false;
  filters.addEventListener("input", refresh);
  filters.addEventListener("submit", event => event.preventDefault());
  filters.addEventListener("reset", () => setTimeout(refresh));
  head.addEventListener("click", event => {
    const th = event.target.closest("th[data-sort]");
    if (!th) return;
    state.down = state.sort === th.dataset.sort && !state.down;
    state.sort = th.dataset.sort;
    refresh();
  });
  const toggle = i => {
    const row = document.getElementById(`a${i}`);
    if (state.open.delete(i)) {
      row.nextElementSibling.remove();
    } else {
      state.open.add(i);
      row.insertAdjacentHTML("afterend", `<tr class="why"><td colspan="6">${explanation(i)}</td></tr>`);
    }
    row.classList.toggle("is-open");
    row.querySelector("button").setAttribute("aria-expanded", state.open.has(i));
  };
  body.addEventListener("click", event => {
    const row = event.target.closest("tr.row");
    if (row && !event.target.closest("a") && !String(getSelection())) toggle(+row.dataset.row);
  });
  pager.addEventListener("click", event => {
    const button = event.target.closest("button");
    if (!button) return;
    state.page += button.name === "next" ? 1 : -1;
    draw();
    table.scrollIntoView({ block: "start" });
  });
  addEventListener("beforeprint", () => { state.perPage = 500; draw(); });
  addEventListener("afterprint", () => { state.perPage = perPage; draw(); });

  select();
  draw();
  const asked = /^#a(\d+)$/.exec(location.hash);
  if (asked && document.getElementById(asked[0].slice(1))) { toggle(+asked[1]); document.getElementById(asked[0].slice(1)).scrollIntoView(); }
})();
