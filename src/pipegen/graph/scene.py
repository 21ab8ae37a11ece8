"""The pipeline laid out in pixels: the boxes, and the frame around those that are no handlers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipegen.graph.boxes import Box, measure
from pipegen.graph.layout import Layout, arrange
from pipegen.graph.lettering import pixels, short_type, shorten
from pipegen.graph.picture import Picture

MARGIN, PAD = 24, 28
LABEL, TYPE = 11, 10  # font sizes of the words on edges
_MOST_LARGE = 400  # with more tasks, boxes hold a name and nothing else
_MOST_TYPED = 60  # with more tasks, types are left to the tooltips
_LONGEST_WORD = 110
_ROLE_GAP = 40  # above a handler, for the word on it
_HANDLER_GAP = 64


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
class Placed:
    """A box where it is drawn: its upper left corner, and as wide as its column."""

    box: Box
    x: int
    y: int
    width: int

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
    """Every node's box in its place; `levels` are the stretches of each edge across whole columns."""

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
    inner = [edge for edge in drawn.edges if edge.target < drawn.tasks]
    heights = [box.height for box in boxes[: drawn.tasks]]
    layout = arrange(heights, [(edge.source, edge.target) for edge in inner], 8 if small else 20)
    words = _words(drawn, small)
    spans = _spans(drawn, boxes, layout, words)
    content = max((y + height // 2 for y, height in zip(layout.y, heights, strict=True)), default=0)
    frame = _frame(spans, content, boxes[drawn.tasks :], top)
    left, upper = frame.x + PAD, frame.y + (frame.height - content) // 2
    spans = [(left + x, width) for x, width in spans]
    placed = tuple(
        Placed(box, spans[column][0], upper + y - box.height // 2, spans[column][1])
        for box, column, y in zip(boxes, layout.column, layout.y, strict=False)
    )
    levels = tuple(
        tuple((spans[column][0], sum(spans[column]), upper + y) for column, y in bends)
        for bends in layout.bends
    )
    return Scene(drawn, small, frame, (*placed, *_beside(frame, boxes[drawn.tasks :])), levels, words)


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


def _spans(drawn: Picture, boxes: Sequence[Box], layout: Layout, words: Words) -> list[tuple[int, int]]:
    """Where each column begins, from 0, and how wide it is."""
    widths: dict[int, int] = defaultdict(int)
    for box, column in zip(boxes, layout.column, strict=False):
        widths[column] = max(widths[column], box.width)
    gaps = _gaps(drawn, layout, words, 40 if boxes and boxes[0].small else 56)
    spans, x = [], 0
    for column in range(len(widths)):
        spans.append((x, widths[column]))
        x += widths[column] + gaps[column]
    return spans


def _gaps(drawn: Picture, layout: Layout, words: Words, least: int) -> dict[int, int]:
    """The room right of each column: for the words on its edges, and so that no edge is too steep."""
    before: dict[int, int] = defaultdict(int)
    after: dict[int, int] = defaultdict(int)
    steep: dict[int, int] = defaultdict(int)
    for at, text in words.types.items():
        if at < drawn.tasks:
            after[layout.column[at]] = max(after[layout.column[at]], pixels(text, TYPE))
    edges = [(at, edge) for at, edge in enumerate(drawn.edges) if edge.target < drawn.tasks]
    for (at, edge), bends in zip(edges, layout.bends, strict=True):
        column = layout.column[edge.target] - 1
        before[column] = max(before[column], pixels(words.labels.get(at, ""), LABEL))
        stops = [(layout.column[edge.source], layout.y[edge.source]), *bends]
        ends = [*bends, (layout.column[edge.target], layout.y[edge.target])]
        for (place, start), (_, end) in zip(stops, ends, strict=True):
            steep[place] = max(steep[place], abs(end - start))
    return {
        column: least + max(before[column] + after[column], min(110, steep[column] // 5))
        for column in range(max(layout.column, default=-1) + 1)
    }


def _frame(spans: Sequence[tuple[int, int]], content: int, handlers: Sequence[Box], top: int) -> Frame:
    width = sum(spans[-1]) if spans else 160
    beside = sum(box.height + _ROLE_GAP for box in handlers)
    return Frame(MARGIN, top, width + 2 * PAD, max(content + 2 * PAD, beside + _ROLE_GAP // 2, 64))


def _beside(frame: Frame, handlers: Sequence[Box]) -> Iterator[Placed]:
    """The handlers, one below the other, right of the frame."""
    width = max((box.width for box in handlers), default=0)
    y = frame.y + (frame.height - sum(box.height + _ROLE_GAP for box in handlers) + _ROLE_GAP) // 2
    for box in handlers:
        yield Placed(box, frame.right + _HANDLER_GAP, y, width)
        y += box.height + _ROLE_GAP
