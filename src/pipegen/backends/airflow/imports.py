"""The imports of a DAG file: what it uses, from where Airflow 3 has it, or else from where Airflow 2 does."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipegen.backends.airflow.config import AirflowConfig
from pipegen.backends.airflow.steps import Steps
from pipegen.backends.airflow.tasks import function_name

# By name: the module in Airflow 3, and the one in Airflow 2.
_MOVED = {
    "CronTriggerTimetable": ("airflow.sdk", "airflow.timetables.trigger"),
    "Param": ("airflow.sdk", "airflow.models.param"),
    "TaskGroup": ("airflow.sdk", "airflow.utils.task_group"),
    "BashOperator": ("airflow.providers.standard.operators.bash", "airflow.operators.bash"),
    "EmptyOperator": ("airflow.providers.standard.operators.empty", "airflow.operators.empty"),
}
_TOGETHER = ("DAG", "Param", "TaskGroup")  # of one module in Airflow 3


def imports(used: Collection[str], config: AirflowConfig, steps: Steps) -> Iterator[str]:
    """Lines, in groups as a formatter keeps them."""
    if "timedelta" in used:
        yield "from datetime import timedelta"
    if "Path" in used:
        yield "from pathlib import Path"
    if "timedelta" in used or "Path" in used:
        yield ""
    yield "import pendulum"
    yield from _containers(used)
    yield from sorted(set(_callbacks(config, steps)))
    yield ""
    yield from _sdk(used)
    for name in ("CronTriggerTimetable", "BashOperator", "EmptyOperator"):
        if name in used:
            new, old = _MOVED[name]
            yield from ("", "try:", f"    from {new} import {name}")
            yield from ("except ImportError:  # Airflow 2", f"    from {old} import {name}")


def _sdk(used: Collection[str]) -> Iterator[str]:
    names = [name for name in _TOGETHER if name == "DAG" or name in used]
    yield from ("try:", f"    from airflow.sdk import {', '.join(names)}")
    yield from ("except ImportError:  # Airflow 2", "    from airflow import DAG")
    yield from (f"    from {_MOVED[name][1]} import {name}" for name in names if name != "DAG")


def _containers(used: Collection[str]) -> Iterator[str]:
    if "PodOperator" in used:
        yield "from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator"
    if "DockerOperator" in used:
        yield "from airflow.providers.docker.operators.docker import DockerOperator"
        types = [name for name in ("DeviceRequest", "Mount") if name in used]
        yield f"from docker.types import {', '.join(types)}"


def _callbacks(config: AirflowConfig, steps: Steps) -> Iterator[str]:
    every = [config.dag_callbacks, *(one.callbacks for one in steps.values())]
    functions = {
        getattr(one, key)
        for one in every
        if one is not None
        for key in ("on_failure", "on_success", "on_retry")
        if getattr(one, key) is not None
    }
    for function in functions:
        module, _, name = function.partition(":")
        yield f"from {module} import {name} as {function_name(function)}"
