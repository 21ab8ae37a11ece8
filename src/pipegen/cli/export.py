"""`pipegen export`: a pipeline as JSON, for other programs and for editing."""

from __future__ import annotations

from typing import Annotated

from pipegen.app import showing
from pipegen.app.writing import write_text
from pipegen.cli import options, output
from pipegen.cli.words import option


def export(
    target: options.Target = None,
    out: options.OutFile = None,
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
        write_text(out, text, replace=out.suffix == ".json")
        output.talk(f"wrote {out}")


command = export
