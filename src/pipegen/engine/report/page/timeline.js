// The tabs, and the bars of the timeline.

const tabs = [...document.querySelectorAll("[role=tab]")];
const bars = [...document.querySelectorAll("#timeline .bar")];
const barOf = new Map(bars.map((bar) => [+bar.dataset.at, bar]));
const plot = document.querySelector("#timeline .plot");
let width = 1;

const isShown = (tab) => tab.getAttribute("aria-selected") === "true";

function turn_to(tab) {
  for (const one of tabs) {
    one.setAttribute("aria-selected", one === tab);
    one.tabIndex = one === tab ? 0 : -1;
    document.getElementById(one.getAttribute("aria-controls")).hidden = one !== tab;
  }
  if (tab === tabs[0]) {
    if (view.fitted) fit();
    else if (chosen >= 0) reveal(chosen, true);
  }
  if (tab === tabs[2]) fill();
  if (chosen >= 0) more.chosen(chosen);
}

tabs.forEach((tab, at) => {
  tab.addEventListener("click", () => turn_to(tab));
  tab.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: tabs.length - 1 }[event.key];
    if (!step) return;
    const next = tabs[(at + step) % tabs.length];
    turn_to(next);
    next.focus();
    event.preventDefault();
  });
});

function widen(factor) {
  width = Math.min(200, Math.max(1, width * factor));
  plot.setAttribute("width", `${width * 100}%`);
}

// On the timeline the tools stretch it; the graph is not there to be zoomed.
for (const [id, act] of [["smaller", () => widen(1 / 1.5)], ["larger", () => widen(1.5)], ["fit", () => widen(1 / width)]]) {
  document.getElementById(id).addEventListener("click", (event) => {
    if (isShown(tabs[0])) return;
    if (isShown(tabs[1])) act();
    event.stopImmediatePropagation();
  }, { capture: true });
}

bars.forEach((bar, number) => {
  const at = +bar.dataset.at;
  bar.setAttribute("tabindex", number ? "-1" : "0");
  bar.setAttribute("role", "button");
  bar.setAttribute("aria-label", [tasks[at].name, wordOf(at), run.tasks[at].took].filter(Boolean).join(", "));
});

const timeline = document.getElementById("timeline");
timeline.addEventListener("pointerover", (event) => {
  const bar = event.target.closest(".bar");
  if (!bar || bar.querySelector("title")) return;
  const title = document.createElementNS(svg.namespaceURI, "title");
  title.textContent = bar.getAttribute("aria-label");
  bar.append(title);
});
timeline.addEventListener("click", (event) => {
  const bar = event.target.closest(".bar");
  if (bar) choose(+bar.dataset.at);
});
timeline.addEventListener("keydown", (event) => {
  const at = bars.indexOf(event.target), step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
  if (at < 0) return;
  if (event.key === "Enter" || event.key === " ") {
    choose(+bars[at].dataset.at);
    panel.focus();
  } else if (step && bars[at + step]) {
    bars[at].tabIndex = -1;
    bars[at + step].tabIndex = 0;
    bars[at + step].focus();
  } else return;
  event.preventDefault();
});

more.chosen = (at) => {
  for (const old of document.querySelectorAll(".bar.self, #tasks tr.self")) old.classList.remove("self");
  const bar = barOf.get(at);
  if (bar) {
    bar.classList.add("self");
    if (isShown(tabs[1])) bar.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
  mark_row(at);
};
more.found = (found) => {
  timeline.classList.toggle("searching-bars", found !== null);
  for (const bar of document.querySelectorAll(".bar.hit")) bar.classList.remove("hit");
  for (const at of found || []) if (barOf.has(at)) barOf.get(at).classList.add("hit");
  sought = found;
  if (isShown(tabs[2])) fill();
};
