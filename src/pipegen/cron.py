"""Cron expressions with five fields, as Kubernetes, Argo and every crontab read them."""

from __future__ import annotations

from pipegen.errors import suggest

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = {
    name: n
    for n, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_DAYS = {name: n for n, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
_NO_NAMES: dict[str, int] = {}
_FIELDS = (
    ("minute", 0, 59, _NO_NAMES),
    ("hour", 0, 23, _NO_NAMES),
    ("day of month", 1, 31, _NO_NAMES),
    ("month", 1, 12, _MONTHS),
    ("day of week", 0, 6, _DAYS),  # 7 is Sunday to some crontabs; Kubernetes refuses it
)
_OPEN = ("*", "?", "*/1", "?/1")
_LONGEST = {4: 30, 6: 30, 9: 30, 11: 30, 2: 29}


def expand(text: str) -> tuple[frozenset[int], ...]:
    """The minutes, hours, days, months and weekdays an expression names; ValueError says what is wrong."""
    words = _MACROS.get(text.strip(), text).split()
    if text.startswith("@") and len(words) == 1:
        raise ValueError(f"'{text}' is not known; {suggest(text, _MACROS)}")
    if len(words) != len(_FIELDS):
        number = f"{len(words)} field{'' if len(words) == 1 else 's'}"
        raise ValueError(f"'{text}' has {number}; a cron expression has 5, like '0 4 * * *'")
    sets = tuple(_expand_field(word, *field) for word, field in zip(words, _FIELDS, strict=True))
    if words[4] in ("*", "?") and not any(
        day <= _LONGEST.get(month, 31) for day in sets[2] for month in sets[3]
    ):
        raise ValueError(f"'{text}' names a day that never comes")
    return sets


def open_days(text: str) -> tuple[bool, bool]:
    """Whether the day of month and the day of week leave it open: if neither does, one of the two is enough."""
    words = _MACROS.get(text.strip(), text).split()
    return words[2] in _OPEN, words[4] in _OPEN


def shortest_gap(text: str) -> int:
    """The fewest minutes between two times of one day, or around midnight."""
    minutes, hours, *_ = expand(text)
    times = sorted(hour * 60 + minute for hour in hours for minute in minutes)
    return min(
        later - earlier for earlier, later in zip(times, [*times[1:], times[0] + 24 * 60], strict=True)
    )


def error(text: str) -> str:
    try:
        expand(text)
    except ValueError as problem:
        return str(problem)
    return ""


def _expand_field(word: str, field: str, low: int, high: int, names: dict[str, int]) -> frozenset[int]:
    found: set[int] = set()
    for part in word.split(","):
        span, slash, step = part.partition("/")
        if slash and not (step.isascii() and step.isdigit() and int(step) > 0):
            raise ValueError(f"'{part}' in the {field} field has no step after '/'")
        first, last = _span(span, field, low, high, names, open_ended=bool(slash))
        found.update(range(first, last + 1, int(step or 1)))
    return frozenset(found)


def _span(
    span: str, field: str, low: int, high: int, names: dict[str, int], *, open_ended: bool
) -> tuple[int, int]:
    if span in ("*", "?"):
        return low, high
    start, dash, end = span.partition("-")
    first = _number(start, field, low, high, names)
    if not dash:
        return first, high if open_ended else first
    last = _number(end, field, low, high, names)
    if last < first:
        raise ValueError(f"'{span}' in the {field} field runs backwards")
    return first, last


def _number(word: str, field: str, low: int, high: int, names: dict[str, int]) -> int:
    number = names.get(word.lower())
    if number is None and word.isascii() and word.isdigit():
        number = int(word)
    if number is None or not low <= number <= high:
        sunday = "; Sunday is 0" if field == "day of week" else ""
        article = "an" if field == "hour" else "a"
        raise ValueError(f"'{word}' is not {article} {field}; it goes from {low} to {high}{sunday}")
    return number
