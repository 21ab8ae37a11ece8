// The table of all tasks: sorted, narrowed to a status or to what was searched for, and filled as far as is read.

const AT_ONCE = 500;
const number = (value, text) => ({ value, text: value === null || value === undefined ? "" : text });
const COLUMNS = [
  ["task", (task, at) => ({ value: at, text: tasks[at].name })],
  ["status", (task) => ({ value: task.status, text: `${SIGNS[task.status]} ${WORDS[task.status]}` })],
  ["began", (task) => number(task.began, task.began === null ? "" : `${task.began.toFixed(1)} s`)],
  ["took", (task) => number(task.status === "CACHED" ? null : task.seconds, task.took)],
  ["attempts", (task) => number(task.attempts || null, String(task.attempts))],
  ["rows", (task) => number(task.rows, task.rows === null ? "" : task.rows.toLocaleString("en"))],
  ["size", (task) => number(task.artifact ? task.artifact.bytes : null, task.artifact ? task.artifact.size : "")],
  ["error", (task) => ({ value: task.error, text: task.error.length > 200 ? `${task.error.slice(0, 200)}…` : task.error })],
];
const RIGHT = new Set(["began", "took", "attempts", "rows", "size"]);
let sorted = 0, backwards = false, only = null, sought = null, room = AT_ONCE;

function listed() {
  const found = run.tasks.flatMap((task, at) => (task && (!only || task.status === only) ? [at] : []));
  const wanted = sought ? found.filter((at) => sought.includes(at)) : found;
  const worth = (at) => COLUMNS[sorted][1](run.tasks[at], at).value;
  const order = (a, b) => {
    const [one, other] = [worth(a), worth(b)];
    if (one === other) return a - b;
    if (one === null || one === undefined || one === "") return 1;  // what is not known comes last
    if (other === null || other === undefined || other === "") return -1;
    return (one < other ? -1 : 1) * (backwards ? -1 : 1);
  };
  return sorted || backwards ? wanted.sort(order) : wanted;
}

function row(at) {
  const cells = COLUMNS.map(([name, cell], column) => {
    const { text } = cell(run.tasks[at], at);
    const kind = name === "status" ? `status ${statusOf(at).toLowerCase()}` : RIGHT.has(name) ? "number" : "";
    if (column) return make("td", { class: kind }, text);
    return make("td", {}, make("button", { type: "button", on: () => choose(at) }, text));
  });
  return make("tr", { "data-row": at }, ...cells);
}

function sort_by(column) {
  backwards = sorted === column ? !backwards : column === 3;
  sorted = column;
  fill();
  document.querySelectorAll("#tasks th button")[column].focus();
}

function head() {
  return make("tr", {}, ...COLUMNS.map(([name], column) => {
    const turned = sorted === column ? { "aria-sort": backwards ? "descending" : "ascending" } : {};
    const sign = sorted === column ? (backwards ? " ↓" : " ↑") : "";
    return make("th", { scope: "col", ...turned }, make("button", { type: "button", class: RIGHT.has(name) ? "number" : "", on: () => sort_by(column) }, name + sign));
  }));
}

function chips() {
  const counts = {};
  for (const task of run.tasks) if (task) counts[task.status] = (counts[task.status] || 0) + 1;
  const chip = (status, text) => make("button", {
    type: "button", "aria-pressed": only === status, on: () => { only = status; room = AT_ONCE; fill(); },
  }, text);
  const total = run.tasks.filter(Boolean).length;
  return make("div", { class: "chips" }, chip(null, `all ${total}`),
    ...Object.keys(WORDS).filter((one) => counts[one]).map((one) => chip(one, `${counts[one]} ${WORDS[one]}`)));
}

function fill() {
  const found = listed();
  const table = make("table", {}, make("thead", {}, head()), make("tbody", {}, ...found.slice(0, room).map(row)));
  const rest = make("button", { type: "button", on: () => { room += AT_ONCE; fill(); } }, `${found.length - room} more`);
  document.getElementById("tasks").replaceChildren(chips(), table, ...(found.length > room ? [rest] : []));
  mark_row(chosen);
}

function mark_row(at) {
  const found = document.querySelector(`#tasks tr[data-row="${at}"]`);
  if (found) found.classList.add("self");
}
