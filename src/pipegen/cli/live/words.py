"""Lines of text in parts of different colours, cut to the columns that there are."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipegen.cli.paint import Paint, cells, part, visible
from pipegen.engine.records import TaskRecord
from pipegen.engine.spans import span, whole


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is written, and how many columns it takes."""

    text: str
    cells: int


def line(parts: Iterable[tuple[str, str]], room: int, paint: Paint) -> Line:
    """Parts, each a colour ("" for none) and a text, as far as they fit."""
    written, used = "", 0
    for colour, text in parts:
        fitting = cut(text, room - used)
        written += paint(colour, fitting) if colour else fitting
        used += cells(fitting)
        if used >= room or fitting != text:
            break
    return Line(written, used)


def cut(text: str, room: int) -> str:
    """The text, or its beginning and a '…' where it is too long."""
    if cells(text) <= room:
        return text
    return part(text, 0, room - 1) + "…" if room > 1 else part(text, 0, max(room, 0))


def named(text: str, room: int) -> str:
    """A name in so many columns: cut in its middle, for names often differ in their last letters."""
    name = shown(text)
    size = cells(name)
    if size <= room:
        return name + " " * (room - size)
    tail = (room - 1) // 3
    end = part(name, size - tail, tail)
    begin = part(name, 0, room - 1 - cells(end))
    whole = f"{begin}…{end}"
    return whole + " " * (room - cells(whole))


def shown(text: str) -> str:
    """Text on one line, unable to move the cursor."""
    return " ".join(visible(text).split())


def counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def rows(task: TaskRecord) -> str:
    return "" if task.items is None else counted(task.items, "row")


def pause(seconds: float) -> str:
    """A wait, which was asked for in whole seconds more often than not."""
    return whole(seconds) if seconds == int(seconds) and seconds >= 1 else span(seconds)
