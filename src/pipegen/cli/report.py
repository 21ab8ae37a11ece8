"""`pipegen runs report`: a page about a run that opens offline."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pipegen.app.writing import write_text
from pipegen.cli import output
from pipegen.cli.words import argument, option


def report(
    run: Annotated[
        str, argument(help="The id of a run, the beginning of one, or 'last'.", metavar="RUN")
    ] = "last",
    out: Annotated[
        Path, option("--out", "-o", help="The file to write; - is stdout.", metavar="FILE")
    ] = Path("report.html"),
    pipeline: Annotated[
        str | None,
        option("--pipeline", help="Look at runs of this pipeline, and in its own history.", metavar="NAME"),
    ] = None,
) -> None:
    """Write one page about a run, which opens offline: graph, timeline, logs, artifacts, settings."""
    from pipegen.app import reporting

    found = reporting.report(run, pipeline)
    if str(out) == "-":
        output.text(found.page)
        return
    write_text(out, found.page, replace=out.suffix in (".html", ".htm"))
    output.talk(f"wrote {out}: {found.run.pipeline}, run {found.run.id}, {found.run.status}")
    if found.trouble:
        output.talk(f"the graph is left out, for the pipeline cannot be loaded: {found.trouble[0].message}")
