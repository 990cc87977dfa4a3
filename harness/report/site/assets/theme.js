// Light and dark: as the system says, until the reader says otherwise. Runs before the page is drawn.
"use strict";

const Site = { onTheme: [] };

(() => {
  const root = document.documentElement;
  root.classList.add("scripted"); // without it, the frames of plots aren't shown
  const kept = () => { try { return localStorage.getItem("harness-theme"); } catch { return null; } };
  const keep = (theme) => { try { localStorage.setItem("harness-theme", theme); } catch { /* then for this page only */ } };
  const system = matchMedia("(prefers-color-scheme: dark)");

  Site.theme = () => root.dataset.theme || (system.matches ? "dark" : "light");
  Site.colour = (name) => getComputedStyle(root).getPropertyValue(`--${name}`).trim();

  function show(button) {
    const dark = Site.theme() === "dark";
    button.textContent = dark ? "☀ light" : "☾ dark";
    button.setAttribute("aria-label", dark ? "Show in light colours" : "Show in dark colours");
  }

  if (kept() === "dark" || kept() === "light") root.dataset.theme = kept();

  document.addEventListener("DOMContentLoaded", () => {
    const button = document.querySelector("[data-theme-toggle]");
    show(button);
    button.hidden = false;
    const changed = () => { show(button); Site.onTheme.forEach((redraw) => redraw()); };
    button.addEventListener("click", () => {
      root.dataset.theme = Site.theme() === "dark" ? "light" : "dark";
      keep(root.dataset.theme);
      changed();
    });
    system.addEventListener("change", changed);
  });
})();
