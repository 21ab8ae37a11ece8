"""What Airflow can express, which depends on the operators that run the tasks."""

from __future__ import annotations

from collections.abc import Collection

from pipegen.backend import Capabilities, Support, carried, native, refused

_ON_WORKER = refused(
    "a BashOperator runs where the worker does; `airflow.operator: kubernetes` or docker has it"
)
_DISK = refused("only pods have it: `airflow.operator: kubernetes`")

COMMON = Capabilities(
    schedule=native("DAG schedule: CronTriggerTimetable"),
    timezone=native("timezone of the timetable"),
    concurrency=native("max_active_runs; runs cannot replace each other"),
    deadline=native("dagrun_timeout"),
    on_failure=native("a task after all others, when one of the last failed"),
    on_exit=native("a teardown task after all others"),
    parameters=native("params of the DAG, and exec --param"),
    description=native("description and doc_md"),
    pipeline_labels=native("tags, and labels of pods"),
    retry=native("retries, retry_delay, exponential backoff; other factors than 1 and 2 by exec --retry"),
    timeout=native("execution_timeout; exec --timeout where exec retries"),
    cache_off=native("nothing is reused between runs"),
    cache_key=carried("exec --cache-key"),
    trigger_all_done=native("trigger_rule"),
    trigger_one_failed=native("trigger rules of empty tasks before it"),
    streaming=carried("exec"),
    row=carried("exec"),
    env=native("env of the operator"),
    labels=native("doc_json of the task, and labels of pods"),
    metadata=native("doc_json of the task"),
    image=_ON_WORKER,
    cpu=_ON_WORKER,
    memory=_ON_WORKER,
    ephemeral_storage=_DISK,
    gpu=_ON_WORKER,
)
_POD: dict[str, Support] = {
    "image": native("image of the pod"),
    "cpu": native("resources of the pod"),
    "memory": native("resources of the pod"),
    "ephemeral_storage": native("resources of the pod"),
    "gpu": native("resources of the pod"),
}
_DOCKER: dict[str, Support] = {
    "image": native("image of the container"),
    "cpu": native("cpus, a share of the host's"),
    "memory": native("mem_limit"),
    "gpu": native("device_requests"),
}


def can_with(kinds: Collection[str]) -> Capabilities:
    """What can be had where tasks are run by these operators."""
    found = COMMON._replace(**_DOCKER) if "docker" in kinds else COMMON
    return found._replace(**_POD) if "kubernetes" in kinds else found
