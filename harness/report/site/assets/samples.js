// The samples of one record by launch, and its curves.
"use strict";

(() => {
  // Columns on a common x axis, sorted: what uPlot asks for. Equal places are kept apart by a hair.
  function aligned(ways, place) {
    const all = ways.flatMap((way, number) => way.x.map((x, n) => ({ x: place(x, number, n), number, n })));
    all.sort((a, b) => a.x - b.x);
    const xs = all.map((each) => each.x);
    return [xs, ...ways.map((way, number) => all.map((each) => (each.number === number ? way.y[each.n] : null)))];
  }

  Site.scatter = (figure, scatter) => {
    const { ways } = scatter;
    Site.legend(figure, ways.map((way) => way.name));
    const wide = 0.7 / ways.length;
    // Spread within its launch in a fixed way, so that the same page looks the same each time.
    const place = (launch, number, n) => launch - 0.35 + wide * (number + 0.5) + wide * 0.55 * (((n * 0.618034) % 1) - 0.5) + 1e-9 * n;
    Site.draw(figure.querySelector(".plot"), 190, {
      scales: { x: { time: false, range: (u, low, high) => [Math.round(low) - 0.5, Math.round(high) + 0.5] }, y: { range: (u, low, high) => { const apart = (high - low || high || 1) * 0.08; return [low - apart, high + apart]; } } },
      axes: [
        Site.axis({ splits: (u) => { const found = []; for (let n = Math.ceil(u.scales.x.min); n <= u.scales.x.max; n++) found.push(n); return found; }, values: (u, splits) => splits.map((n) => `launch ${n}`), space: 60, grid: { show: false } }),
        Site.axis({ values: Site.times, size: 64 }),
      ],
      series: [{}, ...ways.map((_, number) => ({ paths: () => null, points: Site.points(number, 4.5) }))],
      cursor: { show: false },
    }, aligned(ways, place));
  };

  Site.curve = (figure, curve) => {
    const ways = curve.ways.filter((way) => way.x.length);
    if (!ways.length) { figure.hidden = true; return; }
    Site.legend(figure, ways.map((way) => way.name));
    const xs = [...new Set(ways.flatMap((way) => way.x))].sort((a, b) => a - b);
    const column = (way) => xs.map((x) => { const n = way.x.indexOf(x); return n < 0 ? null : way.y[n]; });
    const bars = (u) => {
      ways.forEach((way, number) => {
        const path = new Path2D();
        way.x.forEach((value, n) => {
          if (way.l[n] == null || way.l[n] <= 0) return;
          const x = u.valToPos(value, "x", true);
          path.moveTo(x, u.valToPos(way.l[n], "y", true));
          path.lineTo(x, u.valToPos(way.h[n], "y", true));
        });
        u.ctx.save();
        u.ctx.strokeStyle = Site.colourOf(number);
        u.ctx.globalAlpha = 0.5;
        u.ctx.lineWidth = 3 * devicePixelRatio;
        u.ctx.stroke(path);
        u.ctx.restore();
      });
    };
    Site.draw(figure.querySelector(".plot"), 300, {
      scales: { x: { time: false, distr: 3 }, y: { distr: 3 } },
      axes: [Site.axis({ label: curve.axis, labelSize: 18, values: (u, splits) => splits.map((n) => (n == null ? "" : Number(n.toPrecision(3)).toLocaleString("en"))) }), Site.axis({ values: (u, splits) => splits.map(Site.seconds), size: 64 })],
      series: [{}, ...ways.map((_, number) => ({ stroke: () => Site.colourOf(number), width: 1.5, dash: [[], [8, 4], [2, 3], [10, 3, 2, 3], [4, 4]][number % 5], spanGaps: true, points: Site.points(number, 7) }))],
      hooks: { drawClear: [bars] },
      cursor: { drag: { x: true, y: false } },
    }, [xs, ...ways.map(column)]);
  };
})();
