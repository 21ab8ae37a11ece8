"""What whoever applies the file should know: comments at its top."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from pipegen.backends.cronjob.config import CronJobConfig
from pipegen.backends.cronjob.containers import said_configs
from pipegen.backends.cronjob.labels import object_name
from pipegen.backends.cronjob.parameters import Parameters
from pipegen.backends.kubernetes.secrets import needs_secret
from pipegen.errors import Diagnostic
from pipegen.ir import Pipeline

MANY = 100  # containers; on a real cluster 50 took 63 s to run through, and 200 took 193 s
ANNOTATION = 262_144  # bytes of all annotations, and client-side apply keeps the object in one
LARGEST = 1_500_000  # bytes that etcd takes in one request, about
_PLAIN = CronJobConfig()


def cautions(pipeline: Pipeline, config: CronJobConfig, size: int) -> Iterator[Diagnostic]:
    """What the form costs, and keys that change nothing; none of it forbids anything."""
    yield from _costs(pipeline, config, size)
    for key in _idle(pipeline, config):
        kind = "Job, without a schedule" if pipeline.schedule is None else "CronJob"
        yield _caution("PG564", f"{key} changes nothing for a {kind}", pipeline, "leave it out")


def _costs(pipeline: Pipeline, config: CronJobConfig, size: int) -> Iterator[Diagnostic]:
    number = len(pipeline.tasks) if config.mode == "containers" else 1
    if config.mode == "containers" and is_wide(pipeline) and not config.sequential:
        message = "tasks run one after the other, on one node, although some could run side by side"
        hint = "for that use argo, or cronjob.mode: engine; if it is meant so, cronjob.sequential: true"
        yield _caution("PG561", message, pipeline, hint)
    if number > MANY:
        message = f"{number} containers start one after the other; on a real cluster 50 took 63 s, and 200 took 193 s"
        yield _caution("PG562", message, pipeline, "use argo for that many tasks")
    if size > ANNOTATION:
        message = f"the object is {size} bytes, too large for plain `kubectl apply`"
        yield _caution("PG563", message, pipeline, "use `kubectl apply --server-side`")


def _caution(code: str, message: str, pipeline: Pipeline, hint: str) -> Diagnostic:
    return Diagnostic(
        code, f"pipeline '{pipeline.name}': {message}", pipeline.origin, hint, severity="warning"
    )


def _idle(pipeline: Pipeline, config: CronJobConfig) -> Iterator[str]:
    """Keys for schedules without one, and the other way round."""
    of_schedules = ("starting_deadline", "keep_successful", "keep_failed")
    for key in of_schedules if pipeline.schedule is None else ("generate_name",):
        if getattr(config, key) != getattr(_PLAIN, key):
            yield f"cronjob.{key}"
    if pipeline.schedule is None and pipeline.concurrency is not None:
        yield "concurrency"


def comments(pipeline: Pipeline, config: CronJobConfig, size: int) -> Iterator[str]:
    """What stands at the top of the file: what it costs, where logs are, how a run is started."""
    prefix = f"pipeline '{pipeline.name}': "
    for one in _costs(pipeline, config, size):
        message = one.message.removeprefix(prefix)
        yield f"{message[0].upper()}{message[1:]} ({one.hint})."
    selected = f"kubectl logs -l app.kubernetes.io/name={object_name(pipeline, config)} --tail=-1"
    yield f"Logs of a task: {selected} -c TASK" if config.mode == "containers" else f"Logs: {selected}"
    yield from needs_secret(pipeline, config, said_configs(pipeline, config))
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
