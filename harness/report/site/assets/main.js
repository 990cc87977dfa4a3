// Draws the plots of the page from the numbers that stand in it.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const block = document.getElementById("page-data");
  if (block) {
    const data = JSON.parse(block.textContent);
    Site.histories(data);
    document.querySelectorAll("[data-scatter]").forEach((figure) => Site.scatter(figure, data.scatters[+figure.dataset.scatter]));
    document.querySelectorAll("[data-curve]").forEach((figure) => Site.curve(figure, data.curves[+figure.dataset.curve]));
  }
  document.documentElement.dataset.drawn = String(Math.round(performance.now()));
});
