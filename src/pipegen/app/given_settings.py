"""Whether the settings that values give as plain text fit what steps read, before any run finds out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from pipegen.dsl.load import load_step
from pipegen.dsl.project import Project
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest
from pipegen.ir import Pipeline, Step, Task
from pipegen.names import env_prefix

if TYPE_CHECKING:
    from pipegen.values.document import Values

_MISSING = "PG302"  # what values do not give may come from elsewhere
_OF_TASK = re.compile(r" of task '(.*)', a secret")
_OF_PARAMETER = re.compile(r"parameter '(.*?)' has (?:a )?(default|choices)")
_SIMPLE = {"int": r"\s*[-+]?\d+\s*", "bool": r"(?i)\s*(true|false|1|0|yes|no|on|off|t|f|y|n)\s*"}


def given_settings(pipeline: Pipeline, project: Project, values: Values | None) -> Iterator[Diagnostic]:
    """What is wrong with variables of tasks that are set to plain text, each at its place in values."""
    seen: set[object] = set()
    for task in pipeline.every_task:
        step = pipeline.steps[task.step]
        env = _own(task, step)
        key = (task.step, env_prefix(task.name), *env.items())
        if env and key not in seen:
            seen.add(key)
            for one in _problems(pipeline, task, step, env, project):
                yield replace(one, origin=_place(one, pipeline, task, values) or task.origin)


def _own(task: Task, step: Step) -> dict[str, str]:
    """The variables that may be settings of the task."""
    starts = tuple(f"{one}__" for one in {step.prefix, env_prefix(task.name)} if one)
    return {name: text for name, text in task.options.env.items() if name.startswith(starts)}


def _problems(
    pipeline: Pipeline, task: Task, step: Step, env: Mapping[str, str], project: Project
) -> Iterator[Diagnostic]:
    if not pipeline.target.endswith(".json"):
        try:
            definition = load_step(step.entrypoint, project, project.root)
        except PipegenError:  # the code is not here; what is known of it must do
            yield from _by_description(task, step, env)
            return
        from pipegen.runtime import environment

        found = environment.problems(definition.settings, task.name, definition.prefix, env, definition.doc)
        yield from (one for one in found if one.code != _MISSING)
        return
    yield from _by_description(task, step, env)


def _by_description(task: Task, step: Step, env: Mapping[str, str]) -> Iterator[Diagnostic]:
    """By names and simple types, which is what a pipeline document says about settings."""
    from pipegen.runtime.environment import variables

    every = variables(step, task.name)
    leaves = {name: one for one in every for name in (one.name, one.alternative) if name}
    wholes = {name.rsplit("__", count)[0] for name in leaves for count in range(1, name.count("__"))}
    for name, text in env.items():
        one = leaves.get(name)
        if one is None and name not in wholes and not any(name.startswith(f"{leaf}__") for leaf in leaves):
            message = f"'{name}' sets nothing: no field of task '{task.name}' goes by that name"
            yield Diagnostic("PG304", message, hint=suggest(name, leaves) or "the step has no settings")
        kind = one.type.partition(",")[0] if one is not None else ""
        if one is not None and kind in _SIMPLE and re.fullmatch(_SIMPLE[kind], text) is None:
            message = f"'{name}' is not {kind}: it is field '{one.field}' of task '{task.name}'"
            yield Diagnostic("PG303", message)


def open_secrets_in_values(
    found: Iterable[Diagnostic], pipeline: Pipeline, values: Values
) -> Iterator[Diagnostic]:
    """The same diagnostics; a secret in the open that values give is at its place there."""
    tasks = {task.name: task for task in pipeline.every_task}
    for one in found:
        place = None
        if one.code == "PG140":
            task, parameter = _OF_TASK.search(one.message), _OF_PARAMETER.match(one.message)
            if parameter:
                place = values.origin("pipelines", pipeline.name, "parameters", *parameter.groups())
            elif task and task[1] in tasks:
                place = _place(one, pipeline, tasks[task[1]], values)
        yield replace(one, origin=place or one.origin)


def _place(one: Diagnostic, pipeline: Pipeline, task: Task, values: Values | None) -> Origin | None:
    named = re.match(r"'([^']+)'", one.message)
    if values is None or named is None:
        return None
    own = ("pipelines", pipeline.name)
    for start in (own, ()):
        for owner in (("steps", task.name), ("steps", task.step), ("defaults",)):
            found = values.origin(*start, *owner, "env", named[1])
            if found is not None:
                return found
    return None
