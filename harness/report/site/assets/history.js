// A case over time: one plot a variant, all on the same stretch of time, with one readout.
"use strict";

(() => {
  const DAY = 86400;
  const VERDICTS = { f: "faster", s: "slower", e: "equivalent", i: "inconclusive", n: "not measured" };
  const SIGNS = { slower: "▲", faster: "▼", answer: "≠", counter: "#" };
  const HEIGHT = 210;
  // From how many seconds between two labels on: how they read, and what is added where a year or a day begins.
  const DATES = [
    [365 * DAY, "{YYYY}", null, null, null, null, null, null, 1],
    [28 * DAY, "{MMM}", "\n{YYYY}", null, null, null, null, null, 1],
    [DAY, "{D} {MMM}", "\n{YYYY}", null, null, null, null, null, 1],
    [60, "{HH}:{mm}", "\n{D} {MMM} {YYYY}", null, "\n{D} {MMM}", null, null, null, 1],
  ];

  // The columns of a file as points, by chart and model.
  function expanded(block) {
    const { runs } = block;
    const about = runs.id.map((id, n) => ({
      id, t: runs.t[n], day: runs.day[n], commit: runs.commit[n],
      machine: runs.machines[runs.machine[n]], note: runs.notes[runs.note[n]],
      page: (runs.at[id] || `runs/${id}.html`),
    }));
    return block.charts.map((models) => models.map((model) => {
      const spikes = new Set(model.spikes);
      return model.i.map((run, n) => ({
        run: about[run], value: model.v[n], low: model.l[n], high: model.h[n],
        verdict: VERDICTS[model.q[n]], spike: spikes.has(n),
      }));
    }));
  }

  const dayOf = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10);

  // All plots show the same stretch of time, and mark the same night: `time` is its, null where none is marked.
  class Histories {
    constructor(data, figures, spans) {
      this.data = data;
      this.spans = spans;
      this.points = expanded(data.points);
      this.loaded = new Set();
      this.time = null;
      this.charts = figures.map((figure, number) => new Chart(this, figure, number));
      const times = this.points.flat(2).map((point) => point.run.t);
      this.first = Math.min(...times);
      this.last = Math.max(...times);
      if (this.first === this.last) { this.first -= DAY; this.last += DAY; }
      const apart = (this.last - this.first) * 0.01;
      this.first -= apart; this.last += apart;
      [this.from, this.to] = [this.first, this.last];
    }

    draw() { this.charts.forEach((chart) => chart.draw()); }

    // Never beyond the data: a stretch that would reach further is moved back. days: of the button that shows it, if any.
    zoom(from, to, days = null) {
      const width = Math.min(to - from, this.last - this.first);
      this.from = Math.max(this.first, Math.min(from, this.last - width));
      this.to = this.from + width;
      for (const { plot } of this.charts) plot.batch(() => plot.setScale("x", { min: this.from, max: this.to }));
      this.mark();
      const years = this.data.years.filter((year) => Date.UTC(+year, 0) / 1000 < this.to && Date.UTC(+year + 1, 0) / 1000 > this.from);
      if (years.length <= 2) years.forEach((year) => this.load(year));
      const shown = days ?? (width === this.last - this.first ? 0 : null);
      this.spans.forEach((button) => button.setAttribute("aria-pressed", String(+button.dataset.span === shown)));
      const [page] = location.href.split("#");
      history.replaceState(null, "", shown === 0 ? page : `${page}#from=${dayOf(this.from)}&to=${dayOf(this.to - 1)}`);
    }

    span(days) { this.zoom(days ? Math.max(this.first, this.last - days * DAY) : this.first, this.last, days); }

    // The stretch that the address names, if it does: whoever was sent it sees what its sender saw.
    read() {
      const said = new URLSearchParams(location.hash.slice(1));
      const [from, to] = ["from", "to"].map((name) => Date.parse(said.get(name)) / 1000);
      const [begin, end] = [Math.max(this.first, from), Math.min(this.last, to + DAY)];
      if (begin < end) this.zoom(begin, end);
    }

    get inSight() { return this.time != null && this.from <= this.time && this.time <= this.to; }

    // Chosen in one of the plots, which tells of it; marked in all.
    choose(chart, time) {
      this.time = time;
      const half = (this.to - this.from) / 2;
      if (this.inSight) this.mark();
      else this.zoom(time - half, time + half);
      chart.tell();
    }

    mark() {
      for (const { plot } of this.charts) plot.setCursor({ left: this.inSight ? plot.valToPos(this.time, "x") : -10, top: 0 });
    }

    close() {
      this.time = null;
      this.mark();
      document.getElementById("readout").hidden = true;
    }

    // All points of a year: a script beside the page, because pages from a disk may fetch nothing.
    load(year) {
      if (this.loaded.has(year)) return;
      this.loaded.add(year);
      const script = document.createElement("script");
      script.src = `${this.data.file}/${year}.js`;
      script.onerror = () => { this.loaded.delete(year); };
      document.head.append(script);
    }

    add(block) {
      expanded(block).forEach((models, chart) => models.forEach((points, model) => {
        const among = new Set(points.map((point) => point.run.id));
        const kept = this.points[chart][model].filter((point) => !among.has(point.run.id));
        this.points[chart][model] = [...kept, ...points].sort((a, b) => a.run.t - b.run.t);
      }));
      this.charts.forEach((chart) => chart.fill());
      this.mark();
    }
  }

  class Chart {
    constructor(all, figure, number) {
      this.all = all;
      this.figure = figure;
      this.number = number;
      this.frame = all.data.charts[number];
    }

    get models() { return this.all.points[this.number]; }

    columns() {
      const times = [...new Set(this.models.flat().map((point) => point.run.t))].sort((a, b) => a - b);
      const place = new Map(times.map((time, n) => [time, n]));
      this.byTime = new Map();
      const columns = this.models.map((points) => {
        const column = new Array(times.length).fill(null);
        for (const point of points) {
          column[place.get(point.run.t)] = point.value;
          if (!this.byTime.has(point.run.t) || point.value != null) this.byTime.set(point.run.t, point);
        }
        return column;
      });
      return [times, ...columns];
    }

    draw() {
      const many = this.models.flat().length > 400;
      const unit = this.frame.unit === "s" ? Site.times : Site.ratios;
      Site.legend(this.figure, this.frame.models.map((model) => model.name));
      this.plot = Site.draw(this.figure.querySelector(".plot"), HEIGHT, {
        tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC"),
        padding: [16, 8, 0, 0],
        scales: { x: { time: true, min: this.all.first, max: this.all.last }, y: { range: () => this.range() } },
        axes: [Site.axis({ size: 42, values: DATES }), Site.axis({ values: unit, size: 64 })],
        series: [{}, ...this.frame.models.map((_, number) => ({ paths: () => null, points: Site.points(number, many ? 3.5 : 5) }))],
        cursor: { dataIdx: (u, series, nearest) => (u.data[0][nearest] === this.all.time ? nearest : null), drag: { x: true, y: false, setScale: false }, bind: { dblclick: () => null }, focus: { prox: -1 }, y: false, points: { size: 10, width: 2, fill: () => Site.colour("paper"), stroke: (u, s) => Site.colourOf(s - 1) } },
        hooks: {
          drawClear: [(u) => this.bars(u)],
          draw: [(u) => this.over(u)],
          setSelect: [(u) => this.selected(u)],
        },
      }, this.columns());
      const { over } = this.plot;
      over.addEventListener("mousemove", (event) => { if (!event.buttons && this.plot.cursor.idx != null) this.all.choose(this, this.plot.data[0][this.plot.cursor.idx]); });
      over.addEventListener("mouseleave", (event) => { if (!event.buttons) this.all.mark(); });
      over.addEventListener("dblclick", () => this.all.span(0));
      over.addEventListener("click", () => this.figure.focus({ preventScroll: true }));
      this.figure.addEventListener("keydown", (event) => this.key(event));
      this.figure.addEventListener("focus", () => { if (!this.figure.matches(":hover")) this.move(0); });
    }

    selected(u) {
      const { left, width } = u.select;
      u.setSelect({ left: 0, width: 0 }, false);
      this.all.zoom(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
    }

    fill() {
      this.plot.setData(this.columns(), false);
      this.plot.redraw(true, true);
    }

    // From the lowest to the highest of what is in sight, single nights that stand out left aside (they are drawn at the
    // edge), and never so narrow that noise fills the plot.
    range() {
      const { from, to } = this.all;
      let [low, high] = [Infinity, -Infinity];
      const see = (value) => { if (value != null) { low = Math.min(low, value); high = Math.max(high, value); } };
      for (const point of this.models.flat()) if (!point.spike && point.run.t >= from && point.run.t <= to) see(point.value);
      for (const { levels } of this.frame.models) for (const [begin, end, level] of levels) if (begin <= to && end >= from) see(level);
      if (low > high) return [0, 1];
      const least = 0.03 * Math.abs(low + high) / 2 || 1e-9;
      const apart = Math.max(high - low, least) * 0.12 + Math.max(0, least - (high - low)) / 2;
      return [low - apart, high + apart];
    }

    // Intervals, below the points.
    bars(u) {
      const { ctx } = u;
      this.inside(u, () => {
        this.models.forEach((points, model) => {
          const path = new Path2D();
          for (const point of points) {
            if (point.low == null || point.high == null) continue;
            const x = u.valToPos(point.run.t, "x", true);
            path.moveTo(x, u.valToPos(point.low, "y", true));
            path.lineTo(x, u.valToPos(point.high, "y", true));
          }
          ctx.strokeStyle = Site.colourOf(model);
          ctx.globalAlpha = 0.28;
          ctx.lineWidth = 1.5 * devicePixelRatio;
          ctx.stroke(path);
        });
      });
    }

    // Levels, marks of changes, single nights that stand out, and what wasn't measured.
    over(u) {
      const { ctx } = u;
      const ratio = devicePixelRatio;
      const { left, top, width, height } = u.bbox;
      this.inside(u, () => {
        this.frame.models.forEach(({ levels }, model) => {
          ctx.strokeStyle = Site.colourOf(model);
          ctx.lineWidth = 2.5 * ratio;
          for (const [from, to, level] of levels) {
            const y = u.valToPos(level, "y", true);
            ctx.beginPath();
            ctx.moveTo(u.valToPos(from, "x", true), y);
            ctx.lineTo(Math.max(u.valToPos(to, "x", true), u.valToPos(from, "x", true) + 4 * ratio), y);
            ctx.stroke();
          }
        });
        ctx.strokeStyle = Site.colour("ink-soft");
        ctx.lineWidth = 1.5 * ratio;
        for (const point of this.models.flat()) {
          const x = u.valToPos(point.run.t, "x", true);
          if (point.value == null) { this.crossed(ctx, x, top + height - 8 * ratio, 3.5 * ratio); continue; }
          const y = u.valToPos(point.value, "y", true);
          if (y < top || y > top + height) { this.beyond(ctx, x, y < top ? top + ratio : top + height - ratio, y < top ? ratio : -ratio); continue; }
          if (!point.spike) continue;
          ctx.beginPath();
          ctx.arc(x, y, 6 * ratio, 0, 2 * Math.PI);
          ctx.stroke();
        }
      });
      this.labels(u, left, top, width, height, ratio);
    }

    labels(u, left, top, width, height, ratio) {
      const { ctx } = u;
      ctx.save();
      ctx.font = `600 ${12 * ratio}px system-ui, sans-serif`;
      ctx.textBaseline = "bottom";
      ctx.textAlign = "left";
      let busy = -Infinity;
      for (const mark of [...this.frame.marks].sort((a, b) => a.t - b.t)) {
        const x = u.valToPos(mark.t, "x", true);
        if (x < left || x > left + width) continue;
        ctx.strokeStyle = ctx.fillStyle = Site.colour(mark.kind);
        ctx.lineWidth = 1.25 * ratio;
        ctx.setLineDash(mark.open ? [2 * ratio, 4 * ratio] : [5 * ratio, 4 * ratio]);
        ctx.beginPath();
        ctx.moveTo(x, top);
        ctx.lineTo(x, top + height);
        ctx.stroke();
        const text = `${SIGNS[mark.kind]} ${mark.text}`;
        const wide = ctx.measureText(text).width;
        const from = Math.min(Math.max(left, x - wide / 2), left + width - wide);
        if (from < busy) continue;
        ctx.fillText(text, from, top - 2 * ratio);
        busy = from + wide + 6 * ratio;
      }
      ctx.restore();
    }

    inside(u, drawn) {
      u.ctx.save();
      u.ctx.beginPath();
      u.ctx.rect(u.bbox.left, u.bbox.top, u.bbox.width, u.bbox.height);
      u.ctx.clip();
      drawn();
      u.ctx.restore();
    }

    crossed(ctx, x, y, r) {
      ctx.beginPath();
      ctx.moveTo(x - r, y - r); ctx.lineTo(x + r, y + r);
      ctx.moveTo(x + r, y - r); ctx.lineTo(x - r, y + r);
      ctx.stroke();
    }

    // A point that lies beyond the edge.
    beyond(ctx, x, y, ratio) {
      ctx.beginPath();
      ctx.moveTo(x - 4 * ratio, y + 6 * ratio); ctx.lineTo(x, y); ctx.lineTo(x + 4 * ratio, y + 6 * ratio);
      ctx.stroke();
    }

    key(event) {
      const { from, to, time, inSight } = this.all;
      const middle = inSight ? time : (from + to) / 2;
      const half = (to - from) / 2;
      const keys = {
        ArrowRight: () => this.move(1), ArrowLeft: () => this.move(-1),
        PageDown: () => this.move(10), PageUp: () => this.move(-10),
        Home: () => this.move(-Infinity), End: () => this.move(Infinity),
        "+": () => this.all.zoom(middle - half / 2, middle + half / 2),
        "-": () => this.all.zoom(middle - half * 2, middle + half * 2),
        0: () => this.all.span(0),
        Enter: () => { const point = this.byTime.get(time); if (point) location.href = `../${point.run.page}`; },
      };
      keys["="] = keys["+"];
      if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    }

    move(by) {
      const times = this.plot.data[0];
      const last = times.length - 1;
      const from = this.all.time == null ? last : this.plot.valToIdx(this.all.time);
      this.all.choose(this, times[Math.max(0, Math.min(last, from + by))]);
    }

    tell() {
      const point = this.byTime.get(this.all.time);
      const told = (value) => (this.frame.unit === "s" ? Site.seconds(value) : Number(value.toPrecision(4)).toString());
      const figure = point.value == null ? "not measured" : told(point.value);
      const interval = point.low == null || point.high == null ? "" : ` (${told(point.low)} to ${told(point.high)})`;
      const facts = [
        ["", point.run.day], [this.frame.name, `${figure}${interval}`], ["that night", point.verdict],
        ["commit", point.run.commit], ["packages", point.run.note || "as before"], ["machine", point.run.machine],
      ];
      if (point.spike) facts.push(["", "a single night that stands out"]);
      readout(facts, `../${point.run.page}`, this.figure);
    }
  }

  // At the lower edge of a wide screen; of a narrow one it would cover half, so it stands below the plot that it tells of.
  const narrow = matchMedia("(max-width: 40rem)");

  function readout(facts, page, figure) {
    const readout = document.getElementById("readout");
    const place = narrow.matches ? figure : document.getElementById("history");
    if (readout.parentElement !== place) place.append(readout);
    readout.replaceChildren(...facts.map(([name, value]) => {
      const fact = document.createElement("span");
      if (name) { const label = document.createElement("small"); label.textContent = `${name} `; fact.append(label); }
      const told = document.createElement("b");
      told.textContent = value;
      fact.append(told);
      return fact;
    }));
    const link = document.createElement("a");
    link.href = page;
    link.textContent = "its record";
    readout.append(link);
    readout.hidden = false;
  }

  Site.histories = (data) => {
    const figures = [...document.querySelectorAll("[data-chart]")];
    if (!figures.length) return;
    const bar = document.querySelector("[data-toolbar]");
    const spans = [...bar.querySelectorAll("[data-span]")];
    const all = new Histories(data, figures, spans);
    all.draw();
    window.harnessYear = (block) => all.add(block);
    bar.hidden = false;
    spans.forEach((button) => button.addEventListener("click", () => all.span(+button.dataset.span)));
    all.read();
    window.addEventListener("hashchange", () => all.read());
    document.addEventListener("keydown", (event) => { if (event.key === "Escape") all.close(); });
    // Not where a finger begins to scroll: that ends without a pointerup.
    document.addEventListener("pointerup", (event) => { if (!event.target.closest(".plot, .readout, [data-toolbar]")) all.close(); });
    const every = bar.querySelector("[data-every-night]");
    if (every) every.addEventListener("click", () => { data.years.forEach((year) => all.load(year)); every.disabled = true; });
    Site.all = all; // for whoever looks into a page, and for its tests
  };
})();
