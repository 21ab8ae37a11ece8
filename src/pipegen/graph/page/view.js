// The picture: what feeds what, and moving it about.

const data = JSON.parse(document.getElementById("data").textContent);
const svg = document.querySelector("#canvas > svg");
const graph = svg.querySelector(".graph");
const panel = document.getElementById("panel");
const search = document.getElementById("search");
const found = document.getElementById("found");
const nodes = [...graph.querySelectorAll(".node")];
const edges = graph.querySelector(".edges").children;
const tasks = data.tasks;

const into = tasks.map(() => []), outOf = tasks.map(() => []);
data.edges.forEach(([source, target], at) => {
  into[target].push(at);
  outOf[source].push(at);
});

/** All edges that lead to a task or away from it, directly or not. */
function lineage(start) {
  const kin = new Set();
  for (const [lists, end] of [[into, 0], [outOf, 1]]) {
    const seen = new Set([start]), waiting = [start];
    while (waiting.length) {
      for (const at of lists[waiting.pop()]) {
        kin.add(at);
        const next = data.edges[at][end];
        if (!seen.has(next)) { seen.add(next); waiting.push(next); }
      }
    }
  }
  return kin;
}

const size = { width: +svg.dataset.width, height: +svg.dataset.height };
const places = nodes.map((node) => {
  const move = node.transform.baseVal.consolidate().matrix, box = node.querySelector(".box");
  return { x: move.e, y: move.f, width: +box.getAttribute("width"), height: +box.getAttribute("height") };
});
const view = { x: 0, y: 0, scale: 1, fitted: false };
svg.removeAttribute("viewBox");

function show() {
  graph.setAttribute("transform", `translate(${view.x} ${view.y}) scale(${view.scale})`);
}

function zoom(factor, x = svg.clientWidth / 2, y = svg.clientHeight / 2) {
  const scale = Math.min(4, Math.max(0.01, view.scale * factor));
  view.x = x - (x - view.x) * scale / view.scale;
  view.y = y - (y - view.y) * scale / view.scale;
  view.scale = scale;
  view.fitted = false;
  show();
}

function fitting() {
  return Math.min(1.6, svg.clientWidth / size.width, svg.clientHeight / size.height);
}

function fit() {
  view.scale = fitting();
  view.x = (svg.clientWidth - size.width * view.scale) / 2;
  view.y = (svg.clientHeight - size.height * view.scale) / 2;
  view.fitted = true;
  show();
}

/** Bring a task into view, in the middle when it was outside; `near` makes it large enough to read. */
function reveal(at, near) {
  const place = places[at];
  if (near && view.scale < 0.6) zoom(1 / view.scale);
  const left = view.x + place.x * view.scale, top = view.y + place.y * view.scale;
  const right = left + place.width * view.scale, bottom = top + place.height * view.scale;
  if (left < 0 || top < 0 || right > svg.clientWidth || bottom > svg.clientHeight) {
    view.x = svg.clientWidth / 2 - (place.x + place.width / 2) * view.scale;
    view.y = svg.clientHeight / 2 - (place.y + place.height / 2) * view.scale;
    view.fitted = false;
    show();
  }
}

const touching = new Map();
let moved = 0;
svg.addEventListener("pointerdown", (event) => {
  if (event.button) return;
  if (!touching.size) moved = 0;
  touching.set(event.pointerId, { x: event.clientX, y: event.clientY });
});
svg.addEventListener("pointermove", (event) => {
  const last = touching.get(event.pointerId);
  if (!last) return;
  const x = event.clientX - last.x, y = event.clientY - last.y;
  if (touching.size === 2) {
    const other = [...touching].find(([id]) => id !== event.pointerId)[1], box = svg.getBoundingClientRect();
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const now = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    if (before) zoom(now / before, other.x - box.left, other.y - box.top);
  } else if (moved > 4) {
    view.x += x;
    view.y += y;
    view.fitted = false;
    show();
  }
  moved += Math.hypot(x, y);
  if (moved > 4 && !svg.hasPointerCapture(event.pointerId)) {
    svg.setPointerCapture(event.pointerId);
    svg.classList.add("moving");
  }
  touching.set(event.pointerId, { x: event.clientX, y: event.clientY });
});
for (const end of ["pointerup", "pointercancel"]) {
  svg.addEventListener(end, (event) => {
    touching.delete(event.pointerId);
    svg.classList.remove("moving");
  });
}
svg.addEventListener("wheel", (event) => {
  event.preventDefault();
  const box = svg.getBoundingClientRect(), lines = event.deltaMode ? 16 : 1;
  const turn = Math.max(-120, Math.min(120, event.deltaY * lines));
  zoom(Math.exp(-turn / 400), event.clientX - box.left, event.clientY - box.top);
}, { passive: false });
