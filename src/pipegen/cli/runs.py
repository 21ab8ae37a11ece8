"""`pipegen runs`: what was run, how it went, what it wrote, and what of it may go."""

from __future__ import annotations

import sys
from enum import StrEnum
from typing import Annotated

from pipegen.app import run_logs
from pipegen.app.history import collect_garbage, found_garbage, history, run_data, run_summary
from pipegen.app.limits import limits
from pipegen.cli import options, output, runs_shown
from pipegen.cli.report import report
from pipegen.cli.words import argument, option
from pipegen.errors import Diagnostic, PipegenError

Run = Annotated[
    str, argument(metavar="RUN", help="A run's id, the beginning of it, or last for the newest run.")
]
OfPipeline = Annotated[
    str | None,
    option("--pipeline", help="Look at runs of this pipeline, and in its own history.", metavar="NAME"),
]


class Status(StrEnum):
    RUNNING = "RUNNING"
    SUCCESS = "SUCCESS"
    FAILED = "FAILED"
    INTERRUPTED = "INTERRUPTED"
    CANCELLED = "CANCELLED"


def list_(
    pipeline: Annotated[
        str | None, option("--pipeline", help="Only runs of this pipeline.", metavar="NAME")
    ] = None,
    limit: Annotated[
        int, option("--limit", help="So many, the newest first; 20 without it.", metavar="N")
    ] = 20,
    status: Annotated[Status | None, option("--status", help="Only runs that stand so.")] = None,
    as_json: options.AsJson = False,
) -> None:
    """List the runs of the project, the newest first."""
    if limit < 1:
        raise PipegenError(
            Diagnostic("PG713", f"--limit {limit}: at least one is shown", None, "write --limit 20")
        )
    with history(pipeline) as found:
        runs = found.runs(pipeline, limit, status.value if status is not None else None)
    if as_json:
        output.data([run_summary(one) for one in runs])
    elif runs:
        output.table([runs_shown.row(one) for one in runs], runs_shown.HEAD)
    else:
        output.talk(_none(pipeline, status))


def _none(pipeline: str | None, status: Status | None) -> str:
    of = f" of pipeline '{pipeline}'" if pipeline is not None else ""
    if status is not None:
        return f"no run{of} is {status.value}; pipegen runs list shows all"
    return f"no run{of} yet; pipegen run starts one"


def show(run: Run = "last", pipeline: OfPipeline = None, as_json: options.AsJson = False) -> None:
    """Show how a run and each of its tasks went."""
    with history(pipeline) as found:
        one = found.run(run, pipeline)
    if as_json:
        output.data(run_data(one))
    else:
        runs_shown.show(one)


def logs(
    run: Run = "last",
    task: Annotated[
        str | None, argument(metavar="TASK", help="One task; without it, all in their order.")
    ] = None,
    attempt: Annotated[
        int | None, option("--attempt", help="Only this attempt; without it, all.", metavar="N")
    ] = None,
    follow: Annotated[
        bool, option("--follow", "-f", help="Go on while the run does, and show what is written.")
    ] = False,
    pipeline: OfPipeline = None,
    as_json: options.AsJson = False,
) -> None:
    """Print what the tasks of a run wrote."""
    output.one_of({"--follow": follow, "--json": as_json})
    with history(pipeline) as found:
        one = found.run(run, pipeline)
        pieces = run_logs.logs(found, one, task, attempt, follow=follow)
        if as_json:
            output.data(runs_shown.logs_data(pieces))
        elif not runs_shown.print_logs(pieces, headed=task is None):
            output.talk(run_logs.why_nothing(found.root, one) if task is None else "nothing was written")


def gc(
    keep: Annotated[
        int | None, option("--keep", help="Keep so many runs of each pipeline, the newest.", metavar="N")
    ] = None,
    older_than: Annotated[
        str | None, option("--older-than", help="Delete runs older than this: 30d, 12h.", metavar="TIME")
    ] = None,
    max_size: Annotated[
        str | None,
        option("--max-size", help="Delete the oldest until the rest takes no more: 10GB.", metavar="SIZE"),
    ] = None,
    dry_run: Annotated[
        bool, option("--dry-run", help="Say what would be deleted, and delete nothing.")
    ] = False,
    as_json: options.AsJson = False,
) -> None:
    """Delete old runs, and artifacts that no run or cache entry which stays refers to."""
    wanted = limits(keep, older_than, max_size)
    with history() as found:
        garbage = found_garbage(found, wanted) if dry_run else collect_garbage(found, wanted)
    if as_json:
        output.data(runs_shown.garbage_data(garbage, dry_run=dry_run))
    else:
        sys.stdout.flush()
        output.talk(runs_shown.garbage_text(garbage, dry_run=dry_run))


command = {"list": list_, "show": show, "logs": logs, "gc": gc, "report": report}
