"use strict";
// What the page does beside standing there: sorts tables, shows their later rows, says what is under the pointer.
(() => {
  const all = (selector, from = document) => [...from.querySelectorAll(selector)];
  document.body.classList.add("scripted");
  for (const button of all(".more-rows")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const table = button.closest("section").querySelector(`table[data-table="${CSS.escape(button.dataset.of)}"]`);
      for (const row of all("tr.later", table)) row.classList.add("shown");
      button.hidden = true;
    });
  }
  for (const table of all("table.figures")) {
    const heads = all("thead th", table), body = table.tBodies[0];
    heads.forEach((head, at) => {
      if (body.rows.length < 3) return;
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        for (const other of heads) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        // What has no figure stands last, whichever way the others go.
        const key = row => { const cell = row.cells[at]; return cell.dataset.sort === undefined ? null : isNaN(cell.dataset.sort) ? cell.dataset.sort : Number(cell.dataset.sort); };
        const order = [...body.rows].sort((a, b) => {
          const x = key(a), y = key(b);
          if (x === null || y === null) return (x === null) - (y === null);
          const less = typeof x === "number" && typeof y === "number" ? x - y : String(x).localeCompare(String(y));
          return down ? -less : less;
        });
        body.append(...order);
      });
    });
  }
  for (const map of all("svg.world")) {
    const says = map.closest("figure").querySelector("output");
    const tell = event => {
      const at = event.target.closest("[data-share]");
      says.textContent = at ? `${page.isChinese() ? at.dataset.zh : at.dataset.en}: ${at.dataset.share}` : "";
    };
    map.addEventListener("pointerover", tell);
    map.addEventListener("click", tell);
  }
})();
