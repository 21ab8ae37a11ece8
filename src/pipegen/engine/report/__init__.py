"""One page about one run, which opens offline: the graph with states, a Gantt chart, logs, artifacts, settings."""

from __future__ import annotations

from pathlib import Path

from pipegen.engine.masking import Mask
from pipegen.engine.records import RunRecord
from pipegen.ir import Pipeline


def draw(run: RunRecord, pipeline: Pipeline | None, root: Path, mask: Mask | None = None) -> str:
    """The page; without the pipeline it shows the tasks alone. `mask` hides the values of secrets."""
    from pipegen.engine.report.page import page

    return page(run, pipeline, root, mask or Mask())
