import { ActorTable } from "./actors.js";
import { Chart } from "./charts.js";
import { bytes, count, element, missing, number, percent, seconds } from "./format.js";

const find = id => document.getElementById(id);
const colors = 8;

// MARK: What the address says, so that a link shows the same

const view = { axis: "steps", smoothing: 0.6, runs: null };

function readAddress() {
  const said = new URLSearchParams(location.hash.slice(1));
  if (["steps", "minutes"].includes(said.get("x"))) view.axis = said.get("x");
  const smoothing = Number(said.get("smooth"));
  if (said.has("smooth") && smoothing >= 0 && smoothing < 1) view.smoothing = smoothing;
  if (said.has("run")) view.runs = said.getAll("run");
}

function writeAddress() {
  const says = new URLSearchParams({ x: view.axis, smooth: String(view.smoothing) });
  if (!isLive) for (const run of selected()) says.append("run", run.name);
  history.replaceState(null, "", "#" + says);
}

// MARK: Runs

let isLive = true;
// In the server's order: name, summary, and once it is shown state and curves.
const runs = [];
let colorCount = 0;

const selected = () => runs.filter(run => run.isShown);
const only = () => selected().length === 1 ? selected()[0] : null;

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (answer.status === 401) location.assign("/login");
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.json();
}

async function loadList() {
  const list = await ask("/api/runs");
  isLive = list.live;
  list.runs.forEach((summary, index) => {
    if (!runs[index]) runs[index] = { index, name: summary.name, curves: {}, actors: [], isShown: false, number: 0 };
    runs[index].summary = summary;
  });
}

function choose() {
  if (isLive) runs[0].isShown = true;
  else if (view.runs) for (const run of runs) run.isShown = view.runs.includes(run.name);
  else for (const run of [...runs].sort((a, b) => (b.summary.updated ?? 0) - (a.summary.updated ?? 0)).slice(0, 4)) run.isShown = true;
}

async function load(run) {
  if (run.isLoading) return;
  run.isLoading = true;
  // In the order in which runs are chosen, whichever answers first.
  run.color ??= colorCount++ % colors;
  try {
    const { number, run: all } = await ask(`/api/runs/${run.index}`);
    run.number = number;
    run.curves = Object.fromEntries(Object.entries(all.curves).map(([key, [generation, , points]]) => [key, { generation, points }]));
    run.actors = all.actors;
    run.state = all;
  } finally {
    run.isLoading = false;
  }
}

// What an event says about a run: false where something between was missed.
function update(run, news, eventNumber) {
  if (eventNumber <= run.number) return true;
  if (!run.state || news.epoch !== run.state.epoch) return false;
  for (const [key, [generation, first, points]] of Object.entries(news.curves)) {
    const curve = run.curves[key] ??= { generation, points: [] };
    if (curve.generation !== generation || first > curve.points.length) return false;
    curve.points.splice(first, Infinity, ...points);
  }
  if (news.actors) run.actors = news.actors;
  run.state = news;
  run.number = eventNumber;
  return true;
}

// MARK: Events

let lastEvent = 0, failures = 0;

function listen() {
  const events = new EventSource("/api/events");
  events.onopen = async () => {
    failures = 0;
    lastEvent = 0;
    try { await reloadShown(); } catch { return; }
    setStatus();
  };
  events.onmessage = event => receive(JSON.parse(event.data));
  events.onerror = () => {
    events.close();
    failures += 1;
    setStatus();
    setTimeout(listen, Math.min(30, 2 ** failures) * 1000);
  };
}

async function reloadShown() {
  await Promise.all(selected().map(load));
  drawAll();
}

function receive(event) {
  const hasGap = lastEvent && event.number > lastEvent + 1;
  lastEvent = event.number;
  for (const [index, news] of Object.entries(event.runs)) {
    const run = runs[index];
    if (!run?.isShown) continue;
    if (hasGap || !update(run, news, event.number)) load(run).then(drawAll, () => {});
  }
  drawAll();
}

function setStatus() {
  const run = only();
  const age = run?.state?.updated ? Date.now() / 1000 - run.state.updated : null;
  const isDone = run && run.state && run.state.target > 0 && run.state.done >= run.state.target;
  let [state, text] = ["", `${selected().length} of ${runs.length} runs`];
  if (failures) [state, text] = ["lost", isLive ? (failures > 3 ? "the learner has ended" : "reconnecting") : "reconnecting"];
  else if (run && isLive) [state, text] = ["live", "live"];
  else if (run && age !== null) [state, text] = age < 60 ? ["live", "training"] : ["", isDone ? "complete" : "stopped"];
  const pill = find("status");
  pill.dataset.state = state;
  if (pill.textContent !== text) pill.textContent = text;
}

// MARK: Curves

const squared = "squared error, summed over pixels";
const known = {
  "return": { title: "Return of an episode", note: "mean, and the range of the episodes behind each point", band: true, place: "return" },
  "evaluation": { title: "Evaluation", note: "mean return with fixed seeds, no learning", place: "return" },
  "length": { title: "Length of an episode", note: "agent steps", band: true, place: "behaviour" },
  "loss.model": { title: "World model", note: "weighted sum", place: "losses" },
  "loss.image": { title: "Image", note: squared, place: "losses" },
  "loss.differential": { title: "Differential observation", note: squared, place: "losses" },
  "loss.vector": { title: "Vector", note: "squared error in symlog", place: "losses" },
  "loss.reward": { title: "Reward", note: "nats", place: "losses" },
  "loss.continue": { title: "Continuation", note: "nats", place: "losses" },
  "loss.dyn": { title: "Dynamics", note: "KL, nats", place: "losses" },
  "loss.rep": { title: "Representation", note: "KL, nats", place: "losses" },
  "loss.divergence": { title: "Divergence of frame differences", place: "losses" },
  "loss.value": { title: "Value predictor", note: "nats", place: "losses" },
  "loss.action": { title: "Action predictor", note: "nats", place: "losses" },
  "loss.actor": { title: "Actor", place: "losses" },
  "loss.critic": { title: "Critic", note: "nats", place: "losses" },
  "openloop.inside": { title: "Open loop, where it moves", note: "squared error of a value", place: "losses" },
  "openloop.frozen": { title: "The same if nothing moved", note: "squared error of a value", place: "losses" },
  "openloop.outside": { title: "Open loop, where it stands still", note: "squared error of a value", place: "losses" },
  "openloop.invented": { title: "Invented change", note: "share of what is predicted to change", place: "losses" },
  "stat.return": { title: "Imagined return", note: "mean λ-return", place: "behaviour" },
  "stat.entropy": { title: "Entropy of the policy", note: "nats", place: "behaviour" },
  "stat.imagined_reward": { title: "Imagined reward", note: "per step", place: "behaviour" },
  "speed.agent": { title: "Agent steps", note: "stored per second", place: "speed" },
  "speed.training": { title: "Training steps", note: "per second", place: "speed" },
  "step_seconds": { title: "A training step takes", format: seconds, place: "speed" },
  "staleness.arriving": { title: "Staleness on arrival", note: "policy versions", place: "speed" },
  "staleness.replayed": { title: "Staleness of replayed steps", note: "policy versions", place: "speed" },
  "replay.steps": { title: "Replay", note: "agent steps", place: "speed" },
  "replay.ratio": { title: "Replay ratio", note: "replayed steps per agent step", place: "speed" },
  "memory": { title: "Memory", note: "of the learner", format: bytes, place: "speed" },
};
for (const [key, about] of Object.entries(known).filter(([key]) => key.startsWith("loss."))) {
  known[`held_out.${key}`] = { ...about, title: `${about.title}, held-out episodes` };
}
const charts = new Map();
const order = Object.keys(known);
const rank = key => order.includes(key) ? order.indexOf(key) : order.length;

function chart(key) {
  if (charts.has(key)) return charts.get(key);
  const about = known[key] ?? { title: key.replace(/^loss\./, ""), place: key.startsWith("loss.") ? "losses" : "more" };
  const made = new Chart(key, about, view);
  charts.set(key, made);
  // In the order of the table, whatever comes first.
  const inOrder = [...charts.values()].filter(other => other.about.place === about.place)
    .sort((one, other) => rank(one.key) - rank(other.key) || one.key.localeCompare(other.key));
  find(`charts-${about.place}`).insertBefore(made.figure, inOrder[inOrder.indexOf(made) + 1]?.figure ?? null);
  return made;
}

function drawCurves() {
  const shown = selected().filter(run => run.state);
  const keys = new Set(shown.flatMap(run => Object.keys(run.curves)));
  const goes = shown.length && shown.every(run => run.state.goes === shown[0].state.goes) ? shown[0].state.goes : "agent steps";
  set(find("axis").options[0], goes);
  for (const key of keys) {
    chart(key).show(shown.filter(run => run.curves[key]).map(run => ({ color: run.color, name: run.name, points: run.curves[key].points })));
  }
  for (const [key, made] of charts) made.figure.hidden = !keys.has(key);
  for (const box of document.querySelectorAll(".charts")) {
    box.closest("section").hidden = ![...box.children].some(figure => !figure.hidden);
  }
}

// MARK: One run

const actorTable = new ActorTable();

function set(target, text) {
  if (target.textContent !== text) target.textContent = text;
}

function drawHead(run) {
  const state = run?.state;
  const title = state?.environment ? `${state.environment} · ${state.agent}` : run?.name ?? (runs.length ? "Compare runs" : "dreamer");
  set(find("title"), title);
  document.title = title;
  find("progress-row").hidden = !state?.target;
  const unread = selected().reduce((sum, run) => sum + (run.state?.unreadLines ?? 0), 0);
  find("notice").hidden = !unread;
  set(find("notice"), `${count(unread)} line${unread === 1 ? "" : "s"} of metrics could not be read and ${unread === 1 ? "is" : "are"} left out.`);
  if (!state?.target) return;
  const share = Math.min(1, state.done / state.target);
  const bar = find("progress");
  bar.setAttribute("aria-valuenow", String(Math.round(share * 100)));
  bar.firstElementChild.style.width = `${share * 100}%`;
  const parts = [`${count(state.done)} of ${count(state.target)} ${state.goes}`, percent(share)];
  if (state.left !== null && share < 1 && !failures) parts.push(`${seconds(state.left)} left`);
  if (!isLive) parts.push(run.name);
  set(find("progress-text"), parts.join(" · "));
}

function tiles(state) {
  const { replay, evaluation, staleness, process } = state;
  return [
    ["Recent return", number(state.recentReturn), `of ${count(state.episodes)} episodes, the last 100`],
    evaluation ? ["Evaluation", number(evaluation.mean), `± ${number(evaluation.deviation)} over ${count(evaluation.episodes)} episodes`] : null,
    ["Agent steps", `${number(state.agentSpeed)}/s`, `${number(state.agentSteps * state.actionRepeat)} frames so far`],
    ["Training steps", `${number(state.trainSpeed)}/s`, `${count(state.trainSteps)} so far${state.skippedSteps ? `, ${count(state.skippedSteps)} left out` : ""}`],
    replay ? ["Replay ratio", number(replay.ratio), `is to be ${number(replay.wantedRatio)}`] : null,
    ["Policy", count(state.policyVersion), staleness.replayed === null ? "versions so far" : `replayed steps are ${number(staleness.replayed)} versions older`],
    process ? ["Memory", bytes(process.memory), `${count(process.threads)} threads, ${count(process.descriptors)} open files`] : null,
  ].filter(Boolean);
}

function drawNow(state) {
  set(find("waiting"), state.waiting ?? "Nobody waits: actors play and training goes on.");
  find("waiting").dataset.waits = String(Boolean(state.waiting));
  const list = find("tiles");
  tiles(state).forEach(([name, value, more], index) => {
    const tile = list.children[index] ?? list.appendChild(element("div", {}, element("dt"), element("dd", {}, element("span"), element("small"))));
    set(tile.children[0], name);
    set(tile.children[1].children[0], value);
    set(tile.children[1].children[1], more);
  });
}

function bar(name, share, value) {
  const inner = element("i");
  inner.style.width = `${Math.min(1, Math.max(0, share)) * 100}%`;
  return [element("span", {}, name), element("div", { class: "bar", "aria-hidden": "true" }, inner), element("span", { class: "value" }, value)];
}

function drawLimiter(state) {
  const { replay, elapsed } = state;
  if (!replay || replay.samplerWaited === null) return find("limiter").replaceChildren(element("p", {}, "This run did not measure it."));
  const total = Math.max(elapsed ?? 0, replay.samplerWaited, replay.actorsWaited, 1e-9);
  find("limiter").replaceChildren(
    ...bar("Training for actors", replay.samplerWaited / total, `${percent(replay.samplerWaited / total)}, ${seconds(replay.samplerWaited)}`),
    ...bar("Actors for training", replay.actorsWaited / total, `${percent(replay.actorsWaited / total)}, ${seconds(replay.actorsWaited)}`),
    element("p", {}, `Of ${seconds(elapsed)} that this learner has worked. Where actors wait, training is what limits the run; where training waits, more actors would help.`));
}

function drawParts(state) {
  const parts = state.parts.filter(([, spent]) => spent > 0).sort((one, other) => other[1] - one[1]);
  const total = parts.reduce((sum, [, spent]) => sum + spent, 0);
  if (!total) return find("parts").replaceChildren(element("p", {}, "No training step was measured yet."));
  find("parts").replaceChildren(
    ...parts.flatMap(([name, spent]) => bar(name, spent / total, `${seconds(spent)} · ${percent(spent / total)}`)),
    element("p", {}, `A step takes ${seconds(total)}.`));
}

function drawReplay(state) {
  const { replay, staleness } = state;
  if (!replay) return;
  const facts = [
    ["Agent steps", count(replay.steps)], ["Trajectories", count(replay.trajectories)], ["Compressed", bytes(replay.bytes)],
    ["Oldest step stored", replay.oldest === null ? missing : `${seconds(replay.oldest)} ago`],
    ["Newest step stored", replay.newest === null ? missing : `${seconds(replay.newest)} ago`],
    ["Replayed", `${count(state.replayedSteps)} steps`],
    ["Arriving trajectories", staleness.mean === null ? missing : `${number(staleness.mean)} versions old, at most ${number(staleness.maximum)}`],
    ...(replay.damaged ? [["Damaged trajectories", count(replay.damaged)]] : []),
  ];
  find("replay").replaceChildren(...facts.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)]));
}

function drawPictures(run) {
  const list = find("picture-list");
  const pictures = run?.state?.pictures ?? [];
  find("pictures").hidden = !pictures.length;
  const kinds = new Map([...list.children].map(figure => [figure.dataset.kind, figure]));
  for (const { kind, step, file } of pictures) {
    const figure = kinds.get(kind) ?? element("figure", { "data-kind": kind },
      element("figcaption", {}, element("b", {}, kind.replace(/[-_]/g, " ")), element("span", { class: "readout" })), element("img"));
    kinds.delete(kind);
    const source = `/api/runs/${run.index}/pictures/${encodeURIComponent(file)}`;
    if (figure.dataset.source !== source) {
      figure.dataset.source = source;
      set(figure.querySelector(".readout"), `training step ${count(step)}`);
      const image = figure.querySelector("img");
      image.alt = `${kind} at training step ${step}`;
      image.src = source;
    }
    if (!figure.isConnected) list.append(figure);
  }
  for (const figure of kinds.values()) figure.remove();
}

// MARK: Many runs

function drawRuns() {
  find("runs").hidden = isLive;
  if (isLive) return;
  find("no-runs").hidden = runs.length > 0;
  const body = find("run-rows");
  for (const run of runs) {
    if (!run.row) {
      const box = element("input", { type: "checkbox", "aria-label": `Show ${run.name}` });
      box.addEventListener("change", () => show(run, box.checked));
      run.swatch = element("span", { class: "swatch" });
      run.row = element("tr", {}, element("td", {}, box, run.swatch), element("th", { scope: "row" }, run.name),
        ...["", "", "number", "number", "number"].map(kind => element("td", { class: kind })));
      run.box = box;
      body.append(run.row);
    }
    run.box.checked = run.isShown;
    run.swatch.className = run.isShown && run.color !== undefined ? `swatch run-${run.color}` : "swatch";
    const told = run.state && run.isShown ? run.state : run.summary;
    const cells = [told.environment ?? missing, told.agent ?? missing, count(told.agentSteps), number(told.recentReturn), told.evaluation ? number(told.evaluation.mean) : missing];
    cells.forEach((text, index) => set(run.row.cells[index + 2], text));
  }
}

async function show(run, isShown) {
  run.isShown = isShown;
  if (isShown) await load(run).catch(() => {});
  writeAddress();
  drawAll();
}

async function watchList() {
  try { await loadList(); } catch { return; }
  if (!runs.some(run => run.isShown) && !view.runs) {
    choose();
    await reloadShown().catch(() => {});
  }
  drawAll();
}

// MARK: All of it

function drawAll() {
  const run = only();
  drawHead(run);
  drawRuns();
  drawCurves();
  drawPictures(run);
  for (const id of ["now", "details"]) find(id).hidden = !run?.state;
  find("actors").hidden = !run?.actors.length;
  if (run?.state) {
    drawNow(run.state);
    drawLimiter(run.state);
    drawParts(run.state);
    drawReplay(run.state);
    actorTable.show(run.actors);
  }
  setStatus();
}

// MARK: Controls

function drawControls() {
  find("axis").value = view.axis;
  find("smoothing").value = String(view.smoothing);
  find("smoothing-value").value = view.smoothing.toFixed(2);
}

function controlsChanged() {
  view.axis = find("axis").value;
  view.smoothing = Number(find("smoothing").value);
  drawControls();
  writeAddress();
  for (const made of charts.values()) made.changed();
}

function setTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  set(find("theme"), `Theme: ${theme}`);
  localStorage.setItem("theme", theme);
}

async function share() {
  writeAddress();
  try {
    await navigator.clipboard.writeText(location.href);
    set(find("shared"), "copied");
  } catch {
    set(find("shared"), "the address of this page is the link");
  }
  setTimeout(() => set(find("shared"), ""), 4000);
}

readAddress();
const themes = ["system", "light", "dark"];
setTheme(themes.includes(localStorage.getItem("theme")) ? localStorage.getItem("theme") : "system");
find("theme").addEventListener("click", () => setTheme(themes[(themes.indexOf(localStorage.getItem("theme")) + 1) % themes.length]));
drawControls();
find("controls").addEventListener("input", controlsChanged);
find("controls").addEventListener("submit", event => event.preventDefault());
find("share").addEventListener("click", share);
await loadList();
choose();
drawAll();
listen();
if (!isLive) setInterval(watchList, 10_000);
