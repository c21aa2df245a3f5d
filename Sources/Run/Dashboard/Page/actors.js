// The table of actors: sorted, searched, and fifty at a time, however many there are.
import { bytes, count, element, missing, number, seconds } from "./format.js";

const pageSize = 50;
const [name, connected, steps, speed, behind, failures, restarts, credit, latency, end] = Array(10).keys();

const columns = [
  { title: "Actor", field: name, text: row => row[name], heads: true },
  { title: "State", field: connected, text: row => row[connected] ? "connected" : "gone" },
  { title: "Steps/s", field: speed, text: row => row[connected] ? number(row[speed]) : missing, isNumber: true },
  { title: "Steps", field: steps, text: row => count(row[steps]), isNumber: true },
  { title: "Behind", field: behind, text: row => row[behind] === null ? "by chance" : count(row[behind]), isNumber: true },
  { title: "Credit", field: credit, text: row => bytes(row[credit]), isNumber: true },
  { title: "Latency", field: latency, text: row => seconds(row[latency]), isNumber: true },
  { title: "Restarts", field: restarts, text: row => count(row[restarts]), isNumber: true },
  { title: "Failures", field: failures, text: row => count(row[failures]), isNumber: true },
  { title: "Last end", field: end, text: row => row[end] ?? missing },
];

const order = new Intl.Collator("en", { numeric: true });

export class ActorTable {
  constructor() {
    this.rows = [];
    this.sorting = { field: name, isDown: false };
    this.page = 0;
    const find = id => document.getElementById(id);
    [this.head, this.body, this.filter] = ["actor-head", "actor-rows", "actor-filter"].map(find);
    [this.summary, this.pages, this.place] = ["actor-summary", "actor-pages", "actor-page"].map(find);
    [this.back, this.next] = ["actor-back", "actor-next"].map(find);
    this.head.append(...columns.map(column => this.heading(column)));
    this.filter.addEventListener("input", () => this.turnTo(0));
    this.back.addEventListener("click", () => this.turnTo(this.page - 1));
    this.next.addEventListener("click", () => this.turnTo(this.page + 1));
  }

  heading(column) {
    const button = element("button", { type: "button" }, column.title);
    const cell = element("th", { scope: "col", ...(column.isNumber ? { class: "number" } : {}) }, button);
    column.cell = cell;
    column.button = button;
    button.addEventListener("click", () => {
      const { field, isDown } = this.sorting;
      this.sorting = { field: column.field, isDown: field === column.field ? !isDown : Boolean(column.isNumber) };
      this.turnTo(0);
    });
    return cell;
  }

  show(rows) {
    this.rows = rows;
    this.draw();
  }

  turnTo(page) {
    this.page = page;
    this.draw();
  }

  draw() {
    const wanted = this.filter.value.trim().toLowerCase();
    const found = wanted ? this.rows.filter(row => row[name].toLowerCase().includes(wanted)) : [...this.rows];
    const { field, isDown } = this.sorting;
    found.sort((one, other) => {
      const [a, b] = [one[field], other[field]];
      const by = typeof a === "string" && typeof b === "string" ? order.compare(a, b) : (a ?? -Infinity) - (b ?? -Infinity) || 0;
      return (isDown ? -by : by) || order.compare(one[name], other[name]);
    });
    const pages = Math.max(1, Math.ceil(found.length / pageSize));
    this.page = Math.min(Math.max(0, this.page), pages - 1);
    this.fill(found.slice(this.page * pageSize, (this.page + 1) * pageSize));
    this.pages.hidden = pages === 1;
    this.set(this.place, `${this.page + 1} of ${pages}`);
    this.back.disabled = this.page === 0;
    this.next.disabled = this.page === pages - 1;
    for (const column of columns) {
      const isSorted = column.field === field;
      column.cell.setAttribute("aria-sort", isSorted ? (isDown ? "descending" : "ascending") : "none");
      this.set(column.button, column.title + (isSorted ? (isDown ? " ↓" : " ↑") : ""));
    }
    this.summarize();
  }

  summarize() {
    const here = this.rows.filter(row => row[connected]);
    const speeds = here.reduce((sum, row) => sum + row[speed], 0);
    const oldest = Math.max(-1, ...here.map(row => row[behind] ?? -1));
    const slowest = Math.max(-1, ...here.map(row => row[latency] ?? -1));
    const parts = [`${count(here.length)} connected`, `${number(speeds)} steps/s`];
    if (oldest >= 0) parts.push(`at most ${count(oldest)} version${oldest === 1 ? "" : "s"} behind`);
    if (slowest >= 0) parts.push(`answers within ${seconds(slowest)}`);
    if (here.length < this.rows.length) parts.push(`${count(this.rows.length - here.length)} gone`);
    this.set(this.summary, parts.join(" · "));
  }

  // Rows stay where they are, and only what has changed is written: nothing flickers, and a selection holds.
  fill(rows) {
    while (this.body.rows.length > rows.length) this.body.deleteRow(-1);
    while (this.body.rows.length < rows.length) {
      const row = this.body.insertRow();
      for (const column of columns) {
        row.append(element(column.heads ? "th" : "td", { ...(column.heads ? { scope: "row" } : {}), ...(column.isNumber ? { class: "number" } : {}) }));
      }
    }
    rows.forEach((row, index) => {
      const shown = this.body.rows[index];
      shown.dataset.gone = String(!row[connected]);
      columns.forEach((column, place) => this.set(shown.cells[place], column.text(row)));
    });
  }

  set(target, text) {
    if (target.textContent !== text) target.textContent = text;
  }
}
