"""The pipeline in Graphviz' DOT language."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.graph.identifiers import identifiers
from pipegen.graph.lettering import clean, short_type, shorten
from pipegen.graph.picture import ROLES, Edge, Node, Picture, badges, picture, schedule_of
from pipegen.ir import Pipeline

_LONGEST = 60
_GRAPH = "rankdir=LR, compound=true, fontname=Helvetica, labelloc=t, labeljust=l, nodesep=0.3, ranksep=0.7"
_NODE = (
    'shape=box, style="rounded,filled", fillcolor="#f8fafc", color="#94a3b8", fontname=Helvetica, fontsize=12'
)
_EDGE = 'color="#64748b", fontcolor="#475569", fontname=Helvetica, fontsize=10, arrowsize=0.7'
_FRAME = 'style=rounded; color="#cbd5e1";'


def draw(pipeline: Pipeline) -> str:
    return "\n".join(_lines(picture(pipeline))) + "\n"


def quote(*lines: str, longest: int = _LONGEST) -> str:
    """A quoted string: Graphviz reads backslashes and HTML entities in one."""
    shown = (shorten(clean(line), longest) for line in lines)
    escaped = (line.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"') for line in shown)
    return '"' + "\\n".join(escaped) + '"'


def _lines(drawn: Picture) -> Iterator[str]:
    names = identifiers(node.task.name for node in drawn.nodes)
    yield "digraph pipeline {"
    yield f"  graph [{_GRAPH}];"
    yield f"  node [{_NODE}];"
    yield f"  edge [{_EDGE}];"
    title = " · ".join(filter(None, (drawn.title, schedule_of(drawn.pipeline))))
    yield f"  label={quote(title, longest=120)};"
    yield f'  subgraph cluster_tasks {{ label=""; {_FRAME}'
    for name, node in zip(names, drawn.nodes[: drawn.tasks], strict=False):
        yield f"    {name} [{_node(node)}];"
    yield "  }"
    for at in drawn.handlers:
        yield from _handler(drawn, names, at)
    for edge in drawn.edges:
        yield f"  {names[edge.source]} -> {names[edge.target]}{_edge(drawn, edge)};"
    yield "}"


def _node(node: Node) -> str:
    notes = " · ".join((node.step_name, *(one.text for one in badges(node))))
    return f"label={quote(node.name, notes)}, tooltip={quote(node.name, longest=1000)}"


def _handler(drawn: Picture, names: tuple[str, ...], at: int) -> Iterator[str]:
    node = drawn.nodes[at]
    yield f'  {names[at]} [{_node(node)}, style="rounded,filled,dashed"];'
    if drawn.tasks:  # an edge needs two nodes; ltail draws it from the frame
        last = names[drawn.tasks - 1]
        yield f"  {last} -> {names[at]} [ltail=cluster_tasks, style=dashed, label={quote(ROLES[node.role])}];"


def _edge(drawn: Picture, edge: Edge) -> str:
    source, target = drawn.nodes[edge.source], drawn.nodes[edge.target]
    said = [f"label={quote(edge.label)}"] if edge.label else []
    said.append(f"tooltip={quote(f'{source.name} → {target.name}', short_type(source.output), longest=1000)}")
    if target.role != "task":
        said.append("style=dashed")
    return f" [{', '.join(said)}]"
