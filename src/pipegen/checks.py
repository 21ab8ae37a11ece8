"""Rules over a linked pipeline, one function each; none of them knows a target."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import accumulate

from pipegen.backend import FEATURES, Capabilities, Use, features_of
from pipegen.errors import Diagnostic, suggest
from pipegen.ir import Json, Options, Pipeline, Task
from pipegen.names import env_prefix, suffix
from pipegen.option_rules import wrong_options, wrong_times
from pipegen.parameters import given_secret, parameter_variables

CODES: dict[str, tuple[str, str]] = {
    "PG140": (
        "secret in the open",
        "What the code and values say about a pipeline is committed, and stands in every file that is made of it. A "
        "secret setting is given to the run alone: by a Kubernetes Secret, by the variables of the CI system, or by "
        "the environment. `pipegen env` says which variable it is read from.",
    ),
    "PG167": (
        "trigger that can never fire",
        "A task that waits for a failure upstream, but has nothing upstream, would never run.",
    ),
    "PG168": (
        "input that may be absent",
        "A task that runs after failures finds nothing where a failed task should have handed something on. An input "
        "with a default, or of a type that takes None, does without; this one would make the task fail.",
    ),
    "PG171": (
        "feature that the backend cannot express",
        "The target has no way to do this, so generating it would silently drop what you asked for. Remove it, "
        "choose another backend, or accept the loss by listing the feature under `ignore` in the backend's "
        "section of values.yaml.",
    ),
    "PG172": (
        "unknown feature under ignore",
        "Only features that pipegen knows can be ignored.",
    ),
}


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Everything that can be wrong with a linked pipeline, whatever it is compiled to."""
    yield from times(pipeline)
    yield from open_secrets(pipeline)
    plain = Options()
    for task in pipeline.every_task:
        if task.options != plain:
            for task_rule in TASK_RULES:
                yield from task_rule(task)
            yield from absent_inputs(pipeline, task)


def times(pipeline: Pipeline) -> Iterator[Diagnostic]:
    for one in wrong_times(pipeline.schedule, pipeline.deadline):
        yield one.told(f"pipeline '{pipeline.name}'", pipeline.origin)


def open_secrets(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Secrets that anything generated from the pipeline would show, whatever it is compiled to."""
    having = {slug for slug, step in pipeline.steps.items() if any(one.secret for one in step.settings)}
    if having:
        named = parameter_variables(pipeline)
        yield from _open_parameters(pipeline, named)
        for task in pipeline.every_task:
            if task.step in having and task.options.env:
                yield from _open_variables(pipeline, task, named)


def _open_parameters(pipeline: Pipeline, named: Mapping[str, str]) -> Iterator[Diagnostic]:
    step_of = {task.name: pipeline.steps[task.step] for task in pipeline.every_task}
    for one in pipeline.parameters:
        for what, it, values in (("a default", "it", (one.default,)), ("choices", "them", one.choices)):
            for task, field in one.targets:
                found = next(filter(None, (given_secret(step_of[task], field, each) for each in values)), "")
                if found:
                    message = f"parameter '{one.name}' has {what} for '{task}.{found}', a secret"
                    hint = f"leave {it} out, and set {named[one.name]} in the run"
                    yield Diagnostic("PG140", message, one.origin, hint)


def _open_variables(pipeline: Pipeline, task: Task, named: Mapping[str, str]) -> Iterator[Diagnostic]:
    step = pipeline.steps[task.step]
    fields = {
        f"{prefix}__{suffix(field)}": field
        for one in step.settings
        for field in accumulate(one.name.split("."), "{}.{}".format)
        for prefix in {step.prefix, env_prefix(task.name)} - {""}
    }
    fields |= {
        named[one.name]: field for one in pipeline.parameters for of, field in one.targets if of == task.name
    }
    for name, text in task.options.env.items():
        found = given_secret(step, fields[name], _read(text)) if name in fields else ""
        if found:
            message = f"'{name}' gives '{found}' of task '{task.name}', a secret, in clear"
            hint = (
                f"leave it out, and set {name} in the run: by a Secret, a variable of the CI, the environment"
            )
            yield Diagnostic("PG140", message, task.origin, hint)


def _read(text: str) -> Json:
    """What a variable holds: the parts of a model are told by JSON; any other text counts as it stands."""
    import json  # only a setting that holds a secret pays for it

    try:
        data: Json = json.loads(text)
    except ValueError:
        return text
    return data if isinstance(data, Mapping) else text


def options_fit(task: Task) -> Iterator[Diagnostic]:
    for one in wrong_options(task.options):
        yield one.told(f"task '{task.name}'", task.origin)


def triggers(task: Task) -> Iterator[Diagnostic]:
    if task.options.trigger == "one_failed" and not task.inputs:
        message = f"task '{task.name}' runs when one before it failed, but nothing is before it"
        yield Diagnostic("PG167", message, task.origin, "use Pipeline(on_failure=...) for the whole pipeline")


def absent_inputs(pipeline: Pipeline, task: Task) -> Iterator[Diagnostic]:
    if task.options.trigger == "all_success":
        return
    ports = {port.name: port for port in pipeline.steps[task.step].inputs}
    for one in task.inputs:
        port = ports.get(one.name)
        if one.feed == "one" and port is not None and port.required and not _takes_none(port.type):
            message = (
                f"task '{task.name}' runs after failures, and needs '{one.name}', which may then be absent"
            )
            hint = f"let 'run' do without it: {one.name}: {port.type} | None = None"
            yield Diagnostic("PG168", message, one.origin or task.origin, hint, severity="warning")


def _takes_none(type_name: str) -> bool:
    """Whether a type, as ports name it, has None among its alternatives."""
    depth, part, parts = 0, "", []
    for char in type_name:
        depth += (char in "[(") - (char in "])")
        if char == "|" and not depth:
            parts.append(part)
            part = ""
        else:
            part += char
    names = {one.strip() for one in (*parts, part)}
    return bool(names & {"None", "Any", "typing.Any", "object"})


TASK_RULES: tuple[Callable[[Task], Iterator[Diagnostic]], ...] = (options_fit, triggers)


def unsupported(
    pipeline: Pipeline, backend: str, can: Capabilities, ignore: Collection[str] = ()
) -> Iterator[Diagnostic]:
    """What the pipeline uses and the backend cannot express; one diagnostic a feature, naming all its users."""
    users: dict[str, list[str]] = {}
    first: dict[str, Use] = {}
    for use in features_of(pipeline):
        if can.of(use.feature).how == "refused" and use.feature not in ignore:
            users.setdefault(use.feature, []).append(use.owner)
            first.setdefault(use.feature, use)
    for feature, owners in users.items():
        more = f" and {len(owners) - 1} more" if len(owners) > 1 else ""
        yield Diagnostic(
            "PG171",
            f"{owners[0]}{more}: {backend} cannot do {feature}: {can.of(feature).note}",
            first[feature].origin,
            f"to leave it out there, add '{feature}' to {backend}.ignore in values.yaml",
        )


def unknown_ignored(backend: str, ignore: Collection[str]) -> Iterator[Diagnostic]:
    for name in ignore:
        if name not in FEATURES:
            yield Diagnostic(
                "PG172", f"{backend}.ignore: there is no feature '{name}'", None, suggest(name, FEATURES)
            )
