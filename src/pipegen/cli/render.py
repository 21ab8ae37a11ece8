"""Diagnostics as text: what is wrong, the user's line with a caret, and what to do."""

from __future__ import annotations

import os
import shutil
import sys
import textwrap
from collections.abc import Iterable, Iterator
from pathlib import Path

from pipegen.errors import Diagnostic, Origin, in_order

_COLORS = {"error": "31;1", "warning": "33;1", "place": "1", "dim": "2", "hint": "36"}


def show(diagnostics: Iterable[Diagnostic], root: Path | None = None) -> None:
    """Print diagnostics to stderr, in their order, and how many there are when there are several."""
    found = in_order(diagnostics)
    paint = Paint.of(sys.stderr)
    for one in found:
        print("\n".join(lines(one, paint, root or Path.cwd())), file=sys.stderr)
    errors = sum(one.severity == "error" for one in found)
    if errors > 1:
        print(
            paint("dim", f"{errors} errors; `pipegen explain CODE` says more about a code"), file=sys.stderr
        )


class Paint:
    """Colours a word when the terminal wants that."""

    def __init__(self, colored: bool, width: int) -> None:
        self.colored = colored
        self.width = width

    @classmethod
    def of(cls, stream: object) -> Paint:
        terminal = bool(getattr(stream, "isatty", lambda: False)())
        colored = terminal and "NO_COLOR" not in os.environ and os.environ.get("TERM") != "dumb"
        return cls(
            colored or "FORCE_COLOR" in os.environ,
            shutil.get_terminal_size((100, 24)).columns if terminal else 100,
        )

    def __call__(self, kind: str, text: str) -> str:
        return f"\x1b[{_COLORS[kind]}m{text}\x1b[0m" if self.colored and text else text


def lines(one: Diagnostic, paint: Paint, root: Path) -> Iterator[str]:
    place = paint("place", f"{one.origin}: ") if one.origin else ""
    yield f"{place}{paint(one.severity, f'{one.severity}[{one.code}]')}: {visible(one.message)}"
    yield from _source(one.origin, paint, root)
    for related in one.related:
        yield f"  {paint('place', str(related.origin))}: {visible(related.note)}"
    if one.hint:
        wrapped = textwrap.wrap(visible(one.hint), max(paint.width - 8, 30), break_long_words=False)
        yield f"  {paint('hint', 'hint')}: " + "\n        ".join(wrapped)


def visible(text: str) -> str:
    """Text with its control characters made visible: a name must not be able to move the cursor."""
    return "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in text)


def _source(origin: Origin | None, paint: Paint, root: Path) -> Iterator[str]:
    line = _line_of(origin, root) if origin else None
    if origin is None or line is None:
        return
    text = visible(line.rstrip().expandtabs(4))
    if not text.strip():
        return
    number = f"{origin.line:>5} | "
    yield paint("dim", number) + text[: max(paint.width - len(number), 40)]
    if origin.column:
        yield paint("dim", " " * (len(number) - 2) + "| ") + " " * (origin.column - 1) + paint("error", "^")


def _line_of(origin: Origin, root: Path) -> str | None:
    if not origin.line:
        return None
    try:
        with (root / origin.file).open(encoding="utf-8", errors="replace") as file:
            return next((text for number, text in enumerate(file, start=1) if number == origin.line), None)
    except OSError:
        return None
