// Tables that can be filtered, and commands that can be copied. Without this script both are simply there.
"use strict";

(() => {
  function filtered(bar) {
    const table = document.getElementById(bar.dataset.filters);
    const rows = [...table.querySelectorAll("tbody tr:not(.group)")];
    const words = bar.querySelector("input");
    const chips = [...bar.querySelectorAll("[data-state]")];
    const output = bar.querySelector("output");
    const nothing = document.querySelector(`[data-nothing="${table.id}"]`);
    const whole = rows.filter((row) => !row.classList.contains("gap")).length;

    function apply() {
      const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
      const states = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.dataset.state);
      for (const row of rows) {
        const text = (row.dataset.words || row.textContent).toLowerCase();
        const fits = wanted.every((word) => text.includes(word)) && (!states.length || states.includes(row.dataset.state));
        row.hidden = !fits;
      }
      for (const body of table.tBodies) {
        const heading = body.querySelector("tr.group");
        if (heading) heading.hidden = !body.querySelector("tr:not(.group):not([hidden])");
      }
      const shown = rows.filter((row) => !row.hidden);
      const count = shown.filter((row) => !row.classList.contains("gap")).length;
      output.textContent = count === whole ? "" : `${count} of ${whole}`;
      nothing.hidden = shown.length > 0;
    }

    words.addEventListener("input", apply);
    for (const chip of chips) {
      chip.addEventListener("click", () => {
        chip.setAttribute("aria-pressed", chip.getAttribute("aria-pressed") === "true" ? "false" : "true");
        apply();
      });
    }
    bar.hidden = false;
    apply(); // a browser that goes back keeps what was typed
  }

  function copies(button) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      const done = await copied(button.dataset.copy, button);
      button.textContent = done ? "copied" : "select and copy";
      setTimeout(() => { button.textContent = "copy"; }, 2000);
    });
  }

  async function copied(text, button) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { // not allowed, or no such thing on pages from a disk
      const range = document.createRange();
      range.selectNodeContents(button.previousElementSibling);
      getSelection().removeAllRanges();
      getSelection().addRange(range);
      return document.execCommand("copy");
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-filters]").forEach(filtered);
    document.querySelectorAll("[data-copy]").forEach(copies);
  });
})();
