"""How text is shown: what can be drawn of it, how wide it is, and how it is cut to fit.

Widths come from a table of our own: fonts differ between machines, and Unicode's tables between Python
versions, but the same pipeline must give the same picture everywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable
from functools import lru_cache

_BREAKS = re.compile("[\t\n\v\f\r\x1c-\x1f\x85\u2028\u2029]")
# Control characters, half surrogates, what XML forbids, and what turns the direction of the text around.
_UNFIT = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x9f\ud800-\udfff\ufffe\uffff\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)
_QUALIFIER = re.compile(r"[^\s\[\](),|.:]+[.:](?=[^\s\[\](),|.:])")

# Where a run of characters begins, and how many terminal cells each of them takes.
_RUNS = (
    *((0, 1), (0x300, 0), (0x370, 1), (0x1100, 2), (0x1160, 0), (0x1200, 1), (0x200B, 0), (0x200E, 1)),
    *((0x20D0, 0), (0x2100, 1), (0x2E80, 2), (0xA4D0, 1), (0xAC00, 2), (0xD7A4, 1), (0xF900, 2), (0xFB00, 1)),
    *((0xFE00, 0), (0xFE10, 2), (0xFE20, 0), (0xFE30, 2), (0xFE70, 1), (0xFF00, 2), (0xFF61, 1), (0xFFE0, 2)),
    *((0xFFE7, 1), (0x1F000, 2), (0x1FB00, 1), (0x20000, 2), (0x40000, 1), (0xE0000, 0), (0xE01F0, 1)),
)
_STARTS = [start for start, _ in _RUNS]
# Thousandths of the font size, as bold Helvetica draws them and a little more.
_NARROW = dict.fromkeys("iljI.,:;'|!()[]{}/\\ `ft-r\"", 370)
_WIDE = dict.fromkeys("mwMW@%", 900) | dict.fromkeys("ABCDEFGHJKLNOPQRSTUVXYZ&#", 730)


def clean(text: str) -> str:
    """One line that every format can hold: a line break becomes a space, what cannot be shown a '\ufffd'."""
    if text.isascii() and text.isprintable():
        return text
    return _UNFIT.sub("\ufffd", _BREAKS.sub(" ", text))


def cells(text: str) -> int:
    """How many columns of a terminal the text takes."""
    return len(text) if text.isascii() else sum(map(_cells_of, text))


def pixels(text: str, size: int) -> int:
    """About how wide the text is, drawn in a sans-serif font of that size."""
    return sum(map(_thousandths, text)) * size // 1000


def shorten(text: str, limit: int, measure: Callable[[str], int] = cells) -> str:
    """The text, or its beginning and end around a '…': names often differ in their last letters."""
    if measure(text) <= limit:
        return text
    room = limit - measure("…")
    tail = _fitting(text[::-1], room // 3, measure)[::-1]
    return _fitting(text, room - measure(tail), measure).rstrip(" ") + "…" + tail


def short_type(name: str) -> str:
    """The type without the modules: "list[acme.reviews.Review]" is "list[Review]"."""
    return name if "'" in name or '"' in name else _QUALIFIER.sub("", name)


def first_line(text: str) -> str:
    """The first line of a docstring that says something."""
    return clean(next((line.strip() for line in text.splitlines() if line.strip()), ""))


def _fitting(text: str, room: int, measure: Callable[[str], int]) -> str:
    used = 0
    for at, letter in enumerate(text):
        used += measure(letter)
        if used > room:
            return text[:at]
    return text


@lru_cache(maxsize=4096)
def _cells_of(letter: str) -> int:
    return _RUNS[bisect_right(_STARTS, ord(letter)) - 1][1]


@lru_cache(maxsize=4096)
def _thousandths(letter: str) -> int:
    if letter.isascii():
        return _NARROW.get(letter) or _WIDE.get(letter) or 590
    return (0, 700, 1050)[_cells_of(letter)]
