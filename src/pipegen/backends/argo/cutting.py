"""Cut a large graph into parts of bounded size: where nothing is lost first, else across its levels."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from pipegen.ir import Task


@dataclass(frozen=True, slots=True)
class Cut:
    """The parts in an order that runs; `bands` is how many of them wait for more than they have to."""

    parts: tuple[tuple[Task, ...], ...]
    bands: int


@dataclass(slots=True)
class _Graph:
    """Tasks by their place in the pipeline's order, so that every edge points to a greater number."""

    upstream: list[list[int]]
    downstream: list[list[int]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.downstream = [[] for _ in self.upstream]
        for number, sources in enumerate(self.upstream):
            for source in sources:
                self.downstream[source].append(number)

    def components(self, members: Sequence[int]) -> list[list[int]]:
        """What is not connected, each in order, by its first task."""
        inside, found = set(members), []
        for first in members:
            if first not in inside:
                continue
            inside.discard(first)
            reached, waiting = [], [first]
            while waiting:
                one = waiting.pop()
                reached.append(one)
                near = [other for other in (*self.upstream[one], *self.downstream[one]) if other in inside]
                inside.difference_update(near)
                waiting += dict.fromkeys(near)
            found.append(sorted(reached))
        return found

    def pieces(self, members: Sequence[int]) -> list[list[int]]:
        """Cut before and after each task that all earlier ones lead to and all later ones come from."""
        place = {number: at for at, number in enumerate(members)}
        count = len(members)
        latest = 0  # until where the tasks seen so far need to get on
        is_sink = [False] * count
        for at, number in enumerate(members):
            is_sink[at] = latest <= at
            latest = max(
                latest, min((place[one] for one in self.downstream[number] if one in place), default=count)
            )
        found: list[list[int]] = [[]]
        necks = set()
        earliest = count
        for at in range(count - 1, -1, -1):
            if is_sink[at] and earliest >= at:
                necks.add(at)
            sources = [place[one] for one in self.upstream[members[at]] if one in place]
            earliest = min(earliest, max(sources, default=-1))
        for at, number in enumerate(members):
            if at in necks:
                found += [[number], []]
            else:
                found[-1].append(number)
        return [piece for piece in found if piece]

    def levels(self, members: Sequence[int]) -> list[int]:
        """The members by how deep they lie."""
        depth: dict[int, int] = {}
        for number in members:
            depth[number] = 1 + max((depth[one] for one in self.upstream[number] if one in depth), default=0)
        return sorted(members, key=lambda number: (depth[number], number))


def cut(tasks: Sequence[Task], limit: int) -> Cut:
    """Parts of at most `limit` tasks."""
    index = {task.name: number for number, task in enumerate(tasks)}
    graph = _Graph([[index[name] for name in task.upstream] for task in tasks])
    parts: list[list[int]] = []
    bands = 0
    waiting = [list(range(len(tasks)))]
    while waiting:
        members = waiting.pop()
        if len(members) <= limit:
            parts.append(members)
            continue
        split = list(_side_by_side(graph.components(members), limit))
        if len(split) == 1:
            split = list(_packed(graph.pieces(members), limit))
        if len(split) == 1:
            ordered = graph.levels(members)
            split = [sorted(ordered[at : at + limit]) for at in range(0, len(ordered), limit)]
            bands += len(split)
        waiting += reversed(split)
    return Cut(tuple(tuple(tasks[number] for number in part) for part in parts), bands)


def _side_by_side(components: Sequence[list[int]], limit: int) -> Iterator[list[int]]:
    """Components together as long as they fit; one that does not is for itself."""
    yield from _packed([one for one in components if len(one) <= limit], limit)
    yield from (one for one in components if len(one) > limit)


def _packed(pieces: Sequence[list[int]], limit: int) -> Iterator[list[int]]:
    """Neighbours together as long as they fit."""
    held: list[int] = []
    for piece in pieces:
        if held and len(held) + len(piece) > limit:
            yield held
            held = []
        held = held + piece if held else piece
    if held:
        yield held


def depth_of(tasks: Sequence[Task]) -> int:
    """How many tasks follow each other at most."""
    depth: dict[str, int] = {}
    for task in tasks:
        depth[task.name] = 1 + max((depth[name] for name in task.upstream), default=0)
    return max(depth.values(), default=0)
