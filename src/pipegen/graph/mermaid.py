"""The pipeline as a Mermaid flowchart, for Markdown: GitHub, GitLab and mkdocs draw it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipegen.graph.identifiers import identifiers
from pipegen.graph.lettering import clean, shorten
from pipegen.graph.picture import ROLES, Edge, Node, Picture, badges, picture, schedule_of
from pipegen.ir import Pipeline

_LONGEST = 60
_MOST_EDGES = 500  # Mermaid's own limit, which a page can raise but a diagram cannot
# A label is read as Markdown and then as HTML: only what means nothing to either is left as it is.
_MEANS_SOMETHING = re.compile(r"[^A-Za-z0-9 \u00a1-\U0010ffff]")
# A formula, a line break, an icon: read after the codes, so they are taken apart by a character of no width.
_ACTS = re.compile(r"(?<=\$)(?=\$)|(?<=\\)(?=n)|(?<=:)(?=fa-)")


def draw(pipeline: Pipeline) -> str:
    return "\n".join(_lines(picture(pipeline))) + "\n"


def escape(text: str, longest: int = _LONGEST) -> str:
    """Text for a label, in Mermaid's entity codes."""
    shown = _ACTS.sub("\u2060", shorten(clean(text), longest))
    return _MEANS_SOMETHING.sub(lambda found: f"#{ord(found[0])};", shown)


def _lines(drawn: Picture) -> Iterator[str]:
    names = identifiers(node.task.name for node in drawn.nodes)
    tasks = drawn.nodes[: drawn.tasks]
    if len(drawn.edges) > _MOST_EDGES:
        yield f"%% {len(drawn.edges)} edges: Mermaid draws {_MOST_EDGES} unless the page sets maxEdges higher"
    yield "flowchart LR"
    yield f'  subgraph pipeline ["{_title(drawn.pipeline)}"]'
    yield "    direction LR"
    for name, node in zip(names, tasks, strict=False):
        yield f'    {name}("{_label(node)}")'
    for edge in drawn.edges:
        if edge.target < drawn.tasks:
            yield f"    {_edge(edge, names, '-->')}"
    yield "  end"
    yield from _handlers(drawn, names)


def _handlers(drawn: Picture, names: tuple[str, ...]) -> Iterator[str]:
    if not drawn.handlers:
        return
    for at in drawn.handlers:
        node = drawn.nodes[at]
        yield f'  {names[at]}("{_label(node)}"):::handler'
        yield f'  pipeline -. "{ROLES[node.role]}" .-> {names[at]}'
    for edge in drawn.edges:
        if edge.target >= drawn.tasks:
            yield f"  {_edge(edge, names, '-.->')}"
    yield "  classDef handler stroke-dasharray: 5 4"


def _edge(edge: Edge, names: tuple[str, ...], arrow: str) -> str:
    label = f'|"{escape(edge.label)}"|' if edge.label else ""
    return f"{names[edge.source]} {arrow}{label} {names[edge.target]}"


def _title(pipeline: Pipeline) -> str:
    schedule = schedule_of(pipeline)
    return escape(pipeline.name) + (f" · {escape(schedule)}" if schedule else "")


def _label(node: Node) -> str:
    notes = (node.step_name, *(one.text for one in badges(node) if one.kind != "run"))
    return f"{escape(node.name)}<br/>{' · '.join(map(escape, notes))}"
