"""Where the boxes of a picture go: columns from left to right, few crossings, short and straight edges.

A layered layout: each task stands right of its producers (longest path; columns that grow too tall are
folded), long edges get a place in every column they cross, each column is sorted by where its neighbours
are (barycenters), then the boxes are moved towards their neighbours as far as the order allows. All of it
is in whole numbers, so that every Python draws the same, and linear but for sorting.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

_TALL = 16  # a column may always have so many boxes
_MOST_BENDS = 30_000  # so that a chain of shortcuts does not grow as the square of its tasks
_BEND_ROOM = 12
_SWEEPS = 12
_WORK = 1_000_000  # about how many neighbours are looked at, however large the graph

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Layout:
    """The column and the middle of each box; for each edge, the columns it crosses and how high."""

    column: tuple[int, ...]
    y: tuple[int, ...]
    bends: tuple[tuple[tuple[int, int], ...], ...]


def arrange(heights: Sequence[int], edges: Sequence[Edge], gap: int) -> Layout:
    """Place boxes of these heights; an edge leads from a box to a later one, as in any order that runs."""
    column = _columns(len(heights), edges)
    tracks = _Tracks(column, edges)
    grid = _grid(tracks.column)
    sweeps = max(2, min(_SWEEPS, _WORK // (len(tracks.column) + len(edges) + 1)))
    grid = _untangle(grid, tracks.left, tracks.right, sweeps)
    room = [height + gap for height in heights] + [_BEND_ROOM] * (len(tracks.column) - len(heights))
    y = _settle(grid, tracks, room, sweeps)
    bends = tuple(tuple((tracks.column[one], y[one]) for one in path) for path in tracks.paths)
    return Layout(tuple(column), tuple(y[: len(heights)]), bends)


def _columns(size: int, edges: Sequence[Edge]) -> list[int]:
    producers, consumers = _neighbours(size, edges)
    column = [0] * size
    for box in range(size):
        column[box] = 1 + max((column[one] for one in producers[box]), default=-1)
    tallest = max(_count(column).values(), default=0)
    limit = max(_TALL, isqrt(3 * size))
    if tallest > limit:
        folds = -(-tallest // limit)
        column = _fold(column, producers, -(-tallest // folds))
    return _closer(column, producers, consumers, limit)


def _fold(natural: list[int], producers: list[list[int]], limit: int) -> list[int]:
    """Spread columns that are too tall over the ones to their right."""
    column = [0] * len(natural)
    count: dict[int, int] = defaultdict(int)
    for box in sorted(range(len(natural)), key=natural.__getitem__):
        place = max((column[one] + 1 for one in producers[box]), default=0)
        while count[place] >= limit:
            place += 1
        column[box] = place
        count[place] += 1
    return column


def _closer(
    column: list[int], producers: list[list[int]], consumers: list[list[int]], limit: int
) -> list[int]:
    """Move each box that more leaves than enters next to its first consumer, where there is room."""
    count = _count(column)
    for box in reversed(range(len(column))):
        if len(consumers[box]) <= len(producers[box]):
            continue
        place = min(column[one] for one in consumers[box]) - 1
        while place > column[box] and count[place] >= limit:
            place -= 1
        if place > column[box]:
            count[column[box]] -= 1
            count[place] += 1
            column[box] = place
    return column


class _Tracks:
    """The boxes, and behind them one bend for each column that an artifact passes on its way.

    All edges that leave a box share its bends: they carry the same artifact.
    """

    def __init__(self, column: list[int], edges: Sequence[Edge]) -> None:
        self.column = list(column)
        self.paths: list[list[int]] = [[] for _ in edges]
        self._trunks: dict[int, list[int]] = defaultdict(list)
        spare = _MOST_BENDS
        links: dict[Edge, None] = {}
        for at in sorted(range(len(edges)), key=lambda at: self._crossed(edges[at])):
            spare -= self._crossed(edges[at])
            if spare >= 0:
                self.paths[at] = self._path(edges[at])
            links |= dict.fromkeys(self._links(edges[at], self.paths[at]))
        self.left, self.right = _neighbours(len(self.column), links)

    def _crossed(self, edge: Edge) -> int:
        return self.column[edge[1]] - self.column[edge[0]] - 1

    def _path(self, edge: Edge) -> list[int]:
        source, trunk = edge[0], self._trunks[edge[0]]
        while len(trunk) < self._crossed(edge):
            self.column.append(self.column[source] + len(trunk) + 1)
            trunk.append(len(self.column) - 1)
        return trunk[: self._crossed(edge)]

    def _links(self, edge: Edge, path: list[int]) -> Iterable[Edge]:
        """The steps of an edge between neighbouring columns; none when it is drawn without bends."""
        stops = (edge[0], *path, edge[1])
        return [] if len(path) < self._crossed(edge) else pairwise(stops)


def _neighbours(size: int, edges: Iterable[Edge]) -> tuple[list[list[int]], list[list[int]]]:
    before: list[list[int]] = [[] for _ in range(size)]
    after: list[list[int]] = [[] for _ in range(size)]
    for source, target in dict.fromkeys(edges):
        before[target].append(source)
        after[source].append(target)
    return before, after


def _count(column: list[int]) -> dict[int, int]:
    count: dict[int, int] = defaultdict(int)
    for place in column:
        count[place] += 1
    return count


def _grid(column: list[int]) -> list[list[int]]:
    grid: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    for box, place in enumerate(column):
        grid[place].append(box)
    return grid


def _untangle(
    grid: list[list[int]], left: list[list[int]], right: list[list[int]], sweeps: int
) -> list[list[int]]:
    """Sort each column by the middle of its neighbours' places, to and fro; the best seen is kept."""
    place = {box: at for column in grid for at, box in enumerate(column)}
    best, fewest = grid, _crossings(grid, place, right)
    for sweep in range(sweeps):
        if not fewest:
            break
        near = right if sweep % 2 else left
        grid = [list(column) for column in grid]
        for column in grid[::-1] if sweep % 2 else grid:
            column.sort(key={box: _middle(box, near[box], place) for box in column}.__getitem__)
            place.update((box, at) for at, box in enumerate(column))
        crossings = _crossings(grid, place, right)
        if crossings < fewest:
            best, fewest = grid, crossings
    return best


def _middle(box: int, near: list[int], place: dict[int, int]) -> float:
    return sum(place[one] for one in near) / len(near) if near else place[box]


def _crossings(grid: list[list[int]], place: dict[int, int], right: list[list[int]]) -> int:
    crossings = 0
    for column in grid:
        seen: list[int] = []
        for box in column:
            ends = sorted(place[one] for one in right[box])
            crossings += sum(len(seen) - bisect_right(seen, end) for end in ends)
            for end in ends:
                insort(seen, end)
    return crossings


def _settle(grid: list[list[int]], tracks: _Tracks, room: list[int], sweeps: int) -> list[int]:
    """How high each box stands: as near to its neighbours as order and room allow."""
    y = [0] * len(room)
    for column in grid:
        _spread(column, [(0, 1)] * len(column), room, y)
    near = [[*before, *after] for before, after in zip(tracks.left, tracks.right, strict=True)]
    for sweep in range(sweeps):
        sides = (tracks.left, tracks.right)[sweep % 2] if sweep < sweeps - 2 else near
        for column in grid[::-1] if sweep % 2 else grid:
            _spread(column, [_pull(box, sides[box], y) for box in column], room, y)
    top = min((y[box] - room[box] // 2 for box in range(len(room))), default=0)
    return [one - top for one in y]


def _pull(box: int, near: list[int], y: list[int]) -> tuple[int, int]:
    """How high the box would like to be, and how much."""
    if not near:
        return y[box], 1
    heights = sorted(y[one] for one in near)
    return (heights[(len(heights) - 1) // 2] + heights[len(heights) // 2]) // 2, 4


def _spread(column: list[int], pulls: list[tuple[int, int]], room: list[int], y: list[int]) -> None:
    """Move the boxes of a column as near as can be to where they are pulled, in order, none over another.

    Boxes that would overlap become one block, which stands where its boxes are pulled to on average.
    """
    blocks: list[tuple[int, int, int]] = []  # pull times weight, weight, boxes
    offsets = []
    offset = 0
    for box, (pull, weight) in zip(column, pulls, strict=True):
        offset += room[box] // 2
        offsets.append(offset)
        total, size = (pull - offset) * weight, 1
        offset += room[box] - room[box] // 2
        while blocks and blocks[-1][0] * weight >= total * blocks[-1][1]:
            above = blocks.pop()
            total, weight, size = total + above[0], weight + above[1], size + above[2]
        blocks.append((total, weight, size))
    starts = (total // weight for total, weight, size in blocks for _ in range(size))
    for box, start, offset in zip(column, starts, offsets, strict=True):
        y[box] = start + offset
