"""The page itself: its parts, filled into one file."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from string import Template

from pipegen.engine.masking import Mask
from pipegen.engine.records import RunRecord
from pipegen.engine.report.facts import moment, run_facts
from pipegen.engine.report.gantt import gantt
from pipegen.engine.report.matching import matched
from pipegen.engine.spans import span
from pipegen.graph.facts import embedded, facts
from pipegen.graph.html import PARTS, canvas, part, policy, script_of
from pipegen.graph.lettering import shorten
from pipegen.graph.paint import style, switches
from pipegen.graph.picture import picture
from pipegen.graph.xml import text
from pipegen.ir import Pipeline

_OWN = Path(__file__).parent / "page"
_SCRIPTS = (
    PARTS / "view.js",
    PARTS / "panel.js",
    _OWN / "run.js",
    _OWN / "table.js",
    _OWN / "timeline.js",
    PARTS / "tasks.js",
)
_WORDS = {"FAILED": "failed", "SKIPPED": "skipped", "CACHED": "cached", "SUCCESS": "done"}


def page(run: RunRecord, pipeline: Pipeline | None, root: Path, mask: Mask) -> str:
    shown = matched(run, pipeline)
    drawn, chart, script = picture(shown.pipeline), gantt(run, shown.pipeline), script_of(*_SCRIPTS)
    return Template(part(_OWN / "report.html")).substitute(
        title=text(shorten(drawn.title, 200)),
        status=run.status,
        kind=run.status.lower(),
        summary=text(" · ".join(_summary(run))),
        policy=policy(script),
        style=style() + switches() + part(PARTS / "page.css") + part(_OWN / "report.css"),
        graph=canvas(drawn),
        names=chart.names,
        plot=chart.plot,
        data=embedded({**facts(drawn), "run": run_facts(run, shown, root, mask)}),
        script=script,
    )


def _summary(run: RunRecord) -> list[str]:
    counts = Counter[str](task.status for task in run.tasks)
    said = [f"{counts[status]:,} {word}" for status, word in _WORDS.items() if counts[status]]
    took = [span(run.seconds)] if run.seconds is not None else []
    return [*took, ", ".join(said) or "no tasks", moment(run.started)]
