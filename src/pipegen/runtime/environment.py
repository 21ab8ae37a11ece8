"""A task's settings from environment variables: which there are, what they say, what is wrong with them.

`SCORE_EU__MODEL` (the task's own name) wins over `SCORE__MODEL` (the step's class), leaf by leaf. A model
inside has variables of its own (`FETCH__API__URL`), or is given whole as JSON, which deeper variables
override. A `str` is taken as it stands; an empty variable is None where None is allowed and text is not.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pipegen import ir
from pipegen.dsl.definition import Definition
from pipegen.errors import Diagnostic, PipegenError, refuse, suggest
from pipegen.frozen import frozen
from pipegen.names import env_prefix, suffix

if TYPE_CHECKING:
    from pipegen.dsl.fields import Node
    from pipegen.dsl.settings import Settings
    from pipegen.runtime.given import Given, Misfit


@frozen
class Variable:
    """One variable that a task reads; `alternative` is the form for this task alone, when there is one."""

    name: str
    alternative: str
    type: str
    required: bool
    default: ir.Json
    secret: bool
    description: str
    step: str
    field: str


def read(
    settings_type: type | None,
    task_name: str,
    prefix: str,
    environ: Mapping[str, str] | None = None,
    doc: str = "",
    param_sources: Mapping[str, str] | None = None,
    param_defaults: Mapping[str, str] | None = None,
) -> Settings | None:
    """The settings of a task, None for a step without any; PipegenError lists all that is wrong."""
    given = os.environ if environ is None else environ
    if settings_type is None and not (param_sources or param_defaults or any("__" in one for one in given)):
        return None  # nothing is read, and nothing can be wrong
    settings, found = Reader(task_name, prefix, given, doc, param_sources or {}, param_defaults or {}).read(
        settings_type
    )
    refuse(found)
    return settings


def problems(
    settings_type: type | None,
    task_name: str,
    prefix: str,
    environ: Mapping[str, str] | None = None,
    doc: str = "",
    param_sources: Mapping[str, str] | None = None,
    param_defaults: Mapping[str, str] | None = None,
) -> list[Diagnostic]:
    """What `read` would refuse."""
    try:
        read(settings_type, task_name, prefix, environ, doc, param_sources, param_defaults)
    except PipegenError as error:
        return list(error.diagnostics)
    return []


def variables(step: ir.Step | Definition, task: str = "") -> tuple[Variable, ...]:
    """Every variable that a task of this step reads, in the order of its fields."""
    own = env_prefix(task)
    return tuple(
        Variable(
            name=variable_name(step.prefix, one.name),
            alternative=variable_name(own, one.name) if own not in ("", step.prefix) else "",
            type=one.type,
            required=one.required,
            default=one.default,
            secret=one.secret,
            description=one.description,
            step=step.slug,
            field=one.name,
        )
        for one in _settings_of(step)
    )


def variable_name(prefix: str, field: str) -> str:
    """The variable of a dotted field: ("FETCH", "api.url") is FETCH__API__URL."""
    return f"{prefix}__{suffix(field)}"


def _settings_of(step: ir.Step | Definition) -> tuple[ir.Setting, ...]:
    if isinstance(step, ir.Step):
        return step.settings
    if step.settings is None:
        return ()
    from pipegen.dsl.settings import describe

    return describe(step.settings, schema=False)[0]


@dataclass(slots=True)
class Reader:
    """Reads the settings of one task, and words what is wrong with them."""

    task: str
    prefix: str
    environ: Mapping[str, str]
    doc: str
    sources: Mapping[str, str]
    defaults: Mapping[str, str]
    found: list[Diagnostic] = field(default_factory=list)

    @property
    def prefixes(self) -> tuple[str, ...]:
        """The class's, then the task's own, which wins."""
        return tuple(dict.fromkeys(one for one in (self.prefix, env_prefix(self.task)) if one))

    def read(self, settings_type: type | None) -> tuple[Settings | None, list[Diagnostic]]:
        settings: Settings | None = None
        nodes: dict[str, Node] = {}
        if settings_type is not None:
            from pipegen.dsl.settings import settings_tree
            from pipegen.runtime.given import Given

            given = Given(settings_tree(settings_type))
            nodes = {node.name: node for node in given.nodes.values()}
            self._layers(given, nodes)
            self.found += [self.wrong(one) for one in given.problems]
            settings = self._validate(settings_type, given)
        self.found += [*self._unknown_variables(nodes), *self._unknown_fields(nodes)]
        return settings, self.found

    def _layers(self, given: Given, nodes: Mapping[str, Node]) -> None:
        """From the weakest to the strongest; within one, wholes before their parts."""
        for node in nodes.values():
            if node.name in self.defaults:
                given.json(node, self.defaults[node.name], f"--default {node.name}")
        for prefix in self.prefixes:
            for node in nodes.values():
                self._take(given, node, f"{prefix}__{node.variable}")
        for node in nodes.values():
            if node.name in self.sources:
                self._take(given, node, self.sources[node.name])

    def _take(self, given: Given, node: Node, variable: str) -> None:
        if variable in self.environ:
            given.text(node, self.environ[variable], variable)

    def _validate(self, settings_type: Any, given: Given) -> Settings | None:
        try:
            # Text is all that a variable can hold, so a strict int still has to be read from text.
            settings: Settings = settings_type.model_validate(given.tree(), strict=False)
        except Exception as error:  # a validator is the user's code, and may raise anything
            from pipegen.runtime.misfits import diagnostics  # only a mistake pays for it

            self.found += diagnostics(error, given, self)
            return None
        return settings

    def _unknown_variables(self, nodes: Mapping[str, Node]) -> Iterator[Diagnostic]:
        prefixes = self.prefixes
        known = {f"{prefix}__{node.variable}": node for prefix in prefixes for node in nodes.values()}
        for name in sorted(self.environ):
            if name in known or name in self.sources.values():
                continue
            for prefix in prefixes:
                if name.upper().startswith(f"{prefix}__"):
                    message = f"'{name}' sets nothing: no field of {self} goes by that name"
                    yield Diagnostic("PG304", message, hint=self._meant(name, prefix, known))
                    break

    def _meant(self, name: str, prefix: str, known: Mapping[str, Node]) -> str:
        rest = name.upper().removeprefix(prefix)
        if not known:
            return "the step has no settings; unset the variable"
        for variable, node in known.items():
            if node.model is None and name.startswith(f"{variable}__"):
                return f"field '{node.name}' has no variables below it; give '{variable}' whole, as JSON"
            if rest.strip("_") and variable == f"{prefix}__{node.variable}" and variable.endswith(rest):
                return f"did you mean '{variable}'?"
        return suggest(name, (one for one in known if one.startswith(f"{prefix}__"))) or "unset the variable"

    def _unknown_fields(self, nodes: Mapping[str, Node]) -> Iterator[Diagnostic]:
        for flag, fields in (("--param", self.sources), ("--default", self.defaults)):
            for name in fields:
                if name not in nodes:
                    hint = suggest(name, nodes) if nodes else "the step has no settings"
                    message = f"{flag} names '{name}', which is no setting of {self}"
                    yield Diagnostic("PG308", message, hint=hint)

    def __str__(self) -> str:
        line = next((one.strip() for one in self.doc.splitlines() if one.strip()), "")
        shown = line if len(line) <= 80 else line[:77] + "..."
        return f"task '{self.task}'" + (f" ({shown})" if shown else "")

    def missing(self, node: Node) -> Diagnostic:
        names = [f"{prefix}__{node.variable}" for prefix in self.prefixes]
        ways = [f"set {names[0]}", *(f"{name} for this task alone" for name in names[1:])]
        hint = ", or ".join(ways) + _described(node)
        return Diagnostic("PG302", f"'{names[0]}' is not set: it is {_field(node)} of {self}", hint=hint)

    def wrong(self, one: Misfit) -> Diagnostic:
        message = f"'{one.source}' {one.what}: it is {_field(one.node)} of {self}"
        return Diagnostic("PG303", message, hint=one.hint or _described(one.node).removeprefix("; "))

    def wrong_default(self, node: Node, what: str) -> Diagnostic:
        message = f"the default of field '{node.name}' {what}: it is a setting of {self}"
        return Diagnostic("PG307", message, hint="correct the default in the settings class")

    def do_not_fit(self, node: Node | None, said: str) -> Diagnostic:
        whose = f"'{node.name}' of {self}" if node else str(self)
        message = f"the settings of {whose} are refused: {said}"
        prefix = f"{self.prefixes[0]}__{node.variable}" if node else self.prefixes[0]
        return Diagnostic("PG303", message, hint=f"they are read from {prefix}__*")


def _field(node: Node) -> str:
    from pipegen.dsl.wording import type_text

    kind = "" if node.model is not None else f" ({type_text(node.info)})"
    return f"field '{node.name}'{kind}"


def _described(node: Node) -> str:
    words = " ".join((node.info.description or "").split())
    return f'; it is "{words}"' if words else ""
