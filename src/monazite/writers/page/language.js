"use strict";
// What the scripts of the pages share: words in both languages, and the switch between them.
const page = (() => {
  const escapes = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
  const esc = text => String(text).replace(/[&<>"']/g, c => escapes[c]);
  const both = (en, zh) => en === zh ? esc(en) : `<span class="en">${esc(en)}</span><span class="zh" lang="zh">${esc(zh)}</span>`;
  // The words of a page's data by key: as a pair, as one that shows, as both at once.
  const wording = words => {
    const pair = key => words[key] || [key.slice(key.indexOf(".") + 1), key.slice(key.indexOf(".") + 1)];
    const w = key => both(...pair(key));
    const duo = key => { const [en, zh] = pair(key); return `<span class="duo"><span lang="en">${esc(en)}</span><span lang="zh">${esc(zh)}</span></span>`; };
    return { pair, w, duo };
  };

  const inZh = document.getElementById("in-zh"), inEn = document.getElementById("in-en");
  const speak = () => {
    const zh = inZh.checked;
    document.documentElement.lang = zh ? "zh" : "en";
    for (const one of document.querySelectorAll("[data-hint-en]")) one.placeholder = zh ? one.dataset.hintZh : one.dataset.hintEn;
    for (const one of document.querySelectorAll("option[data-en]")) one.textContent = zh ? one.dataset.zh : one.dataset.en;
    document.dispatchEvent(new Event("language"));
    try { localStorage.setItem("monazite-language", zh ? "zh" : "en"); } catch { /* a page from disk may have no store */ }
  };
  let kept = null;
  try { kept = localStorage.getItem("monazite-language"); } catch { /* none */ }
  (kept ? kept === "zh" : (navigator.language || "").startsWith("zh")) ? inZh.checked = true : inEn.checked = true;
  inZh.addEventListener("change", speak);
  inEn.addEventListener("change", speak);
  speak();
  return { esc, both, wording, isChinese: () => inZh.checked };
})();
