"""What a terminal shows, as an SVG for the documentation."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from pipegen.graph.svg import NAMESPACE
from pipegen.graph.xml import Xml, element, joined, text

_COLOURS = {"red": "#f87171", "green": "#4ade80", "brown": "#fbbf24", "cyan": "#22d3ee", "default": "#e2e8f0"}
_FONT = 'ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace'
_CELL, _LINE, _PAD = 8.4, 19, 16


def drawn(pictures: list[list[list[Any]]], columns: int) -> str:
    """Screens, one below the other; each is lines of an emulator's characters."""
    content, y = [], 0
    for lines in pictures:
        height = _LINE * len(lines) + 2 * _PAD
        content.append(
            element("rect", y=y, width=int(columns * _CELL) + 2 * _PAD, height=height, rx=8, fill="#0f172a")
        )
        for at, line in enumerate(lines):
            parts = joined(_parts(line), "")
            content.append(element("text", parts, y=y + _PAD + 14 + at * _LINE))
        y += height + 12
    width = int(columns * _CELL) + 2 * _PAD
    style = element("style", Xml(f"text{{font:14px {_FONT};white-space:pre}}"))
    box = {"viewBox": f"0 0 {width} {y - 12}"}
    return (
        element("svg", style, joined(content), xmlns=NAMESPACE, role="img", aria_label="a terminal", **box)
        + "\n"
    )


def _parts(line: list[Any]) -> Iterator[Xml]:
    """Stretches of one colour; each says where it begins, so that columns stay columns."""
    at = 0
    for colour, stretch in groupby(line, key=lambda one: (one.fg, one.bold)):
        letters = "".join(one.data for one in stretch)
        if letters.strip():
            fill = _COLOURS.get(colour[0], _COLOURS["default"])
            weight = {"font_weight": "bold"} if colour[1] else {}
            yield element("tspan", text(letters.rstrip()), x=f"{_PAD + at * _CELL:.1f}", fill=fill, **weight)
        at += len(letters)
