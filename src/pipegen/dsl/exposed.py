"""Resolve the parameters that a pipeline exposes to the settings they set."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from pipegen.dsl.options import json_value
from pipegen.dsl.pipeline import UNSET, Parameter, Pipeline
from pipegen.errors import Diagnostic, Origin, suggest
from pipegen.ir import Parameter as IrParameter
from pipegen.ir import Step, Task


def parameters_of(
    pipeline: Pipeline,
    tasks: Sequence[Task],
    steps: Mapping[str, Step],
    place: Callable[[Origin], Origin],
    problems: list[Diagnostic],
) -> tuple[IrParameter, ...]:
    """The parameters as data, each target split into task and field."""
    by_name = {task.name: task for task in tasks}
    found: dict[str, IrParameter] = {}
    for one in pipeline.parameters:
        origin = place(one.origin) if isinstance(one, Parameter) else place(pipeline.origin)
        if not isinstance(one, Parameter):
            problems.append(
                Diagnostic(
                    "PG136", f"{one!r} is not a Parameter", origin, 'Parameter("model", "score.model")'
                )
            )
            continue
        wrong = list(_wrong(one, by_name, steps, origin))
        if one.name in found:
            wrong.append(Diagnostic("PG132", f"two parameters are called '{one.name}'", origin))
        problems.extend(wrong)
        if not wrong:
            found[one.name] = _parameter(one, origin)
    return tuple(found.values())


def _parameter(one: Parameter, origin: Origin) -> IrParameter:
    targets = tuple((task, field) for task, _, field in (text.partition(".") for text in one.targets))
    has_default = one.default is not UNSET
    return IrParameter(
        name=one.name,
        targets=targets,
        default=json_value(one.default) if has_default else None,  # type: ignore[arg-type]
        has_default=has_default,
        choices=tuple(one.choices),
        description=one.description,
        origin=origin,
    )


def _wrong(
    one: Parameter, tasks: Mapping[str, Task], steps: Mapping[str, Step], origin: Origin
) -> Iterator[Diagnostic]:
    if not isinstance(one.name, str) or not one.name.isidentifier():
        yield Diagnostic(
            "PG132", f"{one.name!r} cannot be a parameter's name", origin, "letters, digits and '_'"
        )
    if not one.targets:
        yield Diagnostic(
            "PG131", f"parameter '{one.name}' sets nothing", origin, 'Parameter("model", "score.model")'
        )
    for text in one.targets:
        yield from _wrong_target(one, str(text), tasks, steps, origin)
    if len(set(one.targets)) < len(one.targets):
        yield Diagnostic("PG132", f"parameter '{one.name}' names a target twice", origin)
    if one.default is not UNSET:
        try:
            json_value(one.default)
        except ValueError as error:
            yield Diagnostic("PG132", f"the default of parameter '{one.name}' {error}", origin)
        if one.choices and one.default not in one.choices:
            message = f"the default {one.default!r} of parameter '{one.name}' is none of its choices"
            yield Diagnostic("PG132", message, origin, f"choices are {', '.join(map(repr, one.choices))}")


def _wrong_target(
    one: Parameter, text: str, tasks: Mapping[str, Task], steps: Mapping[str, Step], origin: Origin
) -> Iterator[Diagnostic]:
    name, dot, field = text.partition(".")
    if not dot or not field:
        yield Diagnostic(
            "PG131", f"target '{text}' of parameter '{one.name}' names no field", origin, "write task.field"
        )
    elif name not in tasks:
        message = f"parameter '{one.name}' sets task '{name}', which the pipeline does not have"
        yield Diagnostic("PG131", message, origin, suggest(name, tasks))
    else:
        fields = {setting.name for setting in steps[tasks[name].step].settings}
        if field not in fields and field.partition(".")[0] not in fields:
            message = f"parameter '{one.name}' sets '{field}', which is no setting of task '{name}'"
            yield Diagnostic("PG131", message, origin, suggest(field, fields) or "the step has no settings")
