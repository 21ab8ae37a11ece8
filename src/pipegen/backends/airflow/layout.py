"""Python expressions as a formatter lays them out: on one line where they fit, else one part on each line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipegen.emit.filters import python

WIDTH = 88


class Code(NamedTuple):
    """An expression that stands as it is: a name, `A / "b"`."""

    text: str


class Call(NamedTuple):
    """A call; what has no name comes first."""

    function: str
    named: Mapping[str, object] = {}
    plain: tuple[object, ...] = ()


class Lines(NamedTuple):
    """A text in parts, a string on each line where they do not fit on one."""

    parts: tuple[str, ...]


def laid_out(value: object, indent: int = 0, before: int = 0, after: int = 0) -> str:
    """The expression, its first line beginning after `before` characters and its last followed by `after`."""
    flat = _flat(value)
    if indent + before + len(flat) + after <= WIDTH:
        return flat
    if isinstance(value, Lines):
        parts = [" " * (indent + 4) + python(one) for one in value.parts]
        return "\n".join(["(", *parts, " " * indent + ")"]) if len(parts) > 1 else flat
    if not _parts(value):
        return flat
    opening, closing = _brackets(value)
    inner = indent + 4
    lines = [" " * inner + _line(name, one, inner) for name, one in _named_parts(value)]
    return "\n".join([opening, *lines, " " * indent + closing])


def _line(name: str, value: object, indent: int) -> str:
    return f"{name}{laid_out(value, indent, len(name), 1)},"


def _flat(value: object) -> str:
    if isinstance(value, Code):
        return value.text
    if isinstance(value, Lines):
        return python("".join(value.parts))
    parts = ", ".join(f"{name}{_flat(one)}" for name, one in _named_parts(value))
    if isinstance(value, Call | Mapping | list):
        opening, closing = _brackets(value)
        return f"{opening}{parts}{closing}"
    return python(value)


def _parts(value: object) -> bool:
    return bool(next(_named_parts(value), None))


def _named_parts(value: object) -> Iterator[tuple[str, object]]:
    """What an expression is made of, with what stands before each part."""
    if isinstance(value, Call):
        yield from (("", one) for one in value.plain)
        yield from ((f"{name}=", one) for name, one in value.named.items())
    elif isinstance(value, Mapping):
        yield from ((f"{_flat(key)}: ", one) for key, one in value.items())
    elif isinstance(value, list):
        yield from (("", one) for one in value)


def _brackets(value: object) -> tuple[str, str]:
    if isinstance(value, Call):
        return f"{value.function}(", ")"
    return ("{", "}") if isinstance(value, Mapping) else ("[", "]")


def functions(value: object) -> Iterator[str]:
    """What an expression calls, itself included."""
    if isinstance(value, Call):
        yield value.function
    for _, one in _named_parts(value):
        yield from functions(one)
