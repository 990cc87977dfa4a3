// What all plots share: colours, shapes, units, size. uPlot draws them.
"use strict";

(() => {
  // Told apart by shape as well as by colour.
  const SHAPES = ["circle", "square", "triangle", "diamond", "cross"];
  const GLYPHS = ["●", "■", "▲", "◆", "✚"];
  const COLOURS = ["series-1", "series-2", "series-3", "series-4", "series-5"];

  Site.colourOf = (number) => Site.colour(COLOURS[number % COLOURS.length]);

  function outline(path, shape, x, y, r) {
    if (shape === "square") path.rect(x - r, y - r, 2 * r, 2 * r);
    else if (shape === "triangle") { path.moveTo(x, y - 1.2 * r); path.lineTo(x + 1.2 * r, y + r); path.lineTo(x - 1.2 * r, y + r); path.closePath(); }
    else if (shape === "diamond") { path.moveTo(x, y - 1.4 * r); path.lineTo(x + 1.4 * r, y); path.lineTo(x, y + 1.4 * r); path.lineTo(x - 1.4 * r, y); path.closePath(); }
    else if (shape === "cross") { path.rect(x - 1.3 * r, y - 0.45 * r, 2.6 * r, 0.9 * r); path.rect(x - 0.45 * r, y - 1.3 * r, 0.9 * r, 2.6 * r); }
    else { path.moveTo(x + r, y); path.arc(x, y, r, 0, 2 * Math.PI); }
  }

  // Points of a series in its shape, as a path for uPlot; those beyond the scale would lie on the axis.
  Site.points = (number, size) => ({
    show: true,
    size,
    width: 0,
    fill: () => Site.colourOf(number),
    paths: (u, series, from, to) => {
      const path = new Path2D();
      const [xs, ys] = [u.data[0], u.data[series]];
      const { min, max } = u.scales[u.series[series].scale];
      for (let i = from; i <= to; i++) {
        if (ys[i] == null || ys[i] < min || ys[i] > max) continue;
        outline(path, SHAPES[number % SHAPES.length], u.valToPos(xs[i], "x", true), u.valToPos(ys[i], "y", true), (size / 2) * devicePixelRatio);
      }
      return { stroke: null, fill: path, clip: null, flags: uPlot.BAND_CLIP_FILL };
    },
  });

  const UNITS = [[1e-9, "ns"], [1e-6, "µs"], [1e-3, "ms"], [1, "s"]];
  const unitOf = (value) => UNITS.findLast(([least]) => Math.abs(value) >= least) || UNITS[0];

  Site.seconds = (value) => {
    if (value == null) return "";
    const [factor, unit] = unitOf(value);
    return `${Number((value / factor).toPrecision(3))} ${unit}`;
  };

  // Labels of an axis with as many decimals as their distance has: 350 and 352.5 need one.
  Site.ratios = (u, splits) => {
    const apart = splits.length > 1 ? Math.abs(splits[1] - splits[0]) : 0.01;
    const [, decimals = ""] = String(Number(apart.toPrecision(2))).split(".");
    return splits.map((value) => value.toFixed(decimals.length));
  };

  Site.times = (u, splits) => {
    const [factor, unit] = unitOf(Math.max(...splits.map(Math.abs)));
    return Site.ratios(u, splits.map((value) => value / factor)).map((value) => `${value} ${unit}`);
  };

  Site.axis = (more) => ({
    stroke: () => Site.colour("ink-soft"),
    grid: { stroke: () => Site.colour("line"), width: 1 },
    ticks: { stroke: () => Site.colour("line"), width: 1, size: 4 },
    font: "12px system-ui, sans-serif",
    ...more,
  });

  Site.legend = (figure, names) => {
    if (names.length < 2) return;
    const list = document.createElement("ul");
    list.className = "legend";
    names.forEach((name, number) => {
      const item = document.createElement("li");
      const glyph = document.createElement("span");
      glyph.textContent = GLYPHS[number % GLYPHS.length];
      glyph.className = `glyph series-${(number % COLOURS.length) + 1}`;
      glyph.setAttribute("aria-hidden", "true");
      item.append(glyph, ` ${name}`);
      list.append(item);
    });
    figure.querySelector("figcaption").after(list);
  };

  // A plot as wide as its place, drawn again where the width or the theme changes.
  Site.draw = (place, height, options, data) => {
    const width = () => Math.max(200, Math.floor(place.clientWidth));
    const plot = new uPlot({ width: width(), height, legend: { show: false }, ...options }, data, place);
    new ResizeObserver(() => { if (width() !== plot.width) plot.setSize({ width: width(), height }); }).observe(place);
    Site.onTheme.push(() => plot.redraw(false, true));
    matchMedia("print").addEventListener("change", () => plot.redraw(false, true));
    return plot;
  };
})();
