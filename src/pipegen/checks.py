"""Rules over a linked pipeline, one function each; none of them knows a target."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator

from pipegen import cron, units
from pipegen.backend import FEATURES, Capabilities, Use, features_of
from pipegen.errors import Diagnostic, suggest
from pipegen.ir import Options, Pipeline, Task

CODES: dict[str, tuple[str, str]] = {
    "PG161": (
        "schedule that cannot be read",
        "A schedule is a cron expression of five fields, or one of @hourly, @daily, @weekly, @monthly and "
        "@yearly, in a time zone that the tz database knows.",
    ),
    "PG162": (
        "duration that cannot be read",
        "Durations are written like `30s`, `5m`, `1h30m` or `2d`; a timeout or deadline must be more than zero.",
    ),
    "PG163": (
        "quantity that cannot be read",
        "CPU, memory and storage are Kubernetes quantities such as `500m`, `2` or `4Gi`, more than zero.",
    ),
    "PG164": (
        "retry that makes no sense",
        "The limit of a retry is zero or more, and its factor is at least one.",
    ),
    "PG165": (
        "image reference that cannot be read",
        "An image is written like `registry.example.com/team/app:1.4`.",
    ),
    "PG166": (
        "environment variable that cannot be named so",
        "Names of environment variables are letters, digits and `_`, and do not begin with a digit.",
    ),
    "PG167": (
        "trigger that can never fire",
        "A task that waits for a failure upstream, but has nothing upstream, would never run.",
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

_GREATEST_FACTOR = 1000  # beyond it the second wait is longer than any run


def check(pipeline: Pipeline) -> Iterator[Diagnostic]:
    """Everything that can be wrong with a linked pipeline, whatever it is compiled to."""
    for rule in (schedule, deadline):
        yield from rule(pipeline)
    plain = Options()
    for task in pipeline.every_task:
        if task.options != plain:
            for task_rule in TASK_RULES:
                yield from task_rule(task)


def schedule(pipeline: Pipeline) -> Iterator[Diagnostic]:
    if pipeline.schedule is None:
        return
    wrong = cron.error(pipeline.schedule.cron)
    if wrong:
        yield Diagnostic(
            "PG161", wrong, pipeline.origin, "minute hour day month weekday: '0 4 * * *' is 4:00"
        )
    zone = pipeline.schedule.timezone
    if zone is not None and (wrong := units.timezone_error(zone)):
        yield Diagnostic("PG161", wrong, pipeline.origin)


def deadline(pipeline: Pipeline) -> Iterator[Diagnostic]:
    if pipeline.deadline is not None:
        wrong = _positive(pipeline.deadline)
        if wrong:
            yield Diagnostic("PG162", f"deadline of pipeline '{pipeline.name}': {wrong}", pipeline.origin)


def durations(task: Task) -> Iterator[Diagnostic]:
    timeout, retry = task.options.timeout, task.options.retry
    named = [("timeout", _positive(timeout) if timeout is not None else "")]
    if retry is not None:
        named.append(("backoff", units.duration_error(retry.backoff)))
        named.append(
            ("max_backoff", units.duration_error(retry.max_backoff) if retry.max_backoff is not None else "")
        )
    for what, wrong in named:
        if wrong:
            yield Diagnostic("PG162", f"{what} of task '{task.name}': {wrong}", task.origin)


def quantities(task: Task) -> Iterator[Diagnostic]:
    resources = task.options.resources
    if resources is None:
        return
    for what in ("cpu", "memory", "ephemeral_storage"):
        text = getattr(resources, what)
        if text is not None and (wrong := units.quantity_error(text)):
            yield Diagnostic("PG163", f"{what} of task '{task.name}': {wrong}", task.origin)
    if resources.gpu < 0:
        yield Diagnostic(
            "PG163", f"gpu of task '{task.name}': {resources.gpu} is less than zero", task.origin
        )


def retries(task: Task) -> Iterator[Diagnostic]:
    retry = task.options.retry
    if retry is None:
        return
    if retry.limit < 0:
        yield Diagnostic(
            "PG164", f"retry of task '{task.name}': limit {retry.limit} is less than 0", task.origin
        )
    if not 1 <= retry.factor <= _GREATEST_FACTOR:
        message = f"retry of task '{task.name}': factor {retry.factor:g} is not from 1 to {_GREATEST_FACTOR}"
        yield Diagnostic("PG164", message, task.origin)


def images(task: Task) -> Iterator[Diagnostic]:
    image = task.options.image
    if image is not None and (wrong := units.image_error(image)):
        yield Diagnostic("PG165", f"image of task '{task.name}': {wrong}", task.origin)


def variables(task: Task) -> Iterator[Diagnostic]:
    for name in task.options.env:
        if wrong := units.env_name_error(name):
            yield Diagnostic("PG166", f"env of task '{task.name}': {wrong}", task.origin)


def triggers(task: Task) -> Iterator[Diagnostic]:
    if task.options.trigger == "one_failed" and not task.inputs:
        message = f"task '{task.name}' runs when one before it failed, but nothing is before it"
        yield Diagnostic("PG167", message, task.origin, "use Pipeline(on_failure=...) for the whole pipeline")


TASK_RULES: tuple[Callable[[Task], Iterator[Diagnostic]], ...] = (
    durations,
    quantities,
    retries,
    images,
    variables,
    triggers,
)


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


def _positive(text: str) -> str:
    wrong = units.duration_error(text)
    return wrong or ("" if units.seconds(text) > 0 else f"'{text}' is not more than zero")
