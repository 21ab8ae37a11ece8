"""Rows as text: in columns where they fit, else each row as a small list of its own.

Where nobody looks at the width, in a pipe or a file, each row is one line: it is going to be searched.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import zip_longest

from pipegen.cli.paint import Paint, cells, padded, visible

_LEAST = 20  # columns that a wrapped cell needs to be readable
_GAP = "  "


def lines(rows: Sequence[Sequence[str]], head: Sequence[str], paint: Paint) -> Iterator[str]:
    """The lines of a table; its columns are as wide as they need to be and can be."""
    shown = [[" ".join(visible(cell).split()) for cell in row] for row in rows]
    columns = list(zip(head, *shown, strict=True))
    wanted = [max(map(cells, column)) for column in columns]
    least = [wanted[0], *map(_least, columns[1:])]
    room = paint.width - len(_GAP) * (len(head) - 1)
    widths = _fitted(wanted, least, room) if paint.bound else wanted
    if widths is None:
        yield from _stacked(shown, head, paint)
        return
    yield paint("place", _GAP.join(map(padded, head, widths)).rstrip())
    for row in shown:
        wrapped = map(_wrapped, row, widths) if paint.bound else ([cell] for cell in row)
        for parts in zip_longest(*wrapped, fillvalue=""):
            yield _GAP.join(map(padded, parts, widths)).rstrip()


def _least(column: Sequence[str]) -> int:
    """How narrow a column may become: no word is broken, and no text stands in a thin strip."""
    longest = max(cells(word) for cell in column for word in (cell.split() or [""]))
    return max(longest, min(_LEAST, max(map(cells, column))))


def _fitted(wanted: Sequence[int], least: Sequence[int], room: int) -> list[int] | None:
    """Widths that fit, taken off the widest columns that may be narrower; None when it cannot be."""
    fitted = list(wanted)
    while sum(fitted) > room:
        wide = [number for number, width in enumerate(fitted) if width > least[number]]
        if not wide:
            return None
        fitted[max(wide, key=lambda number: (fitted[number], number))] -= 1
    return fitted


def _stacked(rows: Sequence[Sequence[str]], head: Sequence[str], paint: Paint) -> Iterator[str]:
    """Each row under its first cell, the others one to a line; for a narrow terminal."""
    for row in rows:
        yield paint("place", row[0])
        for name, cell in zip(head[1:], row[1:], strict=True):
            if cell and cell != "-":
                label = f"  {name}: "
                first, *more = _wrapped(cell, max(paint.width - len(label), _LEAST))
                yield paint("dim", label) + first
                yield from (" " * len(label) + line for line in more)


def _wrapped(text: str, room: int) -> list[str]:
    """Lines that end between words; a word that is longer than the room stays whole."""
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".lstrip()
        if found[-1] and cells(longer) > room:
            found.append(word)
        else:
            found[-1] = longer
    return found
