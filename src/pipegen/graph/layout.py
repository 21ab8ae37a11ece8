"""Where the boxes of a picture go: columns from left to right, few crossings, short and straight edges.

A layered layout: each task stands right of its producers (longest path; columns that grow too tall are
folded), long edges get a place in every column they cross, each column is sorted by where its neighbours
are (barycenters), then the boxes are moved towards their neighbours as far as the order allows. All of it
is in whole numbers, so that every Python draws the same, and linear but for sorting.
"""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt

_TALL, _FOLDED = 16, 10  # a column may always have so many boxes; a taller one is folded to about so many
_MOST_CROSSED = 300_000  # columns, by all edges: many shortcuts would grow as the square of the tasks
_BEND_ROOM = 14
_SWEEPS = 12
_WORK = 1_000_000  # about how many neighbours are looked at, however large the graph

Link = tuple[int, int]
Edge = tuple[int, int, int]  # a box, a later one, and which of its inputs


@dataclass(frozen=True, slots=True)
class Layout:
    """The column and the middle of each box; for each edge, the columns it crosses and how high.

    `height` is that of the whole, with half a gap above and below.
    """

    column: tuple[int, ...]
    y: tuple[int, ...]
    bends: tuple[tuple[tuple[int, int], ...], ...]
    height: int


def arrange(heights: Sequence[int], edges: Sequence[Edge], gap: int) -> Layout:
    """Place boxes of these heights; an edge leads from a box to a later one, as in any order that runs."""
    tracks = _tracks(len(heights), edges)
    grid = _grid(tracks.column, len(heights))
    sweeps = max(2, min(_SWEEPS, _WORK // (len(tracks.column) + len(edges) + 1)))
    grid = _untangle(grid, tracks.left, tracks.right, sweeps)
    room = [height + gap for height in heights] + [_BEND_ROOM] * (len(tracks.column) - len(heights))
    y = _settle(grid, tracks, room, len(heights), sweeps)
    bends = tuple(tuple((tracks.column[one], y[one]) for one in path) for path in tracks.paths)
    bottom = max((one + space // 2 for one, space in zip(y, room, strict=True)), default=0)
    return Layout(tuple(tracks.column[: len(heights)]), tuple(y[: len(heights)]), bends, bottom)


def _tracks(size: int, edges: Sequence[Edge]) -> _Tracks:
    """The columns and what crosses them: folded when that is not at the price of many long edges."""
    producers, consumers = _neighbours(size, ((source, target) for source, target, _ in edges))
    column = [0] * size
    for box in range(size):
        column[box] = 1 + max((column[one] for one in producers[box]), default=-1)
    tallest = max(_count(column).values(), default=0)
    tracks = _Tracks(_closer(column, producers, consumers, tallest), edges)
    limit = max(_FOLDED, isqrt(2 * size))
    if tallest <= max(_TALL, limit, 4 * len(_count(column))):
        return tracks
    limit = -(-tallest // -(-tallest // limit))  # folds of about one height
    column = _fold(column, producers, limit)
    folded = _Tracks(_closer(column, producers, consumers, limit), edges)
    return folded if len(folded.column) <= len(tracks.column) + size // 2 else tracks


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
    column, count = list(column), _count(column)
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
    """The boxes, and behind them the bends of long edges: one place in each column that is crossed.

    Edges that carry one artifact, or that end in one input, share their bends and look like one track.
    """

    def __init__(self, column: list[int], edges: Sequence[Edge]) -> None:
        self.column = list(column)
        self.paths: list[tuple[int, ...]] = [()] * len(edges)
        self._bends: dict[tuple[int, ...], int] = {}
        crossed = [column[target] - column[source] - 1 for source, target, _ in edges]
        leaving = Counter(edge[0] for edge, long in zip(edges, crossed, strict=True) if long)
        entering = Counter(edge[1:] for edge, long in zip(edges, crossed, strict=True) if long)
        spare = _MOST_CROSSED
        links: dict[Link, None] = {}
        for at in sorted(range(len(edges)), key=crossed.__getitem__):
            source, target, inlet = edges[at]
            spare -= crossed[at]
            if spare < 0:  # what is left is drawn straight across
                break
            track = (source,) if leaving[source] >= entering[target, inlet] else (target, inlet)
            self.paths[at] = tuple(
                self._bend(track, one) for one in range(column[source] + 1, column[target])
            )
            links |= dict.fromkeys(pairwise((source, *self.paths[at], target)))
        self.left, self.right = _neighbours(len(self.column), links)

    def _bend(self, track: tuple[int, ...], column: int) -> int:
        bend = self._bends.setdefault((*track, column), len(self.column))
        if bend == len(self.column):
            self.column.append(column)
        return bend


def _neighbours(size: int, links: Iterable[Link]) -> tuple[list[list[int]], list[list[int]]]:
    before: list[list[int]] = [[] for _ in range(size)]
    after: list[list[int]] = [[] for _ in range(size)]
    for source, target in dict.fromkeys(links):
        before[target].append(source)
        after[source].append(target)
    return before, after


def _count(column: list[int]) -> dict[int, int]:
    count: dict[int, int] = defaultdict(int)
    for place in column:
        count[place] += 1
    return count


def _grid(column: list[int], boxes: int) -> list[list[int]]:
    """The columns from top to bottom, at first with their bends in the middle: a fan is symmetric."""
    grid: list[list[int]] = [[] for _ in range(max(column, default=-1) + 1)]
    for box in range(boxes):
        grid[column[box]].append(box)
    bends: list[list[int]] = [[] for _ in grid]
    for bend in range(boxes, len(column)):
        bends[column[bend]].append(bend)
    for place, middle in zip(grid, bends, strict=True):
        half = len(place) // 2
        place[half:half] = middle
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


def _settle(grid: list[list[int]], tracks: _Tracks, room: list[int], boxes: int, sweeps: int) -> list[int]:
    """How high each box stands: as near to its neighbours as order and room allow."""
    y = [0] * len(room)
    reach = max((sum(room[box] for box in column) for column in grid), default=0) * 9 // 16
    for column in grid:
        _spread(column, [(0, 1)] * len(column), room, y, reach)
    near = [[*before, *after] for before, after in zip(tracks.left, tracks.right, strict=True)]
    for sweep in range(sweeps):
        sides = (tracks.left, tracks.right)[sweep % 2] if sweep < sweeps - 2 else near
        for column in grid[::-1] if sweep % 2 else grid:
            _spread(column, [_pull(box, sides[box], y, boxes) for box in column], room, y, reach)
    for column in grid:
        _straighten(column, tracks, room, boxes, y)
    top = min((y[box] - room[box] // 2 for box in range(len(room))), default=0)
    return [one - top for one in y]


def _straighten(column: list[int], tracks: _Tracks, room: list[int], boxes: int, y: list[int]) -> None:
    """Move what stands alone on its track to the height of what is left of it, as far as there is room."""
    for at, box in enumerate(column):
        before = tracks.left[box]
        if box >= boxes:
            before = [one for one in before if one >= boxes]
        if len(before) != 1 or (box < boxes and len(tracks.right[before[0]]) != 1):
            continue
        height = y[before[0]]
        if at:
            above = column[at - 1]
            height = max(height, y[above] + room[above] - room[above] // 2 + room[box] // 2)
        if at + 1 < len(column):
            below = column[at + 1]
            height = min(height, y[below] - room[below] // 2 - room[box] + room[box] // 2)
        y[box] = height


def _pull(box: int, near: list[int], y: list[int], boxes: int) -> tuple[int, int]:
    """How high the box would like to be, and how much; a track goes on straight, whatever is beside it."""
    if not near:
        return y[box], 1
    track = [one for one in near if one >= boxes] if box >= boxes else []
    heights = sorted(y[one] for one in track or near)
    middle = (heights[(len(heights) - 1) // 2] + heights[len(heights) // 2]) // 2
    return middle, 64 if track else 4


def _spread(
    column: list[int], pulls: list[tuple[int, int]], room: list[int], y: list[int], reach: int
) -> None:
    """Move the boxes of a column as near as can be to where they are pulled, in order, none over another.

    Boxes that would overlap become one block, which stands where its boxes are pulled to on average. None goes
    further from 0 than `reach`, so that the picture is hardly taller than its tallest column.
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
    for box, start, before in zip(column, starts, offsets, strict=True):
        y[box] = max(-reach, min(reach - offset, start)) + before
