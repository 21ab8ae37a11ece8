"""Pictures of a pipeline: Mermaid, Graphviz, SVG, a page to explore, and plain text."""

from __future__ import annotations

from importlib import import_module

from pipegen.errors import Diagnostic, PipegenError, suggest
from pipegen.ir import Pipeline

FORMATS = ("mermaid", "dot", "svg", "html", "text")


def render(pipeline: Pipeline, format: str, *, width: int = 100) -> str:  # noqa: A002 - the option's name
    """The pipeline drawn in one of FORMATS, always the same bytes; `width` is the terminal's, for text."""
    if format not in FORMATS:
        raise PipegenError(_unknown(format))
    if format == "text":
        from pipegen.graph.text import draw

        return draw(pipeline, width)
    drawn = import_module(f"pipegen.graph.{format}").draw(pipeline)
    assert isinstance(drawn, str)
    return drawn


def _unknown(name: str) -> Diagnostic:
    return Diagnostic("PG351", f"'{name}' is no graph format", hint=suggest(name, FORMATS))
