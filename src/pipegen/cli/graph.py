"""`pipegen graph`: a picture of a pipeline."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pipegen.app import showing
from pipegen.app.configuring import GivenValues
from pipegen.app.writing import write_text
from pipegen.cli import options, output
from pipegen.cli.words import option
from pipegen.errors import Diagnostic, PipegenError


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
    ".txt": Format.text,
}


def graph(
    target: options.Target = None,
    format_: Annotated[
        Format | None, option("--format", help="Without it, by the ending of --out, else text.")
    ] = None,
    out: options.OutFile = None,
    values: options.Values = None,
    set_: options.Set = None,
    set_file: options.SetFile = None,
    expand_env: options.ExpandEnv = False,
) -> None:
    """Draw a pipeline; the page (html) opens offline and shows each task's types, settings and options."""
    given = GivenValues(tuple(values or ()), tuple(set_ or ()), tuple(set_file or ()), expand_env)
    chosen = format_ or (_by_ending(out) if out else Format.text)
    pictures = showing.pictures(target, given, chosen.value, width=output.width())
    if out is None:
        output.text("\n".join(pictures.values()))
        return
    several = len(pictures) > 1
    for name, picture in pictures.items():
        path = out.with_name(f"{out.stem}-{name}{out.suffix}") if several else out
        write_text(path, picture, replace=path.suffix in _ENDINGS)
        output.talk(f"wrote {path}")


def _by_ending(out: Path) -> Format:
    if out.suffix in _ENDINGS:
        return _ENDINGS[out.suffix]
    endings = ", ".join(_ENDINGS)
    hint = f"end it in one of {endings}, or add --format"
    raise PipegenError(Diagnostic("PG186", f"'--out {out}' does not say what to draw", None, hint))


command = graph
