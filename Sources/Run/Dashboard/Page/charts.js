// Curves of one or more runs over agent steps or time.
import { element, number, seconds } from "./format.js";

const space = "http://www.w3.org/2000/svg";
const margin = { left: 50, right: 10, top: 8, bottom: 22 };

function drawn(name, attributes, text) {
  const made = document.createElementNS(space, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

// At most `most` round numbers in a range.
export function ticks(low, high, most) {
  if (!(high > low)) return [low];
  const rough = (high - low) / most;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map(factor => factor * power).find(step => step >= rough * 0.999);
  const found = [];
  for (let tick = Math.ceil(low / step) * step; tick <= high + step * 1e-9; tick += step) found.push(Math.abs(tick) < step * 1e-9 ? 0 : tick);
  return found;
}

// An exponential mean without its bias at the beginning.
export function smoothed(values, weight) {
  if (!weight) return values;
  let mean = 0, mass = 0;
  return values.map(value => {
    mean = weight * mean + (1 - weight) * value;
    mass = weight * mass + (1 - weight);
    return mean / mass;
  });
}

export class Chart {
  // `about`: title, note, band (whether the range of samples is drawn), format.
  constructor(key, about, view) {
    this.key = key;
    this.about = about;
    this.view = view;
    this.series = [];
    this.cursor = null;
    this.readout = element("span", { class: "readout" });
    this.figure = element("figure", {},
      element("figcaption", {}, element("b", {}, about.title), this.readout,
        ...(about.note ? [element("span", { class: "note" }, about.note)] : [])));
    this.svg = drawn("svg", { role: "img", tabindex: "0", "aria-label": about.title });
    this.figure.append(this.svg);
    this.svg.addEventListener("pointermove", event => this.point(event));
    this.svg.addEventListener("pointerleave", () => this.moveTo(null));
    this.svg.addEventListener("blur", () => this.moveTo(null));
    this.svg.addEventListener("keydown", event => this.pressed(event));
    this.isVisible = false;
    this.isStale = true;
    new IntersectionObserver(entries => {
      this.isVisible = entries.at(-1).isIntersecting;
      this.draw();
    }, { rootMargin: "200px" }).observe(this.figure);
    new ResizeObserver(() => this.changed()).observe(this.svg);
  }

  // `series`: for each run its color, name and points [steps, minutes, value, low, high].
  show(series) {
    this.series = series;
    this.changed();
  }

  changed() {
    this.isStale = true;
    this.draw();
  }

  draw() {
    if (!this.isVisible || !this.isStale || this.isWaiting) return;
    this.isWaiting = true;
    requestAnimationFrame(() => {
      this.isWaiting = false;
      this.isStale = false;
      this.redraw();
    });
  }

  redraw() {
    const { width, height } = this.svg.getBoundingClientRect();
    if (width < 80) return;
    const column = this.view.axis === "minutes" ? 1 : 0;
    this.lines = this.series.filter(run => run.points.length).map(run => ({
      color: run.color, name: run.name, points: run.points,
      x: run.points.map(point => point[column]),
      y: smoothed(run.points.map(point => point[2]), this.view.smoothing),
    }));
    this.svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
    this.svg.replaceChildren();
    if (!this.lines.length) return;
    this.scale(width, height);
    this.drawAxes(width, height);
    for (const line of this.lines) this.drawLine(line);
    this.cursorLine = drawn("line", { class: "cursor", y1: margin.top, y2: height - margin.bottom, visibility: "hidden" });
    this.svg.append(this.cursorLine);
    this.say();
  }

  scale(width, height) {
    let left = Infinity, right = -Infinity, low = Infinity, high = -Infinity;
    for (const line of this.lines) {
      left = Math.min(left, line.x[0]);
      right = Math.max(right, line.x.at(-1));
      for (const point of line.points) {
        low = Math.min(low, this.about.band ? point[3] ?? point[2] : point[2]);
        high = Math.max(high, this.about.band ? point[4] ?? point[2] : point[2]);
      }
    }
    if (left > 0 && left < right * 0.5) left = 0;
    if (!(right > left)) right = left + 1;
    const pad = (high - low) * 0.06 || Math.abs(high) * 0.1 || 1;
    this.range = { left, right, low: low >= 0 && low - pad < 0 ? 0 : low - pad, high: high + pad };
    const { range } = this;
    this.toX = value => margin.left + (value - range.left) / (range.right - range.left) * (width - margin.left - margin.right);
    this.toY = value => height - margin.bottom - (value - range.low) / (range.high - range.low) * (height - margin.top - margin.bottom);
  }

  drawAxes(width, height) {
    for (const tick of ticks(this.range.low, this.range.high, height > 200 ? 5 : 3)) {
      const y = this.toY(tick);
      this.svg.append(drawn("line", { class: "grid", x1: margin.left, x2: width - margin.right, y1: y, y2: y }));
      this.svg.append(drawn("text", { x: margin.left - 6, y: y + 4, "text-anchor": "end" }, this.value(tick)));
    }
    for (const tick of ticks(this.range.left, this.range.right, width > 420 ? 5 : 3)) {
      const x = this.toX(tick);
      const anchor = x > width - 30 ? "end" : x < margin.left + 12 ? "start" : "middle";
      this.svg.append(drawn("text", { x, y: height - 5, "text-anchor": anchor }, this.position(tick)));
    }
  }

  drawLine(line) {
    const path = values => "M" + values.map((value, index) => `${this.toX(line.x[index]).toFixed(1)} ${this.toY(value).toFixed(1)}`).join("L");
    if (this.about.band && this.lines.length < 4 && line.points.some(point => point.length > 3)) {
      const corner = (index, value) => `${this.toX(line.x[index]).toFixed(1)} ${this.toY(value).toFixed(1)}`;
      const upper = line.points.map((point, index) => corner(index, point[4] ?? point[2]));
      const lower = line.points.map((point, index) => corner(index, point[3] ?? point[2])).reverse();
      this.svg.append(drawn("path", { class: `band fill-${line.color}`, d: `M${[...upper, ...lower].join("L")}Z` }));
    }
    if (this.view.smoothing && this.lines.length < 4) {
      this.svg.append(drawn("path", { class: `raw run-${line.color}`, d: path(line.points.map(point => point[2])) }));
    }
    if (line.points.length === 1) {
      this.svg.append(drawn("circle", { class: `fill-${line.color}`, r: 3, cx: this.toX(line.x[0]), cy: this.toY(line.y[0]) }));
    } else {
      this.svg.append(drawn("path", { class: `line run-${line.color}`, d: path(line.y) }));
    }
  }

  value(value) { return (this.about.format ?? number)(value); }
  position(value) { return this.view.axis === "minutes" ? seconds(value * 60) : number(value); }

  // MARK: What is read off

  point(event) {
    if (!this.lines?.length) return;
    const box = this.svg.getBoundingClientRect();
    const share = (event.clientX - box.left - margin.left) / (box.width - margin.left - margin.right);
    this.moveTo(this.range.left + Math.min(1, Math.max(0, share)) * (this.range.right - this.range.left));
  }

  pressed(event) {
    if (!this.lines?.length) return;
    const { left, right } = this.range;
    const step = (right - left) / (event.shiftKey ? 10 : 50);
    const moves = {
      ArrowLeft: () => Math.max(left, (this.cursor ?? right) - step), ArrowRight: () => Math.min(right, (this.cursor ?? left) + step),
      Home: () => left, End: () => right, Escape: () => null,
    };
    if (!(event.key in moves)) return;
    event.preventDefault();
    this.moveTo(moves[event.key]());
  }

  moveTo(position) {
    this.cursor = position;
    if (this.cursorLine) this.say();
  }

  // The values at the cursor, or the last ones.
  say() {
    const at = this.cursor;
    this.cursorLine.setAttribute("visibility", at === null ? "hidden" : "visible");
    if (at !== null) for (const end of ["x1", "x2"]) this.cursorLine.setAttribute(end, this.toX(at));
    const values = this.lines.map(line => {
      let index = line.x.length - 1;
      if (at !== null) while (index > 0 && line.x[index] > at) index -= 1;
      return this.value(line.y[index]);
    });
    const text = values.length > 3 ? `${values.length} runs` : values.join(" · ");
    this.readout.textContent = at === null ? text : `${this.position(at)}: ${values.join(" · ")}`;
    this.svg.setAttribute("aria-label", `${this.about.title}: ${this.readout.textContent}. Arrow keys move along the curve.`);
  }
}
