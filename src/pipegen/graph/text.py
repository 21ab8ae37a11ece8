"""The pipeline as lines of text, for a terminal: who feeds whom."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pipegen.graph.lettering import cells, clean
from pipegen.graph.picture import ROLES, Node, badges, count, picture, schedule_of
from pipegen.ir import Input, Pipeline

_NARROWEST = 20


def draw(pipeline: Pipeline, width: int = 100) -> str:
    """One line for each task, in an order that runs; a name is never cut, even where it is too wide."""
    return "\n".join(line.rstrip() for line in _lines(pipeline, max(width, _NARROWEST))) + "\n"


def _lines(pipeline: Pipeline, width: int) -> Iterator[str]:
    drawn = picture(pipeline)
    about = (drawn.title, count(drawn.tasks, "task"), schedule_of(pipeline))
    yield from _fill(_spaced(about), width, "")
    if pipeline.description:
        yield from _fill(clean(pipeline.description).split(" "), width, "  ")
    yield ""
    column = _column((node.name for node in drawn.nodes), width)
    for node in drawn.nodes[: drawn.tasks]:
        yield from _entry(node, column, width)
    for at in drawn.handlers:
        yield ""
        yield f"{ROLES[drawn.nodes[at].role]}:"
        yield from _entry(drawn.nodes[at], column, width)


def _column(names: Iterable[str], width: int) -> int:
    """Where the arrows stand: right of most names, but never further than the middle."""
    fitting = [size for size in map(cells, names) if size <= width // 3]
    return max(fitting, default=0)


def _entry(node: Node, column: int, width: int) -> Iterator[str]:
    name, words = node.name, _words(node)
    if not words:
        yield name
        return
    indent = " " * (column + 2)
    lines = list(_fill(words, width, indent))
    if cells(name) > column:  # too long for the column: it gets a line of its own
        yield name
    else:
        lines[0] = name + lines[0][cells(name) :]
    yield from lines


def _words(node: Node) -> list[str]:
    """What follows the name: its sources, each input's name behind the last of them, then the badges."""
    feeds = [word for one in node.task.inputs for word in _sources(one)]
    words = [word + "," for word in feeds[:-1]] + feeds[-1:]
    if words:
        words[0] = "<- " + words[0]
    return words + [f"[{badge.text}]" for badge in badges(node)]


def _sources(one: Input) -> list[str]:
    words = [clean(source) for source in dict.fromkeys(one.sources)]
    return [*words[:-1], f"{words[-1]} ({clean(one.name)})"] if words else []


def _spaced(words: Iterable[str]) -> list[str]:
    return [("" if at == 0 else "  ") + word for at, word in enumerate(words) if word]


def _fill(words: Iterable[str], width: int, indent: str) -> Iterator[str]:
    """Lines of whole words, each line starting at the indent."""
    line, empty = indent, True
    for word in words:
        if not empty and cells(line) + 1 + cells(word) > width:
            yield line
            line, empty = indent, True
        line, empty = line + ("" if empty else " ") + word, False
    yield line
