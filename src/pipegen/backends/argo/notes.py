"""What whoever applies the file should know before the cluster says it, or does not: warnings, with numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields

from pipegen.backends.argo.compiled import Compiled
from pipegen.backends.argo.config import ArgoConfig
from pipegen.backends.argo.document import kind_of, object_name
from pipegen.backends.argo.graph import LIMIT
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline

ANNOTATION = 262_144  # bytes; client-side apply keeps the whole object in one annotation
STATUS = 1_000  # tasks, beyond which the status of a run may not fit into one object
SLOW = 500  # tasks of one DAG that take the controller long
_CRON_ONLY = ("when", "stop_strategy", "suspend", "keep_successful", "keep_failed")


def notes(pipeline: Pipeline, config: ArgoConfig, find: Callable[[], Compiled]) -> Iterator[Diagnostic]:
    """Warnings about one pipeline."""
    yield from _unused(pipeline, config)
    count, found = len(pipeline.tasks), find()
    for text, hint in (*_form(found, count), *_recovery(found, pipeline), *_sizes(found, count)):
        yield _warning("PG541", f"pipeline '{pipeline.name}' has {count} tasks: {text}", pipeline, hint)


_SOURCES = {
    "CronWorkflow": "cronwf",
    "WorkflowTemplate": "wftmpl",
    "ClusterWorkflowTemplate": "clusterwftmpl",
}


def how_to_start(pipeline: Pipeline, config: ArgoConfig, path: str, found: Compiled) -> Iterator[str]:
    """A line for the top of the file: the command that brings it to a cluster, and the one that runs it."""
    if config.companions.layout != "files":
        return
    kind = kind_of(pipeline, config)
    given = f" -p {pipeline.parameters[0].name}=VALUE" if pipeline.parameters else ""
    if kind == "Workflow" and len(found.documents) == 1:
        yield f"Run: argo submit {path}{given}"
        return
    server = " --server-side" if max(found.sizes) > ANNOTATION else ""
    verb = "create" if kind == "Workflow" and config.generate_name else f"apply{server}"
    yield f"Apply: kubectl {verb} -f {path}"
    if kind in _SOURCES:
        yield f"Run: argo submit --from {_SOURCES[kind]}/{object_name(pipeline, config)}{given}"


def runs_as(config: ArgoConfig) -> Iterator[str]:
    """A line for the top of the file, when values do not say whose rights the pods have."""
    if config.service_account is None and config.executor_account is None:
        yield (
            "Runs as the namespace's account 'default', which must be allowed to create and patch "
            "workflowtaskresults (or: argo.service_account)."
        )


def _form(found: Compiled, count: int) -> Iterator[tuple[str, str]]:
    layout = found.layout
    if layout.form == "inline":
        yield (
            f"they are one DAG inside a task, since Argo takes {LIMIT} in a DAG; the order is exact",
            "argo.layout: 'shards' cuts it in several DAGs",
        )
        if count > SLOW:
            yield ("one DAG of so many may be slow in Argo's controller", "argo.layout: 'shards' is faster")
    if layout.cut is not None:
        parts, bands = len(layout.cut.parts), layout.cut.bands
        if not bands:
            yield (
                f"they are {parts} DAGs, cut where no order is lost",
                "argo.layout: 'inline' keeps one DAG",
            )
        else:
            yield (
                f"they are {parts} DAGs, which wait for all of a DAG where they need a part of it: 4 to 24 % slower "
                "in a simulation, and a failure stops all that comes after",
                "argo.layout: 'inline' keeps one DAG, which Argo's controller handles slowly",
            )
    if layout.inlined:
        yield (
            f"{layout.inlined} kinds of containers stand inside their tasks, since Argo takes {LIMIT} templates",
            "",
        )


def _recovery(found: Compiled, pipeline: Pipeline) -> Iterator[tuple[str, str]]:
    """A part of a graph ends as a whole: well or not."""
    if found.layout.cut is not None and any(one.options.trigger != "all_success" for one in pipeline.tasks):
        yield (
            "a failure in one DAG stops those after it, also where another task recovers from it",
            "argo.layout: 'inline' keeps one DAG, in which it does not",
        )


def _sizes(found: Compiled, count: int) -> Iterator[tuple[str, str]]:
    if len(found.documents) > 1:
        yield (
            f"they are {len(found.documents)} objects in one file, since a cluster keeps objects of about 1.5 MB",
            "apply all of them",
        )
    if count > STATUS:
        yield (
            "the status of a run may outgrow one object, from about 2,300 tasks with 3 inputs or 3,500 in a chain, "
            "and it then stays Pending",
            "let Argo's controller offload node status to a database",
        )
    if max(found.sizes) > ANNOTATION:
        yield (
            f"its largest object is {max(found.sizes):,} bytes, too large for plain 'kubectl apply'",
            "use 'kubectl apply --server-side', or 'kubectl create'",
        )


def _unused(pipeline: Pipeline, config: ArgoConfig) -> Iterator[Diagnostic]:
    """Keys that say something about a schedule that there is not."""
    kind = kind_of(pipeline, config)
    if kind == "CronWorkflow":
        return
    plain = {one.name: one.default for one in fields(ArgoConfig)}
    for key in _CRON_ONLY:
        if getattr(config, key) != plain[key]:
            message = f"argo.{key} is about schedules, and pipeline '{pipeline.name}' becomes a {kind}"
            yield _warning("PG542", message, pipeline, "leave it out, or give the pipeline a schedule")


def _warning(code: str, message: str, pipeline: Pipeline, hint: str) -> Diagnostic:
    return Diagnostic(code, message, pipeline.origin, hint, severity="warning")
