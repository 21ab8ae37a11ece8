// The panel: what is known about a task, or about the pipeline.

/** What a page that shows more than the pipeline puts in, and is told. */
const more = { details: () => [], overview: () => [], label: () => "", chosen() {}, found() {}, ready() {} };

function make(tag, { on, ...attributes } = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  if (on) made.addEventListener("click", on);
  made.append(...children.filter((child) => child !== "" && child != null));
  return made;
}

const muted = (text) => (text ? make("div", { class: "muted" }, text) : "");
const code = (text) => (text ? make("code", {}, text) : "");
const mark = (kind, text) => make("span", { class: `mark ${kind}` }, text);

function section(title, items, wrap = "ul") {
  return items.length ? [make("h3", {}, title), make(wrap, {}, ...items)] : [];
}

function rows(title, pairs) {
  return section(title, pairs.flatMap(([name, text]) => [make("dt", {}, name), make("dd", {}, text)]), "dl");
}

function links(list) {
  const buttons = list.map((at) => make("button", { type: "button", on: () => choose(at, true) }, tasks[at].name));
  return buttons.length ? make("div", { class: "links" }, ...buttons) : "";
}

function input(one) {
  return make("li", {}, make("strong", {}, one.name), " ", code(one.type), links(one.sources), muted(one.feed));
}

function setting(one) {
  const said = one.secret ? mark("secret", "secret") : "";
  const needed = one.required ? mark("required", "required") : "";
  const usual = one.default ? `default ${one.default}` : "";
  return make("li", {}, make("strong", {}, one.name), " ", code(one.type), make("div", {}, said, needed),
    muted(usual), muted(one.description), muted(one.variable));
}

function parameter(one) {
  const usual = one.default ? `default ${one.default}` : "";
  const choices = one.choices.length ? `one of ${one.choices.join(", ")}` : "";
  return make("li", {}, make("strong", {}, one.name), " ", one.secret ? mark("secret", "secret") : "",
    muted(one.description), muted(usual), muted(choices), muted(`sets ${one.sets.join(", ")}`));
}

function details(at) {
  const task = tasks[at], step = data.steps[task.step];
  const role = task.role ? mark(task.role === "on failure" ? "failure" : "", task.role) : "";
  const fed = [...new Set(outOf[at].map((edge) => data.edges[edge][1]))];
  const output = make("li", {}, code(step.output), links(fed), fed.length ? "" : muted("no task takes it"));
  return [
    make("h2", {}, task.name),
    make("div", {}, code(step.entrypoint)),
    make("div", { class: "marks" }, role, ...task.badges.map(([kind, text]) => mark(kind, text))),
    step.doc ? make("p", {}, step.doc) : "",
    ...more.details(at),
    ...section("Inputs", task.inputs.map(input)),
    ...section("Output", step.output === "None" ? [] : [output]),
    ...section("Settings", step.settings.map(setting)),
    ...rows("Options", task.options),
    ...rows("Written in", [["task", task.origin], ["step", step.origin]].filter(([, place]) => place)),
  ];
}

function overview() {
  const pipeline = data.pipeline;
  return [
    make("h2", {}, pipeline.name),
    pipeline.description ? make("p", {}, pipeline.description) : "",
    ...more.overview(),
    ...rows("About", pipeline.about),
    ...section("Parameters", pipeline.parameters.map(parameter)),
    ...section("Handlers", tasks.flatMap((task, at) => (task.role ? [make("li", {}, task.role, links([at]))] : []))),
  ];
}

function open(content) {
  const close = make("button", { type: "button", class: "close", "aria-label": "Close", on: () => choose(-1) }, "×");
  panel.replaceChildren(close, ...content.filter((part) => part !== ""));
  panel.hidden = false;
  panel.scrollTop = 0;
  if (view.fitted && fitting() > 0.6) fit();  // beside the panel; but not so small that nothing can be read
}
