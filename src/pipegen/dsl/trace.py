"""From the user's objects to a draft: collect the tasks of a pipeline, name them, resolve every edge."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial

from pipegen.dsl.contract import Contract
from pipegen.dsl.edges import inputs_of
from pipegen.dsl.exposed import parameters_of
from pipegen.dsl.findings import Findings
from pipegen.dsl.graph import collect
from pipegen.dsl.modes import MODES, misfit
from pipegen.dsl.options import options_of
from pipegen.dsl.pipeline import Pipeline
from pipegen.dsl.pipeline_options import pipeline_options
from pipegen.dsl.prefixes import shared_prefixes
from pipegen.dsl.project import Project
from pipegen.dsl.step import Node, describe, nodes_in
from pipegen.dsl.steps import Steps
from pipegen.errors import Origin
from pipegen.ir import Draft, Mode, Task

NO_MODES: Mapping[str, Mode] = {}


def trace(
    pipeline: Pipeline,
    project: Project,
    target: str = "",
    *,
    schemas: bool = False,
    modes: Mapping[str, Mode] = NO_MODES,
) -> Draft:
    """The pipeline as data; PipegenError lists everything wrong with it. `modes` are stronger than the code."""
    return _Tracer(pipeline, Findings(project), modes).draft(target, schemas)


class _Tracer:
    """One pass over one pipeline."""

    def __init__(self, pipeline: Pipeline, found: Findings, modes: Mapping[str, Mode]) -> None:
        self.pipeline = pipeline
        self.found = found
        self.modes = modes
        self.title = f"pipeline '{pipeline.name}'" if isinstance(pipeline.name, str) else "the pipeline"
        self.nodes = collect(self._sinks())
        handlers = (self._handler("on_failure"), self._handler("on_exit"))
        everyone = (*self.nodes, *(one for one in handlers if one))
        self.on_failure, self.on_exit = handlers
        self.steps = Steps((node._placement.target for node in everyone), found)

    def draft(self, target: str, schemas: bool) -> Draft:
        options = pipeline_options(self.pipeline, self.found)
        if self.steps.unread:
            self.found.refuse()  # without the definition of a step its edges cannot be judged
        steps = self.steps.data(schemas=schemas)
        tasks = tuple(self._task(node) for node in self.nodes)
        on_failure, on_exit = (self._task(one) if one else None for one in (self.on_failure, self.on_exit))
        everything = (*tasks, *(task for task in (on_failure, on_exit) if task))
        parameters = parameters_of(self.pipeline, everything, steps, self.found)
        origin = self.found.place(self.pipeline.origin)
        self.found.problems += shared_prefixes(
            str(self.pipeline.name), bool(parameters), origin, everything, steps
        )
        self.found.refuse()
        return Draft(
            name=self.pipeline.name,
            tasks=tasks,
            steps=steps,
            target=target,
            parameters=parameters,
            on_failure=on_failure,
            on_exit=on_exit,
            origin=origin,
            **options,
        )

    def _sinks(self) -> list[Node]:
        found: list[Node] = []
        for sink in self.pipeline.sinks:
            nodes = nodes_in(sink)
            if not nodes or (isinstance(sink, (list, tuple)) and len(nodes) < len(sink)):
                message = f"{self.title} ends in {describe(sink)}"
                self.found.say("PG122", message, self.pipeline.origin, "pass placed steps, such as Report()")
            found.extend(nodes)
        if not self.pipeline.sinks and isinstance(self.pipeline.name, str):
            message = f"{self.title} has no tasks"
            self.found.say("PG130", message, self.pipeline.origin, 'Pipeline("name", last_step)')
        return found

    def _handler(self, key: str) -> Node | None:
        value: object = getattr(self.pipeline, key)
        if value is None:
            return None
        if not isinstance(value, Node):
            message = f"{key} of {self.title} is {describe(value)}"
            self.found.say("PG122", message, self.pipeline.origin, "pass a placed step")
            return None
        if value._placement.connections:
            message = f"the {key} step of {self.title} has inputs"
            hint = "it runs when the rest has ended, whatever that made"
            self.found.say("PG134", message, value._placement.connections[0].origin, hint)
        return value

    def _task(self, node: Node) -> Task:
        placement = node._placement
        definition = self.steps.definitions[placement.target]
        name, origin = self.name(node), self.found.place(placement.origin)
        if not isinstance(placement.name, (str, type(None))):
            message = f"the name of a task must be text, not {describe(placement.name)}"
            self.found.say(
                "PG121", message, placement.origin, "inputs are given by name: Score(reviews=fetch)"
            )
        options = definition.options
        if placement.given:
            place = partial(self._option_place, placement.origin)
            options = options_of(placement.given, f"task '{name}'", place, self.found.problems, options)
        if name in self.modes:
            options = replace(options, mode=self.modes[name])
        if options.mode is not None:
            wrong, hint = misfit(options.mode, definition.parameters, definition.output)
            if wrong:
                self.found.say("PG116", f"task '{name}' {wrong}", placement.origin, hint)
        return Task(name, definition.slug, tuple(inputs_of(node, self)), options, origin)

    def _option_place(self, origin: Origin, key: str) -> Origin:
        from pipegen.dsl.places import option_place  # only a mistake pays for it

        return self.found.place(option_place(origin, key))

    def contract(self, node: Node) -> Contract:
        """What a task takes and makes, in the mode that it was placed in, or that values give it."""
        given = self.modes.get(self.name(node)) or node._placement.given.get("mode")
        return self.steps.contract(node._placement.target, next((one for one in MODES if one == given), None))

    def name(self, node: Node) -> str:
        """A task's name: as given, or its step's slug."""
        given = node._placement.name
        return given if isinstance(given, str) else self.steps.definitions[node._placement.target].slug
