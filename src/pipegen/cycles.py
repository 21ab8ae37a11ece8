"""Find the cycles among tasks that wait for each other, and say where they could be cut."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pipegen.errors import Diagnostic, Origin, Related
from pipegen.ir import Task

_MOST = 20  # cycles in one report; a graph can have more of them than tasks
_Edge = tuple[str, str, Origin | None]  # what feeds, what is fed, where that is written


def cycles(stuck: Sequence[Task]) -> Iterator[Diagnostic]:
    """A diagnostic per cycle among tasks of which each waits, directly or not, for one on a cycle."""
    written = sorted(stuck, key=lambda task: (task.origin or Origin(""), task.name))
    tasks = {task.name: task for task in written}
    for number, names in enumerate(_found(tasks)):
        if number == _MOST:
            return
        yield _diagnostic(
            [_edge(one, tasks[other]) for one, other in zip(names, [*names[1:], names[0]], strict=True)]
        )


def _found(tasks: dict[str, Task]) -> Iterator[list[str]]:
    """Walk upstream, and give the names in a circle, in the order they feed, whenever the way is crossed."""
    done: set[str] = set()
    for start in tasks:
        path: dict[str, Iterator[str]] = {} if start in done else {start: iter(tasks[start].upstream)}
        while path:
            here = next(reversed(path))
            name = next((one for one in path[here] if one in tasks and one not in done), None)
            if name is None:
                done.add(here)
                del path[here]
            elif name in path:
                way = list(path)
                yield way[way.index(name) :][::-1]
            else:
                path[name] = iter(tasks[name].upstream)


def _edge(source: str, task: Task) -> _Edge:
    place = next((one.origin for one in task.inputs if source in one.sources), None)
    return source, task.name, place or task.origin


def _diagnostic(edges: list[_Edge]) -> Diagnostic:
    """Begins with the edge that is written first, so that the report does not depend on the walk."""
    first = min(range(len(edges)), key=lambda n: (edges[n][2] is None, edges[n][2] or Origin(""), n))
    edges = edges[first:] + edges[:first]
    shown = edges if len(edges) <= 8 else [*edges[:4], *edges[-3:]]
    related = tuple(Related(place, f"'{one}' feeds '{other}'") for one, other, place in shown[1:] if place)
    if len(edges) == 1:
        message = f"task '{edges[0][0]}' feeds itself"
    else:
        names = [f"'{one}'" for one, _, _ in shown]
        left_out = ["..."] if len(shown) < len(edges) else []
        message = "cycle: " + " -> ".join([*names[:4], *left_out, *names[4:], names[0]])
    return Diagnostic("PG153", message, edges[0][2], "remove one of these edges", related)
