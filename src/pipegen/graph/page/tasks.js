// Choosing and finding tasks, with the mouse and with the keyboard.

let chosen = -1, reachable = 0;

/** Show a task's details and what it depends on; -1 closes the panel. */
function choose(at, near) {
  for (const old of graph.querySelectorAll(".kin, .near, .self")) old.classList.remove("kin", "near", "self");
  chosen = at;
  graph.classList.toggle("chosen", at >= 0);
  more.chosen(at);
  if (at < 0) {
    panel.hidden = true;
    if (view.fitted) fit();
    remember("");
    return;
  }
  nodes[at].classList.add("kin", "self");
  for (const edge of lineage(at)) {
    edges[edge].classList.add("kin");
    for (const end of data.edges[edge]) nodes[end].classList.add("kin");
  }
  for (const edge of [...into[at], ...outOf[at]]) edges[edge].classList.add("near");
  open(details(at));
  reach(at);
  reveal(at, near);
  remember(tasks[at].name);
}

/** The one task that the tab key stops at. */
function reach(at) {
  nodes[reachable].tabIndex = -1;
  nodes[at].tabIndex = 0;
  reachable = at;
}

function focus(at) {
  reach(at);
  reveal(at, true);
  nodes[at].focus({ preventScroll: true });
}

function remember(name) {
  try {
    history.replaceState(null, "", name ? `#task=${encodeURIComponent(name)}` : location.pathname + location.search);
  } catch { /* some browsers keep the address of a local file */ }
}

function recall() {
  let name = location.hash.startsWith("#task=") ? location.hash.slice(6) : "";
  try { name = decodeURIComponent(name); } catch { name = ""; }
  const at = name ? tasks.findIndex((task) => task.name === name) : -1;
  if (at >= 0 && at !== chosen) choose(at, true);
}

svg.addEventListener("click", (event) => {
  if (moved > 4) return;
  const node = event.target.closest(".node");
  choose(node ? nodes.indexOf(node) : -1);
});

function neighbour(at, key) {
  const from = places[at];
  if (key === "ArrowRight" || key === "ArrowLeft") {
    const [lists, end] = key === "ArrowRight" ? [outOf, 1] : [into, 0];
    const ends = lists[at].map((edge) => data.edges[edge][end]);
    const middle = (place) => place.y + place.height / 2;
    const far = (one) => Math.abs(middle(places[one]) - middle(from));
    return ends.reduce((best, one) => (best < 0 || far(one) < far(best) ? one : best), -1);
  }
  const sign = key === "ArrowDown" ? 1 : -1;
  return places.reduce((best, place, one) => {
    const far = (place.y - from.y) * sign;
    return place.x === from.x && far > 0 && (best < 0 || far < (places[best].y - from.y) * sign) ? one : best;
  }, -1);
}

graph.addEventListener("keydown", (event) => {
  const at = nodes.indexOf(event.target);
  if (at < 0) return;
  if (event.key === "Enter" || event.key === " ") {
    choose(at);
    panel.focus();
    event.preventDefault();
  } else if (event.key.startsWith("Arrow")) {
    const next = neighbour(at, event.key);
    if (next >= 0) focus(next);
    event.preventDefault();
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (search.value) { search.value = ""; find(); }
    else if (!panel.hidden) { const last = chosen; choose(-1); if (last >= 0) focus(last); }
  }
  if (event.target === search || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = { "/": () => search.focus(), "+": () => zoom(1.25), "-": () => zoom(0.8), "0": fit }[event.key];
  if (act) { act(); event.preventDefault(); }
});

let hits = [], turn = -1;

function find() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const text = (task) => `${task.name} ${task.step} ${data.steps[task.step].entrypoint}`.toLowerCase();
  hits = words.length ? tasks.flatMap((task, at) => (words.every((word) => text(task).includes(word)) ? [at] : [])) : [];
  turn = -1;
  for (const old of graph.querySelectorAll(".hit")) old.classList.remove("hit");
  for (const at of hits) nodes[at].classList.add("hit");
  graph.classList.toggle("searching", words.length > 0);
  found.textContent = words.length ? `${hits.length} of ${tasks.length}` : "";
  more.found(words.length ? hits : null);
}

search.addEventListener("input", find);
search.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || !hits.length) return;
  turn = (turn + (event.shiftKey ? hits.length - 1 : 1) + (turn < 0 && event.shiftKey ? 1 : 0)) % hits.length;
  choose(hits[turn], true);
  found.textContent = `${turn + 1} of ${hits.length}`;
});

document.getElementById("about").addEventListener("click", () => { choose(-1); open(overview()); panel.focus(); });
document.getElementById("smaller").addEventListener("click", () => zoom(0.8));
document.getElementById("larger").addEventListener("click", () => zoom(1.25));
document.getElementById("fit").addEventListener("click", fit);
document.getElementById("theme").addEventListener("click", () => {
  const root = document.documentElement;
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
});
nodes.forEach((node, at) => {
  node.setAttribute("tabindex", at ? "-1" : "0");
  node.setAttribute("role", "button");
  node.setAttribute("aria-label", [tasks[at].name, tasks[at].role, tasks[at].step, more.label(at)].filter(Boolean).join(", "));
});
fit();
if (view.scale < 0.2) {  // too much to read at once: begin at the left
  const scale = Math.min(0.5, svg.clientHeight / size.height * 4);
  Object.assign(view, { scale, fitted: false, x: 0, y: (svg.clientHeight - size.height * scale) / 2 });
  show();
}
addEventListener("resize", () => { if (view.fitted) fit(); });
addEventListener("hashchange", recall);
recall();
more.ready();
document.documentElement.dataset.ready = "yes";
