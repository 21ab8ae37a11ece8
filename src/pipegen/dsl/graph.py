"""Walk what the user placed and wired: nodes and the notes on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from pipegen.dsl.pipeline import Pipeline
from pipegen.dsl.project import Project
from pipegen.dsl.step import Node, nodes_in
from pipegen.errors import Diagnostic, Origin


def collect(sinks: Sequence[Node]) -> list[Node]:
    """Every task that the sinks need, inputs before consumers, in the order they are written."""
    done: dict[Node, None] = {}
    open_: set[Node] = set()
    stack = list(reversed(sinks))
    while stack:
        node = stack[-1]
        if node in done or node in open_:
            stack.pop()
            done.setdefault(node)
            continue
        open_.add(node)
        sources = [source for one in node._placement.connections for source in nodes_in(one.value)]
        stack.extend(source for source in reversed(sources) if source not in done and source not in open_)
    return list(done)


def forgotten(pipelines: Sequence[Pipeline], project: Project) -> Iterator[Diagnostic]:
    """Steps that are fed by a pipeline's task, but that no pipeline reaches, in this module or another."""
    reached = set(collect([node for one in pipelines for sink in one.sinks for node in nodes_in(sink)]))
    downstream = _downstream(reached)
    reached.update(collect([node for node in downstream if node._placement.is_sink]))
    for node in downstream:
        if node not in reached:
            placement = node._placement
            origin = Origin(project.relative(placement.origin.file), placement.origin.line)
            name = placement.name or placement.target.__name__
            message = f"'{name}' is fed by a task of a pipeline, but no pipeline runs it"
            hint = "pass it to Pipeline(...) as one more sink, or remove it"
            yield Diagnostic("PG129", message, origin, hint)


def _downstream(nodes: Iterable[Node]) -> list[Node]:
    """Everything that is fed by the nodes, directly or not, beyond the nodes themselves."""
    seen = set(nodes)
    waiting = list(seen)
    found: list[Node] = []
    while waiting:
        for consumer in waiting.pop()._placement.consumers:
            if consumer not in seen:
                seen.add(consumer)
                found.append(consumer)
                waiting.append(consumer)
    return found
