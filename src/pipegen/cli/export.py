"""`pipegen export`: a pipeline as JSON, for other programs and for editing."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pipegen.app import showing
from pipegen.cli import options, output
from pipegen.cli.words import option


def export(
    target: options.Target = None,
    out: Annotated[
        Path | None, option("--out", "-o", help="The file to write; without it, stdout.", metavar="FILE")
    ] = None,
    schema: Annotated[bool, option("--schema", help="Print the JSON Schema of such files instead.")] = False,
) -> None:
    """Write a pipeline as JSON. Every command takes that file where it takes a target."""
    if schema:
        output.data(showing.export_schema())
        return
    text = showing.export(target)
    if out is None:
        output.text(text)
    else:
        showing.write_text(out, text)
        output.talk(f"wrote {out}")


command = export
