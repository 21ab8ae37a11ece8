"""What is done when the last task of a run has ended: a look at what came out, and post-processors."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from pipegen.engine.artifacts import Artifacts
from pipegen.engine.configs.loading import Configured
from pipegen.engine.places import Places
from pipegen.engine.processors.contract import Finished
from pipegen.engine.processors.running import failed, process_all
from pipegen.engine.records import RunRecord
from pipegen.engine.run import Order, Outcome
from pipegen.errors import Diagnostic, PipegenError, refuse, suggest
from pipegen.runtime.manifest_json import load_manifest
from pipegen.runtime.publish import remove
from pipegen.runtime.verify import verify


def finishing(
    order: Order, processors: Sequence[Configured], *, validate: bool
) -> Callable[[Outcome], RunRecord]:
    """What the engine calls with a run that has ended; returns its record as it is to be remembered."""
    refuse(_unknown_tasks(order, processors))

    def finish(outcome: Outcome) -> RunRecord:
        run = outcome.run
        if not processors:
            return run
        damaged = dict(_damaged(order, outcome)) if validate else {}
        if damaged:
            run = _with_damage(run, damaged)
        whole = {name: folder for name, folder in outcome.folders.items() if name not in damaged}
        after = {name for task in order.pipeline.tasks for name in task.upstream}
        outputs = tuple(task.name for task in order.tasks if task.name not in after)
        results = process_all(Finished(run, outcome.root, whole, outputs), processors)
        run = replace(run, details={**run.details, "processors": results})
        names = list(failed(results))
        if names and run.status == "SUCCESS":
            return replace(run, status="FAILED", error=f"post-processor {' and '.join(names)} failed")
        return run

    return finish


def _unknown_tasks(order: Order, processors: Sequence[Configured]) -> Iterator[Diagnostic]:
    """What could only fail when all the work is done."""
    known = [one.name for one in order.pipeline.every_task]
    for one in processors:
        named = getattr(one.config, "named_tasks", None)
        for name in dict.fromkeys(named() if named is not None else ()):
            if name not in known:
                message = f"post-processor '{one.name}' names task '{name}', which the pipeline does not have"
                yield Diagnostic("PG750", message, None, suggest(name, known) or "see 'tasks' of the config")


def _with_damage(run: RunRecord, damaged: Mapping[str, Diagnostic]) -> RunRecord:
    """The record of a run whose tasks did well and have nothing to show for it."""
    said = (f"{one.message} ({one.hint}) [{one.code}]" for one in damaged.values())
    tasks = (
        replace(one, status="FAILED", artifact=None, error=damaged[one.name].message)
        if one.name in damaged
        else one
        for one in run.tasks
    )
    error = "; ".join(filter(None, (run.error, *said)))
    return replace(run, status="FAILED", error=error, tasks=tuple(tasks))


def _damaged(order: Order, outcome: Outcome) -> Iterator[tuple[str, Diagnostic]]:
    """Artifacts that are not what was written; they are dropped, so that the next run makes them anew."""
    artifacts = Artifacts(Places(order.project.root))
    for name, folder in outcome.folders.items():
        try:
            verify(folder, load_manifest(folder), "")
        except PipegenError as error:
            artifacts.discard(folder.name)
            message = f"what task '{name}' handed on is not whole: {error.diagnostics[0].message}"
            yield name, Diagnostic("PG758", message, None, "it is dropped; run again")


def cleaned_up(outcome: Outcome) -> None:
    """Remove what a failed run left beside its record: its logs."""
    if outcome.run.status != "SUCCESS":
        with suppress(OSError):
            remove(Places(outcome.root).run(outcome.run.id))
