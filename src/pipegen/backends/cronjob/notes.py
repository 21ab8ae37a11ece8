"""What whoever applies the file should know: comments at its top."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pipegen.backends.cronjob.config import CronJobConfig
from pipegen.backends.cronjob.labels import object_name
from pipegen.backends.cronjob.parameters import Parameters
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline

MANY = 100  # containers; on a real cluster 50 took 63 s to run through, and 200 took 193 s
ANNOTATION = 262_144  # bytes of all annotations, and client-side apply keeps the object in one
LARGEST = 1_500_000  # bytes that etcd takes in one request, about


def notes(pipeline: Pipeline, config: CronJobConfig, size: int) -> Iterator[str]:
    """Sentences, one a line."""
    if is_wide(pipeline):
        yield (
            "Tasks run one after the other, on one node, although some could run side by side; "
            "for that, use --backend argo."
        )
    if len(pipeline.tasks) > MANY:
        yield (
            f"Starting {len(pipeline.tasks)} containers takes long: 50 took 63 s and 200 took 193 s on a real "
            "cluster. Use --backend argo for that many tasks."
        )
    if size > ANNOTATION:
        yield f"Too large for plain `kubectl apply` ({size} bytes): use `kubectl apply --server-side`."
    yield f"Logs of a task: kubectl logs -l app.kubernetes.io/name={object_name(pipeline, config)} --tail=-1 -c TASK"
    yield from _started(pipeline, config)


def is_wide(pipeline: Pipeline) -> bool:
    """Whether any two tasks do not wait for each other."""
    return any(one.name not in other.upstream for one, other in pairwise(pipeline.tasks))


def _started(pipeline: Pipeline, config: CronJobConfig) -> Iterator[str]:
    name = object_name(pipeline, config)
    if pipeline.schedule is None and config.generate_name:
        yield "Runs each time it is created: kubectl create -f FILE"
    elif pipeline.schedule is None:
        yield f"Runs when it is applied. To run it again: kubectl delete job {name}, and apply it."
    parameters = list(Parameters(pipeline).described())
    if parameters and pipeline.schedule is None:
        yield "Parameters, to be changed before it is applied:"
    elif parameters:
        yield (
            f"Parameters; for one run with others: kubectl create job NAME --from=cronjob/{name} "
            "--dry-run=client -o yaml > job.yaml, change them there, kubectl create -f job.yaml"
        )
    yield from (f"  {one}" for one in parameters)


def too_large(pipeline: Pipeline, size: int) -> Iterator[Diagnostic]:
    if size > LARGEST:
        message = f"pipeline '{pipeline.name}' is {size} bytes as one object; a cluster takes about {LARGEST}"
        yield Diagnostic("PG558", message, pipeline.origin, "cut it in two pipelines, or use argo")
