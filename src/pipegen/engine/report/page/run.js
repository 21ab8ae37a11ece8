// The run: what is known about it and about each task in it, put into the panel and onto the graph.

const run = data.run;
const SIGNS = { SUCCESS: "✓", FAILED: "✗", CACHED: "≡", SKIPPED: "–", RUNNING: "…", PENDING: "" };
const WORDS = { SUCCESS: "done", FAILED: "failed", CACHED: "cached", SKIPPED: "skipped", RUNNING: "running", PENDING: "not started" };
const statusOf = (at) => (run.tasks[at] ? run.tasks[at].status : "ABSENT");
const wordOf = (at) => (run.tasks[at] ? WORDS[run.tasks[at].status] : "not part of this run");

const inSmallBoxes = graph.classList.contains("small");  // they hold a name and nothing else
nodes.forEach((node, at) => {
  node.classList.add(`is-${statusOf(at).toLowerCase()}`);
  if (inSmallBoxes) return;
  const sign = SIGNS[statusOf(at)], right = node.querySelector(".box").getAttribute("width");
  if (!sign) return;
  const draw = (name, given) => {
    const one = document.createElementNS(svg.namespaceURI, name);
    for (const [key, value] of Object.entries(given)) one.setAttribute(key, value);
    node.append(one);
    return one;
  };
  draw("circle", { class: "seal", cx: right - 2, cy: 2, r: 8 });  // on the corner, where no name can be
  draw("text", { class: "state", x: right - 2, y: 6 }).textContent = sign;
});

function pairs(title, list) {
  return section(title, list.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]), "dl");
}

function log(one, last) {
  if (one.text === null) return make("li", {}, code(one.path), muted(one.cut ? "left out, for the size of this page" : "is gone"));
  if (!one.text) return make("li", {}, code(one.path), muted("is empty"));
  const title = `attempt ${one.attempt}${one.cut ? ", the last lines" : ""}`;
  const content = make("details", {}, make("summary", {}, title, " ", code(one.path)));
  const shown = make("pre", { tabindex: "0" }, one.text), to_end = () => { shown.scrollTop = shown.scrollHeight; };
  content.append(shown);
  content.addEventListener("toggle", to_end);  // why it failed stands at the end
  content.open = last;
  return content;
}

function artifact(one) {
  if (!one) return [];
  if (one.gone) return pairs("Artifact", [["gone from", one.path]]);
  const files = one.files.map(([path, size]) => make("li", {}, code(path), " ", muted(size)));
  if (one.more) files.push(make("li", {}, muted(`and ${one.more} more files`)));
  return [
    ...pairs("Artifact", [["type", one.type], ["codec", one.codec], ["size", one.size], ["path", one.path]]),
    make("details", {}, make("summary", {}, one.files.length + one.more === 1 ? "1 file" : `${one.files.length + one.more} files`), make("ul", {}, ...files)),
  ];
}

more.details = (at) => {
  const task = run.tasks[at];
  if (!task) return [make("p", {}, "It was not part of this run.")];
  const facts = [["status", wordOf(at)], ["took", task.took], ["attempts", task.attempts > 1 ? String(task.attempts) : ""],
    ["began", task.began === null ? "" : `${task.began.toFixed(1)} s after the run`],
    ["rows", task.rows === null ? "" : task.rows.toLocaleString("en")]];
  const logs = task.logs.map((one, number) => log(one, number === task.logs.length - 1));
  return [
    ...pairs("In this run", facts.filter(([, text]) => text)),
    task.error ? make("p", { class: task.status === "FAILED" ? "alarm" : "" }, task.error) : "",
    ...section(logs.length > 1 ? "Logs" : "Log", logs, "div"),
    ...artifact(task.artifact),
    ...pairs("Settings in this run", task.settings || []),
  ];
};

function processor(one) {
  return make("li", {}, make("strong", {}, one.type), " ", one.ok ? "" : mark("failure", "failed"), muted(one.took),
    make("div", { class: one.ok ? "" : "alarm" }, one.message), ...pairs("", one.details).slice(1));
}

function times() {
  return run.forecast.flatMap(([workers, took, share]) => {
    const bar = make("i", {});
    bar.style.width = `${share * 100}%`;
    return [make("span", {}, workers === 1 ? "1 worker" : `${workers} workers`), make("span", {}, `about ${took}`), bar];
  });
}

more.overview = () => {
  const failed = run.tasks.flatMap((task, at) => (task && task.status === "FAILED" ? [at] : []));
  const failures = failed.slice(0, 50).map((at) => make("li", {}, links([at]), make("div", { class: "alarm" }, run.tasks[at].error)));
  if (failed.length > 50) failures.push(make("li", {}, muted(`and ${failed.length - 50} more`)));
  const path = run.critical.tasks, shown = path.length > 60 ? [...path.slice(0, 40), ...path.slice(-20)] : path;
  const cut = path.length > shown.length ? `; ${path.length - shown.length} tasks in its middle are left out` : "";
  return [
    run.note ? make("p", {}, run.note) : "",
    run.error ? make("p", { class: "alarm" }, run.error) : "",
    ...section("Failed", failures),
    ...rows("Run", run.about),
    ...pairs("Given parameters", run.parameters),
    ...section("Critical path", path.length ? [muted(`${run.critical.seconds}${cut}`), links(shown)] : [], "div"),
    ...section("With other numbers of workers", times(), "div").map((part) => {
      if (part.tagName === "DIV") part.className = "times";
      return part;
    }),
    ...section("Post-processors", run.processors.map(processor)),
  ];
};

more.label = (at) => wordOf(at);
more.ready = () => {
  if (chosen < 0 && innerWidth > 1000) open(overview());
};
