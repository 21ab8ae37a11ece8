"""How a graph is written: one DAG, one DAG inside a task, or parts in several DAGs and several objects."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pipegen.backends.argo.config import ArgoConfig
from pipegen.backends.argo.cutting import Cut, cut, depth_of
from pipegen.backends.argo.graph import LIMIT, dag, graph, uniform
from pipegen.backends.argo.shapes import TemplateOf
from pipegen.backends.argo.templates import Templates, free_name
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.yaml import Yaml
from pipegen.errors import Diagnostic, refuse
from pipegen.ir import Pipeline, Task

INLINE, SHALLOW, LEVELS = 400, 1_000, 5  # tasks that the controller takes in one DAG, also if it is not deep
PART_BYTES = 1_000_000  # of one object among several
Call = Callable[[Task], Data]


@dataclass(frozen=True, slots=True)
class Part:
    """A DAG of its own, with the templates that its tasks call."""

    name: str
    data: Data
    uses: tuple[TemplateOf, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """The templates of the workflow, the entrance first."""

    form: str
    main: Data
    call: Call
    parts: tuple[Part, ...] = ()
    templates: tuple[Data, ...] = ()
    cut: Cut | None = None
    inlined: int = 0
    calls: tuple[Data, ...] = field(default=())

    def names(self) -> set[str]:
        """The names of templates that are taken."""
        found = ("main", "on-exit", *(part.name for part in self.parts))
        return {*found, *(str(one["name"]) for one in self.templates)}

    def every(self, handlers: Sequence[Yaml]) -> list[Yaml]:
        """All templates of a workflow that is one object."""
        return [self.main, *(part.data for part in self.parts), *self.templates, *handlers]


def form_of(pipeline: Pipeline, config: ArgoConfig) -> str:
    """The form that a graph is written in."""
    count = len(pipeline.tasks)
    if config.layout == "flat" and count > LIMIT:
        message = (
            f"argo.layout is 'flat', and pipeline '{pipeline.name}' has {count} tasks; Argo takes {LIMIT} so"
        )
        refuse([Diagnostic("PG537", message, pipeline.origin, "let it be 'auto'")])
    if config.layout != "auto":
        return "flat" if config.layout == "shards" and count <= LIMIT else config.layout
    if count <= LIMIT:
        return "flat"
    shallow = count <= SHALLOW and depth_of(pipeline.tasks) <= LEVELS
    return "inline" if count <= INLINE or shallow else "shards"


def lay_out(pipeline: Pipeline, config: ArgoConfig, templates: Templates) -> Layout:
    """Decide the form, and write the graph in it."""
    form = form_of(pipeline, config)
    found = cut(pipeline.tasks, LIMIT) if form == "shards" else None
    beside = bool(pipeline.handlers or config.notifications) + len(config.notifications)
    room = LIMIT - 1 - beside - (len(found.parts) if found else 0)
    calls = _Calls(templates, pipeline, room)
    fail_fast = _fail_fast(pipeline, config)
    shown = tuple(templates.data(one) for one in calls.named)
    if found is not None:
        refuse(_cut_off(pipeline, found, templates))
        return _in_parts(found, templates, calls, fail_fast, shown)
    tasks = _tasks(pipeline.tasks, templates.names, calls)
    if form == "flat":
        return Layout(form, dag("main", tasks, fail_fast), calls, templates=shown, inlined=calls.inlined)
    inner: Data = {"name": "all", "inline": {"dag": graph(tasks, fail_fast)}}
    return Layout(form, dag("main", [inner]), calls, templates=shown, inlined=calls.inlined)


def _fail_fast(pipeline: Pipeline, config: ArgoConfig) -> bool | None:
    """Argo starts nothing more after a failure, also what waits for just that, unless it is told not to."""
    if config.fail_fast is not None:
        return config.fail_fast
    return False if any(task.options.trigger != "all_success" for task in pipeline.tasks) else None


class _Calls:
    """Tasks that call a template by name, or carry it inside where an object has no room for more of them."""

    def __init__(self, templates: Templates, pipeline: Pipeline, room: int) -> None:
        self.templates = templates
        used = templates.used(pipeline.every_task)
        kept = used
        if len(used) > room:
            kept = sorted(used, key=lambda one: -len(one.shapes))[: max(room, 0)]
        chosen = {id(one) for one in kept}
        self.named = [one for one in used if id(one) in chosen]
        self.inlined = len(used) - len(self.named)
        self.chosen = chosen

    def __call__(self, task: Task) -> Data:
        found = self.templates.call(task)
        template, _ = self.templates.by_task[task.name]
        if id(template) in self.chosen:
            return found
        return {
            key if key != "template" else "inline": value
            if key != "template"
            else self.templates.inline(template)
            for key, value in found.items()
        }


def _tasks(tasks: Sequence[Task], names: Mapping[str, str], call: Call) -> list[Yaml]:
    own = {task.name: names[task.name] for task in tasks}
    return uniform([(task, call(task)) for task in tasks], own)


def _in_parts(
    found: Cut, templates: Templates, calls: _Calls, fail_fast: bool | None, shown: tuple[Data, ...]
) -> Layout:
    taken = {"main", "on-exit", *(one.name for one in calls.named)}
    names = [free_name(f"part-{number}", taken) for number in range(1, len(found.parts) + 1)]
    home = {task.name: name for name, part in zip(names, found.parts, strict=True) for task in part}
    parts: list[Part] = []
    tasks: list[Data] = []
    for name, part in zip(names, found.parts, strict=True):
        data = dag(name, _tasks(part, templates.names, calls), fail_fast)
        uses = tuple(one for one in templates.used(part) if id(one) in calls.chosen)
        parts.append(Part(name, data, uses))
        before = dict.fromkeys(home[source] for task in part for source in task.upstream)
        waits: list[Yaml] = [one for one in before if one != name]
        entry: Data = {"name": name, "template": name}
        tasks.append({**entry, "dependencies": waits} if waits else entry)
    main = dag("main", tasks)
    if len(tasks) > LIMIT:
        main = dag("main", [{"name": "all", "inline": {"dag": graph(tasks)}}])
    return Layout("shards", main, calls, tuple(parts), shown, found, calls.inlined, tuple(tasks))


def _cut_off(pipeline: Pipeline, found: Cut, templates: Templates) -> Iterator[Diagnostic]:
    """Edges between parts that only work inside one DAG."""
    home = {task.name: number for number, part in enumerate(found.parts) for task in part}
    for task in pipeline.tasks:
        across = [name for name in task.upstream if home[name] != home[task.name]]
        if across and task.options.trigger != "all_success":
            message = f"task '{task.name}' runs after failures of '{across[0]}', which is in another part"
            yield Diagnostic(
                "PG538", message, task.origin, "set argo.layout to 'inline', or make the graph smaller"
            )
        memoized = [name for name in across if name in templates.memoized]
        if memoized:
            message = (
                f"task '{memoized[0]}' is memoized, and '{task.name}', which reads it, is in another part"
            )
            yield Diagnostic(
                "PG540", message, task.origin, "set argo.layout to 'inline', or leave memoize out"
            )


def size_of(data: Yaml) -> int:
    """The bytes of a document as the cluster keeps it."""
    return len(json.dumps(data, separators=(",", ":"), ensure_ascii=False).encode())


def several(
    layout: Layout, name: str, scope: bool, templates: Templates, pipeline: Pipeline
) -> tuple[Layout, list[tuple[str, list[Yaml]]]]:
    """The parts moved to objects of their own: the entrance, and the name and templates of each object."""
    objects: list[tuple[str, list[Yaml]]] = []
    where: dict[str, str] = {}
    for number, group in enumerate(_groups(layout.parts), start=1):
        own = f"{name}-part-{number}"
        uses = list({id(one): one for part in group for one in part.uses}.values())
        objects.append((own, [*(part.data for part in group), *(templates.data(one) for one in uses)]))
        where |= {part.name: own for part in group}
    tasks: list[Yaml] = []
    for call in layout.calls:
        ref: Data = {"name": where[str(call["name"])], "template": call["template"]}
        if scope:
            ref["clusterScope"] = True
        rest = {key: value for key, value in call.items() if key not in ("name", "template")}
        tasks.append({"name": call["name"], "templateRef": ref, **rest})
    main = dag("main", tasks)
    if len(tasks) > LIMIT:
        main = dag("main", [{"name": "all", "inline": {"dag": graph(tasks)}}])
    called = tuple(templates.data(one) for one in templates.used(pipeline.handlers))
    return Layout(
        "shards", main, templates.call, templates=called, cut=layout.cut, inlined=layout.inlined
    ), objects


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    groups: list[list[Part]] = [[]]
    held = 0
    for part in parts:
        size = size_of(part.data)
        if groups[-1] and held + size > PART_BYTES:
            groups.append([])
            held = 0
        groups[-1].append(part)
        held += size
    return groups
