// Waits for slow work without loading the whole page again. Without this script the page refreshes itself.
(() => {
  "use strict";
  const waiting = document.querySelector("[data-wait]");
  if (!waiting) return;

  async function look() {
    try {
      const response = await fetch(location.href, { headers: { Accept: "text/html" }, redirect: "manual" });
      // It is over: the browser itself goes where the page leads, to the right place on it.
      if (!response.ok) {
        location.replace(location.href);
        return;
      }
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      const fresh = page.querySelector("[data-wait]");
      const said = waiting.querySelector("[role=status]");
      const now = fresh?.querySelector("[role=status]");
      // Replaced only when it changes: it is read aloud each time.
      if (said && now && said.textContent !== now.textContent) said.replaceChildren(...now.childNodes);
      const bar = waiting.querySelector("progress");
      const further = fresh?.querySelector("progress");
      if (bar && further) bar.replaceWith(further);
      else if (further) said.after(further);
    } catch {
      // Lotsen may be busy or restarting: try again.
    }
    setTimeout(look, 1000);
  }
  setTimeout(look, 700);
})();
