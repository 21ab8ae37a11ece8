"""`pipegen graph`: a picture of a pipeline."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pipegen.app import showing
from pipegen.cli import options, output
from pipegen.cli.words import option


class Format(StrEnum):
    text = "text"
    mermaid = "mermaid"
    dot = "dot"
    svg = "svg"
    html = "html"


_ENDINGS = {
    ".mmd": Format.mermaid,
    ".dot": Format.dot,
    ".gv": Format.dot,
    ".svg": Format.svg,
    ".html": Format.html,
}


def graph(
    target: options.Target = None,
    format_: Annotated[
        Format | None, option("--format", help="Without it, by the ending of --out, else text.")
    ] = None,
    out: Annotated[
        Path | None, option("--out", "-o", help="The file to write; without it, stdout.", metavar="FILE")
    ] = None,
) -> None:
    """Draw a pipeline; the page (html) opens offline and shows each task's types and settings."""
    chosen = format_ or (_ENDINGS.get(out.suffix, Format.text) if out else Format.text)
    pictures = showing.pictures(target, chosen.value, width=output.width())
    if out is None:
        output.text("\n".join(pictures.values()))
        return
    several = len(pictures) > 1
    for name, picture in pictures.items():
        path = out.with_name(f"{out.stem}-{name}{out.suffix}") if several else out
        showing.write_text(path, picture)
        output.talk(f"wrote {path}")


command = graph
