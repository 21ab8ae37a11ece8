"""Whether a step can run in the mode that values give it; the types are known by their names here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

from pipegen.errors import Diagnostic, Origin
from pipegen.ir import Mode, Pipeline, Task
from pipegen.values.document import Values
from pipegen.values.unset import UNSET

if TYPE_CHECKING:
    from pipegen.values.model import PipelineValues, TaskValues

_STREAMS = ("Iterator[", "Iterable[", "Generator[")


def unfit(
    pipeline: Pipeline, tasks: Iterable[Task], own: PipelineValues | None, values: Values
) -> Iterator[Diagnostic]:
    """Modes that values cannot give: to every task at once, or one that changes what a step takes.

    `tasks` are the pipeline's own, handlers included, in its order, with the options that values give them.
    """
    yield from _for_every_task(pipeline, own, values)
    for code, task in zip(pipeline.every_task, tasks, strict=True):
        if code.options.mode is task.options.mode:  # nearly all of them
            continue
        before, after = pipeline.mode_of(code), pipeline.mode_of(task)
        if before != after and (problem := _problem(pipeline, task, before, after)):
            yield Diagnostic("PG244", problem[0], _origin(pipeline, task, values), problem[1])


def retyping(pipeline: Pipeline, values: Values) -> dict[str, Mode]:
    """The modes in values that change what a task takes and returns, so that its edges must be judged anew."""
    found: dict[str, Mode] = {}
    own = values.pipelines.get(pipeline.name)
    for task in pipeline.every_task:
        mode = _given(task, own.steps if own else {}) or _given(task, values.steps)
        before = pipeline.mode_of(task)
        if mode is not None and mode != before and "row" in (mode, before):
            found[task.name] = mode
    return found


def _given(task: Task, steps: Mapping[str, TaskValues]) -> Mode | None:
    for name in (task.name, task.step):
        if name in steps and steps[name].mode is not UNSET:
            return cast("Mode", steps[name].mode)
    return None


def origin_of(pipeline: Pipeline, name: str, values: Values) -> Origin | None:
    """Where values give a task its mode."""
    task = next(task for task in pipeline.every_task if task.name == name)
    return _origin(pipeline, task, values)


def _problem(pipeline: Pipeline, task: Task, before: str, after: str) -> tuple[str, str] | None:
    if "row" in (before, after):
        message = f"values make task '{task.name}' run in mode '{after}', and the code in '{before}'"
        hint = "row by row changes what a step takes and returns, which a document cannot judge: say it in the code"
        return message, hint
    step = pipeline.steps[task.step]
    if after == "streaming" and not any(
        name.startswith(_STREAMS) for name in _types(step.output, step.inputs)
    ):
        return f"task '{task.name}' has no stream to run on", "return an Iterator, or leave out the mode"
    return None


def _types(output: str, inputs: Iterable[object]) -> Iterator[str]:
    yield output
    yield from (getattr(port, "type", "") for port in inputs)


def _for_every_task(pipeline: Pipeline, own: PipelineValues | None, values: Values) -> Iterator[Diagnostic]:
    for keys, defaults in (
        (("defaults",), values.defaults),
        (("pipelines", pipeline.name, "defaults"), own.defaults if own else None),
    ):
        if defaults is not None and defaults.mode is not UNSET:
            message = "a mode belongs to single steps, not to the defaults of all"
            yield Diagnostic("PG244", message, values.origin(*keys, "mode"), "put it under steps")


def _origin(pipeline: Pipeline, task: Task, values: Values) -> Origin | None:
    for keys in (("pipelines", pipeline.name, "steps"), ("steps",)):
        for name in (task.name, task.step):
            if (origin := values.origin(*keys, name, "mode")) is not None:
                return origin
    return task.origin
