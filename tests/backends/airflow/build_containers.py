"""Run by an Airflow's own Python: the pods and containers that the tasks of a DAG file would be, in JSON.

build_containers.py FILE PARAMS
"""

from __future__ import annotations

import json
import logging
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest import mock

RUN_ID = "manual__2026-01-01T00:00:00+00:00"


def pod(task: Any) -> Any:
    from kubernetes.client import ApiClient

    with mock.patch.object(
        type(task), "hook", SimpleNamespace(is_in_cluster=True, get_namespace=lambda: None)
    ):
        built = task.build_pod_request_obj()
    return ApiClient().sanitize_for_serialization(built)


def container(task: Any) -> Any:
    """What the operator tells Docker, with a client that only notes it."""
    client = mock.MagicMock()
    client.wait.return_value = {"StatusCode": 0}
    client.attach.return_value = iter(())
    client.create_host_config.side_effect = lambda **named: named
    with mock.patch.object(type(task), "hook", SimpleNamespace(api_client=client)):
        task._run_image()
    named = client.create_container.call_args.kwargs
    named["host_config"] = {
        key: named["host_config"][key] for key in ("mounts", "mem_limit", "device_requests")
    }
    return named


def main(file: str, params: dict[str, Any]) -> dict[str, Any]:
    scope: dict[str, Any] = {"__file__": file, "__name__": "dag_file"}
    exec(compile(Path(file).read_text(encoding="utf-8"), file, "exec"), scope)
    dag = scope["dag"]
    given = {name: dag.params[name] for name in dag.params} | params
    macros = SimpleNamespace(json=json)
    store = SimpleNamespace(value=SimpleNamespace(fetch_token="a token"))
    found = {}
    for task in dag.tasks:
        context = {"params": given, "dag": dag, "run_id": RUN_ID, "macros": macros, "var": store}
        task.render_template_fields(context, jinja_env=dag.get_template_env())
        found[task.task_id] = pod(task) if hasattr(task, "pod_template_dict") else container(task)
    return found


if __name__ == "__main__":
    logging.disable(logging.WARNING)
    print("\n::" + json.dumps(main(sys.argv[1], json.loads(sys.argv[2])), default=str))
