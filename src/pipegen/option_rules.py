"""Which values options can have, whatever is made of them: one function a rule."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from pipegen import cron, units
from pipegen.errors import Diagnostic, Origin
from pipegen.frozen import frozen
from pipegen.ir import Options, Schedule

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
        "An image is written like `registry.example.com/team/app:1.4`: a registry, a repository in lower case, "
        "and a tag or a digest.",
    ),
    "PG166": (
        "environment variable that no process can have",
        "Names of environment variables are letters, digits and `_`, and do not begin with a digit. Their values "
        "hold no null character.",
    ),
}

_GREATEST_FACTOR = 1000  # beyond it the second wait is longer than any run


@frozen
class Wrong:
    """An option with a value that it cannot have: its keyword, the part of it, and what to say."""

    key: str
    code: str
    part: str
    problem: str
    hint: str = ""

    def told(self, owner: str, origin: Origin | None) -> Diagnostic:
        return Diagnostic(self.code, f"{self.part} of {owner}: {self.problem}", origin, self.hint)


def wrong_options(options: Options) -> Iterator[Wrong]:
    """Every option whose value makes no sense, whatever the task."""
    for rule in OPTION_RULES:
        yield from rule(options)


def wrong_times(schedule: Schedule | None, deadline: str | None) -> Iterator[Wrong]:
    """What is wrong with when a pipeline runs and how long it may take."""
    if schedule is not None and (problem := cron.error(schedule.cron)):
        said, _, hint = problem.partition("; ")
        more = "minute hour day month weekday: '0 4 * * *' is 4:00"
        yield Wrong("schedule", "PG161", "schedule", said, hint or more)
    zone = schedule.timezone if schedule is not None else None
    if zone is not None and (problem := units.timezone_error(zone)):
        yield wrong("timezone", "PG161", "timezone", problem)
    if deadline is not None and (problem := too_short(deadline)):
        yield wrong("deadline", "PG162", "deadline", problem)


def durations(options: Options) -> Iterator[Wrong]:
    retry = options.retry
    if options.timeout is not None and (problem := too_short(options.timeout)):
        yield wrong("timeout", "PG162", "timeout", problem)
    for part in ("backoff", "max_backoff") if retry is not None else ():
        text = getattr(retry, part)
        if text is not None and (problem := units.duration_error(text)):
            yield wrong("retry", "PG162", part, problem)


def quantities(options: Options) -> Iterator[Wrong]:
    resources = options.resources
    if resources is None:
        return
    for part in ("cpu", "memory", "ephemeral_storage"):
        text = getattr(resources, part)
        found = units.quantity_error if part == "cpu" else units.size_error
        if text is not None and (problem := found(text)):
            yield wrong("resources", "PG163", part, problem)
    if resources.gpu < 0:
        yield wrong("resources", "PG163", "gpu", f"{resources.gpu} is less than 0; ask for 0 or more")


def retries(options: Options) -> Iterator[Wrong]:
    retry = options.retry
    if retry is None:
        return
    if retry.limit < 0:
        problem = f"limit {retry.limit} is less than 0; 0 runs a task once, 2 up to three times"
        yield wrong("retry", "PG164", "retry", problem)
    if not 1 <= retry.factor <= _GREATEST_FACTOR:
        problem = f"factor {retry.factor:g} is not from 1 to {_GREATEST_FACTOR}; 2 doubles the wait each time"
        yield wrong("retry", "PG164", "retry", problem)


def images(options: Options) -> Iterator[Wrong]:
    if options.image is not None and (problem := units.image_error(options.image)):
        yield wrong("image", "PG165", "image", problem)


def variables(options: Options) -> Iterator[Wrong]:
    for name, value in options.env.items():
        null = f"the value of '{name}' holds a null character; no process can be given one"
        if problem := units.env_name_error(name) or (null if "\0" in value else ""):
            yield wrong("env", "PG166", "env", problem)


OPTION_RULES: tuple[Callable[[Options], Iterator[Wrong]], ...] = (
    durations,
    quantities,
    retries,
    images,
    variables,
)


def wrong(key: str, code: str, part: str, problem: str) -> Wrong:
    """What stands behind '; ' in a problem is what to do about it."""
    message, _, hint = problem.partition("; ")
    return Wrong(key, code, part, message, hint)


def too_short(text: str) -> str:
    """What is wrong with a duration that must be more than zero; "" when nothing is."""
    problem = units.duration_error(text)
    return problem or ("" if units.seconds(text) > 0 else f"'{text}' is not more than zero; say how long")
