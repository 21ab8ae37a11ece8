"""How text looks on a terminal: its colours, its width, and nothing that could move the cursor."""

from __future__ import annotations

import os
from typing import TextIO

from pipegen.frozen import frozen

_COLORS = {"error": "31;1", "warning": "33;1", "place": "1", "dim": "2", "hint": "36"}
_COLORS |= {"gone": "31", "new": "32"}
_WIDTH = 100  # of what is no terminal, the same everywhere


@frozen
class Paint:
    """Colours words when the stream wants that, and knows how many columns it has."""

    colored: bool
    width: int
    terminal: bool = False
    bound: bool = True  # whether anybody looks at the width: a terminal has one, or COLUMNS says so

    @classmethod
    def of(cls, stream: TextIO) -> Paint:
        terminal = stream.isatty()
        return cls(_colored(terminal), _width(stream, terminal), terminal, terminal or bool(_stated()))

    def __call__(self, kind: str, text: str) -> str:
        return f"\x1b[{_COLORS[kind]}m{text}\x1b[0m" if self.colored and text else text


def _colored(terminal: bool) -> bool:
    """NO_COLOR wins over FORCE_COLOR, and both over what the stream is."""
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR")
    if forced is not None:
        return forced != "0"
    return terminal and os.environ.get("TERM") != "dumb"


def _width(stream: TextIO, terminal: bool) -> int:
    if stated := _stated():
        return stated
    if terminal:
        try:
            return os.get_terminal_size(stream.fileno()).columns or _WIDTH
        except OSError:
            return _WIDTH
    return _WIDTH


def _stated() -> int:
    """What COLUMNS says; 0 when it says nothing."""
    text = os.environ.get("COLUMNS", "")
    return int(text) if text.isdecimal() else 0


def visible(text: str) -> str:
    """Text with its control characters written out: a name must not be able to move the cursor."""
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() or char == "\n" else repr(char)[1:-1] for char in text)


def cells(text: str) -> int:
    """How many columns a text takes: letters of East Asia take two, accents that stand alone none."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def _cells_of(char: str) -> int:
    if char.isascii():
        return 1
    from unicodedata import combining, east_asian_width  # seldom needed

    if combining(char):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def part(text: str, start: int, room: int) -> str:
    """The part of a text that stands in `room` columns from `start` on; of a letter cut in two, a blank is left."""
    kept, at = [], 0
    for char in text:
        size = _cells_of(char)
        if at >= start and at + size <= start + room:
            kept.append(char)
        elif at < start < at + size <= start + room:
            kept.append(" " * (at + size - start))
        at += size
    return "".join(kept)


def padded(text: str, width: int) -> str:
    return text + " " * (width - cells(text))
