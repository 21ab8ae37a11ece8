"""From the user's objects to a draft: collect the tasks of a pipeline, name them, resolve every edge."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from pathlib import Path

from pipegen.dsl.contract import Contract, contract_of
from pipegen.dsl.define import define
from pipegen.dsl.definition import Definition
from pipegen.dsl.edges import inputs_of
from pipegen.dsl.exposed import parameters_of
from pipegen.dsl.imports import sources
from pipegen.dsl.load import module_name_of
from pipegen.dsl.options import options_of
from pipegen.dsl.pipeline import Pipeline
from pipegen.dsl.pipeline_options import pipeline_options
from pipegen.dsl.project import Project
from pipegen.dsl.step import Node, Placement, Target, describe, nodes_in
from pipegen.errors import Diagnostic, Origin, PipegenError, Related, refuse
from pipegen.ir import Draft, Json, Setting, Task
from pipegen.ir import Step as IrStep


def trace(pipeline: Pipeline, project: Project, target: str = "", *, schemas: bool = False) -> Draft:
    """The pipeline as data; PipegenError lists everything wrong with it."""
    return _Tracer(pipeline, project, target, schemas).draft()


class _Tracer:
    """One pass over one pipeline."""

    def __init__(self, pipeline: Pipeline, project: Project, target: str, schemas: bool) -> None:
        self.pipeline = pipeline
        self.project = project
        self.target = target
        self.schemas = schemas
        self.problems: list[Diagnostic] = []
        self.files: dict[str, str] = {}

    def draft(self) -> Draft:
        nodes = collect(self._sinks())
        handlers = [self._handler(key) for key in ("on_failure", "on_exit")]
        self._define([*nodes, *(one for one in handlers if one)])
        refuse(self.problems)
        tasks = tuple(self._task(node) for node in nodes)
        on_failure, on_exit = (self._task(node) if node else None for node in handlers)
        everything = (*tasks, *(task for task in (on_failure, on_exit) if task))
        self._refuse_same_prefix(everything)
        parameters = parameters_of(self.pipeline, everything, self.steps, self.place, self.problems)
        options = pipeline_options(self.pipeline, self.place(self.pipeline.origin), self.problems)
        refuse(self.problems)
        return Draft(
            name=self.pipeline.name,
            tasks=tasks,
            steps=self.steps,
            target=self.target,
            parameters=parameters,
            on_failure=on_failure,
            on_exit=on_exit,
            origin=self.place(self.pipeline.origin),
            **options,
        )

    def place(self, origin: Origin) -> Origin:
        """An origin as it may be shown and kept: relative to the project."""
        file = self.files.get(origin.file)
        if file is None:
            file = self.files[origin.file] = self.project.relative(origin.file)
        return Origin(file, origin.line, origin.column)

    def _sinks(self) -> list[Node]:
        found: list[Node] = []
        origin = self.place(self.pipeline.origin)
        for sink in self.pipeline.sinks:
            nodes = nodes_in(sink)
            if not nodes or (isinstance(sink, (list, tuple)) and len(nodes) < len(sink)):
                message = f"pipeline '{self.pipeline.name}' ends in {describe(sink)}"
                self.problems.append(Diagnostic("PG122", message, origin, "pass placed steps"))
            found.extend(nodes)
        if not self.pipeline.sinks:
            message = f"pipeline '{self.pipeline.name}' has no tasks"
            self.problems.append(Diagnostic("PG130", message, origin, 'Pipeline("name", last_step)'))
        return found

    def _handler(self, key: str) -> Node | None:
        value: object = getattr(self.pipeline, key)
        if value is None:
            return None
        origin = self.place(self.pipeline.origin)
        if not isinstance(value, Node):
            message = f"{key} of pipeline '{self.pipeline.name}' is {describe(value)}"
            self.problems.append(Diagnostic("PG122", message, origin, "pass a placed step"))
            return None
        if value._placement.connections:
            message = f"the {key} step of pipeline '{self.pipeline.name}' has inputs"
            self.problems.append(Diagnostic("PG134", message, self.place(value._placement.origin)))
        return value

    def _define(self, nodes: Sequence[Node]) -> None:
        """Read the definition of every step once, and refuse two under one slug."""
        self.definitions: dict[Target, Definition] = {}
        self.contracts: dict[Target, Contract] = {}
        by_slug: dict[str, Definition] = {}
        for target in dict.fromkeys(node._placement.target for node in nodes):
            try:
                definition = define(target)
            except PipegenError as error:
                self.problems.extend(self._moved(error.diagnostics))
                continue
            self.definitions[target] = definition
            self.contracts[target] = contract_of(definition)
            other = by_slug.setdefault(definition.slug, definition)
            if other is not definition:
                self.problems.append(self._same_slug(definition, other))
        if not self.problems:
            self.steps = {one.slug: self._step(one) for one in self.definitions.values()}

    def _moved(self, diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        for one in diagnostics:
            yield replace(one, origin=one.origin and self.place(one.origin))

    def _same_slug(self, one: Definition, other: Definition) -> Diagnostic:
        return Diagnostic(
            "PG128",
            f"two steps have the slug '{one.slug}': {_full_name(one.target)} and {_full_name(other.target)}",
            self.place(one.origin),
            f'give one of them slug = "{one.slug}-2", or another name',
            (Related(self.place(other.origin), "the other one"),),
        )

    def _step(self, definition: Definition) -> IrStep:
        contract = self.contracts[definition.target]
        settings, schema = self._settings(definition)
        entrypoint, file = self._entrypoint(definition)
        return IrStep(
            slug=definition.slug,
            entrypoint=entrypoint,
            inputs=contract.ports,
            output=contract.output_name,
            mode=definition.mode,
            prefix=definition.prefix,
            settings=settings,
            schema=schema,
            metadata=definition.options.metadata,
            doc=definition.doc,
            sources=sources(file, self.project) if file else (),
            origin=self.place(definition.origin),
        )

    def _settings(self, definition: Definition) -> tuple[tuple[Setting, ...], Mapping[str, Json] | None]:
        if definition.settings is None:
            return (), None
        from pipegen.dsl.settings import describe as describe_settings  # loads pydantic

        try:
            return describe_settings(definition.settings, schema=self.schemas)
        except PipegenError as error:
            at = self.place(definition.origin)
            self.problems.extend(replace(one, origin=one.origin or at) for one in error.diagnostics)
            return (), None

    def _entrypoint(self, definition: Definition) -> tuple[str, Path | None]:
        """How a process of its own finds the step: by module where it can be imported, else by file."""
        target = definition.target
        if "<" in target.__qualname__:
            self.problems.append(
                Diagnostic(
                    "PG108",
                    f"step '{target.__name__}' is defined inside a function",
                    self.place(definition.origin),
                    "move it to the top level of its module",
                )
            )
        module = sys.modules.get(target.__module__)
        file = Path(getattr(module, "__file__", None) or "")
        if not file.is_absolute() or not self.project.holds(file):
            return f"{target.__module__}:{target.__qualname__}", None
        name, folder = module_name_of(file)
        if folder in self.project.paths and name == target.__module__:
            return f"{name}:{target.__qualname__}", file
        return f"{self.project.relative(file)}:{target.__qualname__}", file

    def _task(self, node: Node) -> Task:
        placement = node._placement
        definition = self.definitions[placement.target]
        origin = self.place(placement.origin)
        options = definition.options
        if placement.given:
            owner = f"task '{self.name(node)}'"
            options = options_of(placement.given, owner, origin, self.problems, under=options)
        return Task(
            name=self.name(node),
            step=definition.slug,
            inputs=tuple(inputs_of(node, self)),
            options=options,
            origin=origin,
        )

    def name(self, node: Node) -> str:
        placement: Placement = node._placement
        given = placement.name
        if given is not None and not isinstance(given, str):
            self.problems.append(
                Diagnostic(
                    "PG121",
                    f"the name of a task must be text, not {describe(given)}",
                    self.place(placement.origin),
                    "inputs are given by name: Score(reviews=fetch)",
                )
            )
            return str(given)
        return given or self.definitions[placement.target].slug

    def _refuse_same_prefix(self, tasks: Sequence[Task]) -> None:
        """A variable such as SCORE__MODEL must not mean two things."""
        from pipegen.names import env_prefix

        owner = {step.prefix: f"step '{slug}'" for slug, step in self.steps.items()}
        whole = env_prefix(self.pipeline.name) if self.pipeline.parameters else ""
        taken = {*owner, *(env_prefix(task.name) for task in tasks)}
        if whole in taken:
            message = f"the parameters of pipeline '{self.pipeline.name}' and a task of it are both set by {whole}__*"
            self.problems.append(
                Diagnostic("PG135", message, self.place(self.pipeline.origin), "rename the pipeline")
            )
        seen: dict[str, Task] = {}
        for task in tasks:
            prefix, step = env_prefix(task.name), self.steps[task.step]
            other = seen.setdefault(prefix, task)
            clash = f"task '{other.name}'" if other is not task and other.name != task.name else ""
            if prefix in owner and prefix != step.prefix:
                clash = owner[prefix]
            if clash and (step.settings or other.step != task.step):
                message = f"task '{task.name}' and {clash} would both be set by {prefix}__*"
                self.problems.append(Diagnostic("PG135", message, task.origin, "rename the task"))

    @cached_property
    def whole(self) -> str:
        return f"pipeline '{self.pipeline.name}'"


def _full_name(target: Target) -> str:
    return f"{target.__module__}.{target.__qualname__}"


def collect(sinks: Sequence[Node]) -> list[Node]:
    """Every task that the sinks need, inputs before consumers, in the order they are written."""
    done: dict[Node, None] = {}
    open_: set[Node] = set()
    stack = list(reversed(sinks))
    while stack:
        node = stack[-1]
        if node in done or node in open_:
            stack.pop()
            done.setdefault(node)
            continue
        open_.add(node)
        sources = [source for one in node._placement.connections for source in nodes_in(one.value)]
        stack.extend(source for source in reversed(sources) if source not in done and source not in open_)
    return list(done)


def forgotten(pipelines: Sequence[Pipeline], project: Project) -> Iterator[Diagnostic]:
    """Steps that are fed by a pipeline's task, but that no pipeline of the module reaches."""
    reached: dict[Node, None] = {}
    for pipeline in pipelines:
        sinks = [node for sink in pipeline.sinks for node in nodes_in(sink)]
        reached.update(dict.fromkeys(collect(sinks)))
    for node in reached:
        for consumer in node._placement.consumers:
            if consumer not in reached:
                placement = consumer._placement
                name = placement.name or getattr(placement.target, "__name__", "step")
                origin = Origin(project.relative(placement.origin.file), placement.origin.line)
                message = f"'{name}' is fed by a task of a pipeline, but no pipeline runs it"
                yield Diagnostic(
                    "PG129", message, origin, "pass it to Pipeline(...) as one more sink, or remove it"
                )
