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

  class Histories {
    constructor(data, figures) {
      this.data = data;
      this.points = expanded(data.points);
      this.loaded = new Set();
      this.busy = false;
      this.charts = figures.map((figure, number) => new Chart(this, figure, number));
      const times = this.points.flat(2).map((point) => point.run.t);
      this.first = Math.min(...times);
      this.last = Math.max(...times);
      if (this.first === this.last) { this.first -= DAY; this.last += DAY; }
      const apart = (this.last - this.first) * 0.01;
      this.first -= apart; this.last += apart;
    }

    draw() { this.charts.forEach((chart) => chart.draw()); }

    zoom(from, to) {
      if (this.busy) return;
      this.busy = true;
      [this.from, this.to] = [from, to];
      this.charts.forEach((chart) => chart.plot.setScale("x", { min: from, max: to }));
      this.busy = false;
      const years = this.data.years.filter((year) => Date.UTC(+year, 0) / 1000 < to && Date.UTC(+year + 1, 0) / 1000 > from);
      if (years.length <= 2) years.forEach((year) => this.load(year));
    }

    span(days) { this.zoom(days ? Math.max(this.first, this.last - days * DAY) : this.first, this.last); }

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
        const kept = this.points[chart][model].filter((point) => !point.run.day.startsWith(block.year));
        this.points[chart][model] = [...kept, ...points].sort((a, b) => a.run.t - b.run.t);
      }));
      this.charts.forEach((chart) => chart.fill());
    }
  }

  class Chart {
    constructor(all, figure, number) {
      this.all = all;
      this.figure = figure;
      this.number = number;
      this.frame = all.data.charts[number];
      this.at = null;
    }

    get models() { return this.all.points[this.number]; }

    columns() {
      const times = [...new Set(this.models.flat().map((point) => point.run.t))].sort((a, b) => a - b);
      const place = new Map(times.map((time, n) => [time, n]));
      this.byTime = new Array(times.length);
      const columns = this.models.map((points, model) => {
        const column = new Array(times.length).fill(null);
        for (const point of points) {
          const n = place.get(point.run.t);
          column[n] = point.value;
          if (!this.byTime[n] || point.value != null) this.byTime[n] = { ...point, model };
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
        cursor: { sync: { key: "history", setSeries: false }, drag: { x: true, y: false }, focus: { prox: -1 }, y: false, points: { size: 10, width: 2, fill: () => Site.colour("paper"), stroke: (u, s) => Site.colourOf(s - 1) } },
        hooks: {
          drawClear: [(u) => this.bars(u)],
          draw: [(u) => this.over(u)],
          setCursor: [(u) => { if (this.figure.matches(":hover") && u.cursor.idx != null) this.tell(u.cursor.idx); }],
          setScale: [(u, key) => { if (key === "x" && u.status === 1) this.all.zoom(u.scales.x.min, u.scales.x.max); }],
        },
      }, this.columns());
      this.plot.over.addEventListener("dblclick", () => this.all.span(0));
      this.plot.over.addEventListener("click", () => this.figure.focus({ preventScroll: true }));
      this.figure.addEventListener("keydown", (event) => this.key(event));
      this.figure.addEventListener("focus", () => { if (!this.figure.matches(":hover")) this.move(0); });
    }

    fill() {
      const time = this.at == null ? null : this.plot.data[0][this.at];
      this.plot.setData(this.columns(), false);
      this.plot.redraw(true, true);
      this.at = time == null ? null : this.plot.data[0].indexOf(time);
    }

    // From the lowest to the highest of what is in sight, single nights that stand out left aside (they are drawn at the
    // edge), and never so narrow that noise fills the plot.
    range() {
      const [from, to] = [this.all.from ?? this.all.first, this.all.to ?? this.all.last];
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
      const { from = this.all.first, to = this.all.last } = this.all;
      const middle = this.at == null ? (from + to) / 2 : this.plot.data[0][this.at];
      const half = (to - from) / 2;
      const keys = {
        ArrowRight: () => this.move(1), ArrowLeft: () => this.move(-1),
        PageDown: () => this.move(10), PageUp: () => this.move(-10),
        Home: () => this.move(-Infinity), End: () => this.move(Infinity),
        "+": () => this.all.zoom(middle - half / 2, middle + half / 2),
        "-": () => this.all.zoom(Math.max(this.all.first, middle - half * 2), Math.min(this.all.last, middle + half * 2)),
        0: () => this.all.span(0),
        Escape: () => this.all.span(0),
        Enter: () => { if (this.at != null) location.href = `../${this.byTime[this.at].run.page}`; },
      };
      keys["="] = keys["+"];
      if (event.ctrlKey || event.metaKey || event.altKey || !keys[event.key]) return;
      event.preventDefault();
      keys[event.key]();
    }

    move(by) {
      const last = this.plot.data[0].length - 1;
      const from = this.at ?? last;
      const at = Math.max(0, Math.min(last, from + by));
      const [time, point] = [this.plot.data[0][at], this.byTime[at]];
      const { min, max } = this.plot.scales.x;
      if (time < min || time > max) this.all.zoom(time - (max - min) / 2, time + (max - min) / 2);
      this.plot.setCursor({ left: this.plot.valToPos(time, "x"), top: this.plot.valToPos(point.value ?? 0, "y") });
      this.tell(at);
    }

    tell(at) {
      const point = this.byTime[at];
      if (!point) return;
      this.at = at;
      const told = (value) => (this.frame.unit === "s" ? Site.seconds(value) : Number(value.toPrecision(4)).toString());
      const figure = point.value == null ? "not measured" : told(point.value);
      const interval = point.low == null || point.high == null ? "" : ` (${told(point.low)} to ${told(point.high)})`;
      const facts = [
        ["", point.run.day], [this.frame.name, `${figure}${interval}`], ["that night", point.verdict],
        ["commit", point.run.commit], ["packages", point.run.note || "as before"], ["machine", point.run.machine],
      ];
      if (point.spike) facts.push(["", "a single night that stands out"]);
      Site.readout(facts, `../${point.run.page}`);
    }
  }

  Site.readout = (facts, page) => {
    const readout = document.getElementById("readout");
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
  };

  Site.histories = (data) => {
    const figures = [...document.querySelectorAll("[data-chart]")];
    if (!figures.length) return;
    const all = new Histories(data, figures);
    all.draw();
    window.harnessYear = (block) => all.add(block);
    const bar = document.querySelector("[data-toolbar]");
    bar.hidden = false;
    const spans = [...bar.querySelectorAll("[data-span]")];
    for (const button of spans) {
      button.addEventListener("click", () => {
        spans.forEach((each) => each.setAttribute("aria-pressed", String(each === button)));
        all.span(+button.dataset.span);
      });
    }
    const every = bar.querySelector("[data-every-night]");
    if (every) every.addEventListener("click", () => { data.years.forEach((year) => all.load(year)); every.disabled = true; });
    Site.all = all; // for whoever looks into a page, and for its tests
  };
})();
