"""The boxes of the picture: what stands in each, how large that makes it, and its drawing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial

from pipegen.graph.lettering import first_line, pixels, shorten
from pipegen.graph.picture import Badge, Node, badges
from pipegen.graph.xml import Xml, element, joined, text

_WIDEST = 240
_PAD_LEFT, _PAD_RIGHT = 17, 13
_PORT = 18  # the least that two labelled arrows need between them


@dataclass(frozen=True, slots=True)
class Box:
    """A node, measured."""

    node: Node
    width: int
    height: int
    pills: tuple[Badge, ...] = ()
    small: bool = False


def measure(node: Node, small: bool) -> Box:
    if small:
        return Box(node, min(150, pixels(node.name, 11) + 22), 22, small=True)
    pills = tuple(_that_fit(badges(node)))
    inner = max(pixels(node.name, 14), pixels(node.step_name, 11), _pill_row(pills))
    ports = _PORT * len(node.task.inputs) + 14
    width = min(_WIDEST, max(104, inner + _PAD_LEFT + _PAD_RIGHT))
    return Box(node, width, max(72 if pills else 50, ports), pills)


def draw(box: Box, x: int, y: int, width: int, accent: str) -> Xml:
    """The box with its upper left corner there; all boxes of a column are equally wide."""
    drawn = _small(box, width) if box.small else _large(box, width)
    role = "" if box.node.role == "task" else f" handler {box.node.role}"
    return element(
        "g",
        element("title", joined(text(line) for line in tooltip(box.node) if line)),
        element("rect", class_="box", width=width, height=box.height, rx=4 if box.small else 8),
        element("path", class_=accent, d=_strip(box.height, 4 if box.small else 8)),
        *drawn,
        class_=f"node{role}",
        transform=f"translate({x} {y})",
    )


def tooltip(node: Node) -> Iterator[str]:
    """Everything about a node that may not fit into its box, line by line."""
    yield node.name
    yield f"{node.step.slug} ({node.step.entrypoint})"
    yield first_line(node.step.doc)
    types = {port.name: port.type for port in node.step.inputs}
    for one in node.task.inputs:
        yield f"{one.name}: {types.get(one.name, 'Any')} ← {_listed(one.sources)}"
    yield f"→ {node.output}" if node.output else ""
    yield ", ".join(badge.text for badge in badges(node))


def _listed(sources: tuple[str, ...]) -> str:
    more = f" and {len(sources) - 5} more" if len(sources) > 5 else ""
    return ", ".join(sources[:5]) + more


def _large(box: Box, width: int) -> Iterator[Xml]:
    room = width - _PAD_LEFT - _PAD_RIGHT
    top = (box.height - (56 if box.pills else 34)) // 2
    name = shorten(box.node.name, room, partial(pixels, size=14))
    line = shorten(box.node.step_name, room, partial(pixels, size=11))
    yield element("text", text(name), class_="name", x=_PAD_LEFT, y=top + 13)
    yield element("text", text(line), class_="step", x=_PAD_LEFT, y=top + 29)
    x = _PAD_LEFT - 2
    for badge in box.pills:
        wide = _pill_width(badge)
        yield element("rect", class_=f"pill {badge.kind}", x=x, y=top + 39, width=wide, height=16, rx=8)
        label = text(shorten(badge.text, 150, partial(pixels, size=10)))
        yield element("text", label, class_=f"chip {badge.kind}", x=x + wide // 2, y=top + 50)
        x += wide + 5


def _small(box: Box, width: int) -> Iterator[Xml]:
    name = shorten(box.node.name, width - 18, partial(pixels, size=11))
    yield element("text", text(name), class_="name", x=11, y=15)


def _that_fit(found: tuple[Badge, ...]) -> Iterator[Badge]:
    """As many badges as a box is wide, then how many there are beside them."""
    for at, badge in enumerate(found):
        rest = len(found) - at
        more = Badge("run", f"+{rest}")
        tail = () if rest == 1 else (Badge("run", f"+{rest - 1}"),)
        if _pill_row((*found[: at + 1], *tail)) > _WIDEST - _PAD_LEFT - _PAD_RIGHT and at:
            yield more
            return
        yield badge


def _pill_row(pills: tuple[Badge, ...]) -> int:
    return sum(_pill_width(badge) + 5 for badge in pills)


def _pill_width(badge: Badge) -> int:
    return min(160, pixels(badge.text, 10) + 12)


def _strip(height: int, corner: int) -> str:
    """The coloured left edge, with the corners of the box."""
    wide, start, end = (3, ".13", ".87") if corner == 4 else (5, ".58", ".42")  # where the arc is, so far in
    arc = f"A{corner} {corner} 0 0 0"
    return f"M{wide} {start}{arc} 0 {corner}V{height - corner}{arc} {wide} {height - 1}{end}Z"
