// Keeps the numbers of an open page fresh. Without this script they are as of when the page was opened.
(() => {
  "use strict";
  const page = document.querySelector("[data-live]");
  if (!page || !window.EventSource) return;
  const told = document.getElementById(page.dataset.told);
  const source = new EventSource(page.dataset.live);

  // Whoever reads a table keeps it open and keeps their place in it.
  const opened = (part) => [...part.querySelectorAll("details")].map((details) => details.open);
  const swap = (here, next) => {
    const open = opened(here);
    const at = here.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
    here.replaceChildren(...next.childNodes);
    here.querySelectorAll("details").forEach((details, number) => { details.open = open[number] ?? false; });
    if (at) here.querySelector(`a[href="${CSS.escape(at)}"]`)?.focus();
  };

  const before = new Map();
  source.addEventListener("numbers", (event) => {
    const sent = document.createElement("template");
    sent.innerHTML = event.data;
    for (const next of sent.content.querySelectorAll("[data-part]")) {
      const name = next.dataset.part;
      const here = page.querySelector(`[data-part="${CSS.escape(name)}"]`);
      const text = next.innerHTML;
      if (!here || before.get(name) === text) continue;
      before.set(name, text);
      swap(here, next);
    }
    page.dataset.fresh = String(Number(page.dataset.fresh ?? 0) + 1);
    if (told) told.textContent = page.dataset.on;
  });
  source.addEventListener("over", () => {
    source.close();
    if (told) told.textContent = page.dataset.over;
  });
})();
