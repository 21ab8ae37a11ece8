"""The pipeline laid out in pixels: the boxes, and the frame around those that are no handlers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from pipegen.graph.boxes import Box, measure
from pipegen.graph.layout import Layout, arrange
from pipegen.graph.lettering import pixels, short_type, shorten
from pipegen.graph.picture import Picture

MARGIN, PAD = 24, 28
LABEL, TYPE = 11, 10  # font sizes of the words on edges
_MOST_LARGE = 400  # with more tasks, boxes hold a name and nothing else
_MOST_TYPED = 30  # with more tasks, types are left to the tooltips
_LONGEST_WORD = 110
_ROLE_GAP = 40  # above a handler, for the word on it
_HANDLER_GAP = 64
_AROUND_WORD = 14  # level edge beside a word
_LEAST_INLET = 10  # so that an arrow comes in level
_BOW, _WIDEST_BOW = 48, 130  # the room in which an edge changes its height


@dataclass(frozen=True, slots=True)
class Frame:
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.x + self.width

    @property
    def bottom(self) -> int:
        return self.y + self.height


@dataclass(frozen=True, slots=True)
class Column:
    """A column of boxes, and the room beside it for the words on edges."""

    x: int
    width: int
    inlet: int
    outlet: int


@dataclass(frozen=True, slots=True)
class Placed:
    """A box where it is drawn: its upper left corner, as wide as its column.

    Edges are level beside it, for as long as the words on them are: `inlet` on its left, `outlet` right.
    """

    box: Box
    x: int
    y: int
    width: int
    inlet: int = 0
    outlet: int = 0

    @property
    def middle(self) -> int:
        return self.y + self.box.height // 2

    @property
    def right(self) -> int:
        return self.x + self.width


@dataclass(frozen=True, slots=True)
class Words:
    """What is written on edges, shortened: at the outlets of nodes, and at the tips of edges."""

    types: dict[int, str]
    labels: dict[int, str]


@dataclass(frozen=True, slots=True)
class Scene:
    """Every node's box in its place; `levels` are the stretches of each edge across the columns it passes."""

    drawn: Picture
    small: bool
    frame: Frame
    boxes: tuple[Placed, ...]
    levels: tuple[tuple[tuple[int, int, int], ...], ...]  # left, right and height
    words: Words

    @property
    def width(self) -> int:
        return max(self.frame.right, *(one.right for one in self.boxes), 0) + MARGIN

    @property
    def height(self) -> int:
        return self.frame.bottom + MARGIN


def compose(drawn: Picture, top: int) -> Scene:
    """Lay the picture out, its frame's upper edge at `top`."""
    small = len(drawn.nodes) > _MOST_LARGE
    boxes = [measure(node, small) for node in drawn.nodes]
    inner, handlers = boxes[: drawn.tasks], boxes[drawn.tasks :]
    edges = [(one.source, one.target, one.input) for one in drawn.edges if one.target < drawn.tasks]
    layout = arrange([box.height for box in inner], edges, 8 if small else 20)
    words = _words(drawn, small)
    columns = _columns(drawn, inner, layout, words)
    frame = _frame(columns, layout.height, handlers, top)
    upper = frame.y + (frame.height - layout.height) // 2
    placed = [
        _placed(box, columns[column], upper + y)
        for box, column, y in zip(inner, layout.column, layout.y, strict=True)
    ]
    levels = tuple(tuple(_level(columns[column], upper + y) for column, y in bends) for bends in layout.bends)
    return Scene(drawn, small, frame, (*placed, *_beside(frame, handlers)), levels, words)


def _placed(box: Box, column: Column, middle: int) -> Placed:
    y = middle - box.height // 2
    return Placed(box, MARGIN + PAD + column.x, y, column.width, column.inlet, column.outlet)


def _level(column: Column, y: int) -> tuple[int, int, int]:
    left = MARGIN + PAD + column.x
    return left - column.inlet, left + column.width + column.outlet, y


def _words(drawn: Picture, small: bool) -> Words:
    if small:
        return Words({}, {})
    labels = {at: _short(edge.label, LABEL) for at, edge in enumerate(drawn.edges) if edge.label}
    if len(drawn.nodes) > _MOST_TYPED:
        return Words({}, labels)
    feeding = dict.fromkeys(edge.source for edge in drawn.edges)
    return Words({at: _short(short_type(drawn.nodes[at].output), TYPE) for at in feeding}, labels)


def _short(text: str, size: int) -> str:
    return shorten(text, _LONGEST_WORD, lambda part: pixels(part, size))


def _columns(drawn: Picture, boxes: Sequence[Box], layout: Layout, words: Words) -> list[Column]:
    """The columns from left to right, the first of them at 0."""
    widths: dict[int, int] = defaultdict(int)
    inlets: dict[int, int] = defaultdict(lambda: _LEAST_INLET)
    outlets: dict[int, int] = defaultdict(int)
    for box, column in zip(boxes, layout.column, strict=True):
        widths[column] = max(widths[column], box.width)
    for at, text in words.types.items():
        column = layout.column[at]
        outlets[column] = max(outlets[column], pixels(text, TYPE) + _AROUND_WORD)
    for at, text in words.labels.items():
        if drawn.edges[at].target < drawn.tasks:
            column = layout.column[drawn.edges[at].target]
            inlets[column] = max(inlets[column], pixels(text, LABEL) + _AROUND_WORD)
    bows = _bows(drawn, layout)
    columns, x = [], 0
    for at in range(len(widths)):
        x += inlets[at] if at else 0
        columns.append(Column(x, widths[at], inlets[at], outlets[at]))
        x += widths[at] + outlets[at] + max(_BOW, min(_WIDEST_BOW, bows[at] // 3))
    return columns


def _bows(drawn: Picture, layout: Layout) -> dict[int, int]:
    """Right of each column, how far up or down the steepest edge goes."""
    steepest: dict[int, int] = defaultdict(int)
    edges = (edge for edge in drawn.edges if edge.target < drawn.tasks)
    for edge, bends in zip(edges, layout.bends, strict=True):
        source, target = ((layout.column[at], layout.y[at]) for at in (edge.source, edge.target))
        for (column, start), (_, end) in pairwise((source, *bends, target)):
            steepest[column] = max(steepest[column], abs(end - start))
    return steepest


def _frame(columns: Sequence[Column], content: int, handlers: Sequence[Box], top: int) -> Frame:
    width = columns[-1].x + columns[-1].width if columns else 160
    beside = sum(box.height + _ROLE_GAP for box in handlers)
    return Frame(MARGIN, top, width + 2 * PAD, max(content + PAD, beside + _ROLE_GAP // 2, 64))


def _beside(frame: Frame, handlers: Sequence[Box]) -> Iterator[Placed]:
    """The handlers, one below the other, right of the frame."""
    width = max((box.width for box in handlers), default=0)
    y = frame.y + (frame.height - sum(box.height + _ROLE_GAP for box in handlers) + _ROLE_GAP) // 2
    for box in handlers:
        yield Placed(box, frame.right + _HANDLER_GAP, y, width)
        y += box.height + _ROLE_GAP
