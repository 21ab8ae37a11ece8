"""What no document can hold, found with its place."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from pipegen.emit.document import Block, Commented, Flow, Noted, shape
from pipegen.errors import Diagnostic, PipegenError

Path = tuple[str, ...]
_DEEPEST = 300
_SURROGATE = r"[\ud800-\udfff]"  # slow to compile, and seldom looked for


class UnfitError(ValueError):
    """Raised in the middle of writing, where the place is not known; `refuse_unfit` then finds it."""


def refuse_unfit(document: object, problem: Exception | None = None) -> None:
    """Raise everything in a document that cannot be written; `problem` is what the writer stumbled over."""
    found = tuple(_unfit(document))
    if not found and isinstance(problem, RecursionError):
        found = (_too_deep(()),)
    if found:
        raise PipegenError(*found) from None


def refuse_halves(text: str, path: str) -> None:
    """Raise when the text of a file cannot be written as UTF-8."""
    found = tuple(_text(text, (path,)))
    if found:
        raise PipegenError(*found)


def _unfit(document: object) -> Iterator[Diagnostic]:
    left: list[tuple[Path, object]] = [((), document)]
    while left:
        path, value = left.pop()
        if len(path) > _DEEPEST:
            yield _too_deep(path)
            return  # a cycle has no end
        while isinstance(value, Flow | Commented | Noted | Block):
            value = value.wrapped
        kind = shape(value)
        if kind == "mapping":
            for key, child in value.items():  # type: ignore[attr-defined]
                yield from _key(key, path)
                left.append(((*path, f".{key}"), child))
        elif kind == "list":
            left.extend(((*path, f"[{n}]"), child) for n, child in enumerate(value))  # type: ignore[arg-type, var-annotated]
        else:
            yield from _leaf(value, path)


def _key(key: object, path: Path) -> Iterator[Diagnostic]:
    if isinstance(key, str):
        yield from _text(key, (*path, f".{key}"))
    elif isinstance(key, bool) or not isinstance(key, int):
        message = f"the key {key!r} {_place(path)} is a {type(key).__name__}, not text"
        yield Diagnostic("PG403", message, hint="write the key as text")


def _leaf(value: object, path: Path) -> Iterator[Diagnostic]:
    if isinstance(value, str):
        yield from _text(value, path)
    elif isinstance(value, float) and not math.isfinite(value):
        yield Diagnostic("PG402", f"the number {_place(path)} is {value}", hint="give a finite number")
    elif isinstance(value, int):
        yield from _integer(value, path)
    elif value is not None and not isinstance(value, float):
        message = f"the value {_place(path)} is a {type(value).__name__}, which no document can hold"
        yield Diagnostic("PG404", message, hint="turn it into text, a number, a list or a mapping")


def _integer(value: int, path: Path) -> Iterator[Diagnostic]:
    try:
        int.__repr__(value)
    except ValueError:  # Python's own limit on digits
        message = f"the integer {_place(path)} has more than 4300 digits"
        yield Diagnostic("PG402", message, hint="write it as text")


def _text(text: str, path: Path) -> Iterator[Diagnostic]:
    half = re.search(_SURROGATE, text)
    if half:
        message = (
            f"the text {_place(path)} holds half a character (U+{ord(half[0]):04X}), which UTF-8 cannot write"
        )
        yield Diagnostic("PG401", message, hint="decode the text with the right encoding")


def _too_deep(path: Path) -> Diagnostic:
    place = _place(path[:6]) if path else "at the top"
    message = f"the document is nested too deeply; it goes on without end {place}"
    return Diagnostic("PG405", message, hint="does it contain itself? flatten it")


def _place(path: Path) -> str:
    where = re.sub(_SURROGATE, "\N{REPLACEMENT CHARACTER}", "".join(path).removeprefix("."))
    return f"at '{where}'" if where else "at the top"
