"""The imports of a DAG file: what it uses, from where Airflow 3 has it, or else from where Airflow 2 does."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipegen.backends.airflow.config import AirflowConfig
from pipegen.backends.airflow.layout import WIDTH
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
_APART = ("CronTriggerTimetable", "BashOperator", "EmptyOperator")
_OF_ALERTS = ("AsyncCallback", "DeadlineAlert", "DeadlineReference", "SyncCallback")


def imports(used: Collection[str], config: AirflowConfig, steps: Steps) -> Iterator[str]:
    """Lines, in groups as a formatter keeps them."""
    if "timedelta" in used:
        yield "from datetime import timedelta"
    if "Path" in used:
        yield "from pathlib import Path"
    if "timedelta" in used or "Path" in used:
        yield ""
    yield "import pendulum"
    every = {*_containers(used), *_callbacks(config, steps)}
    if config.version is not None:
        every |= {*_of_version(config.version, used)}
    yield from sorted(every, key=lambda line: (line.split()[1], line))
    yield from _of_both(used) if config.version is None else ()
    if config.version == "3" and "CronTriggerTimetable" in used:
        yield from _tried("CronTriggerTimetable", "earlier Airflow 3")


def _of_both(used: Collection[str]) -> Iterator[str]:
    names = [name for name in _TOGETHER if name == "DAG" or name in used]
    yield from ("", "try:", f"    from airflow.sdk import {', '.join(names)}")
    yield from ("except ImportError:  # Airflow 2", "    from airflow import DAG")
    yield from (f"    from {_MOVED[name][1]} import {name}" for name in names if name != "DAG")
    for name in _APART:
        if name in used:
            yield from _tried(name, "Airflow 2")


def _tried(name: str, otherwise: str) -> Iterator[str]:
    new, old = _MOVED[name]
    yield from ("", "try:", f"    from {new} import {name}")
    yield from (f"except ImportError:  # {otherwise}", f"    from {old} import {name}")


def _of_version(version: str, used: Collection[str]) -> Iterator[str]:
    """What one version alone has to find."""
    if version == "3":
        names = ("DAG", *sorted({*_TOGETHER, *_OF_ALERTS} & {*used} - {"DAG"}))
        yield _from("airflow.sdk", *names)
    else:
        yield "from airflow import DAG"
    for name in (*_TOGETHER, *_APART):
        new, old = _MOVED.get(name, ("airflow.sdk", ""))
        with_others = version == "3" and new == "airflow.sdk"
        if name in used and name != "DAG" and not with_others:
            yield f"from {new if version == '3' else old} import {name}"


def _containers(used: Collection[str]) -> Iterator[str]:
    if "PodOperator" in used:
        yield "from airflow.providers.cncf.kubernetes.operators.pod import KubernetesPodOperator"
    if "DockerOperator" in used:
        yield "from airflow.providers.docker.operators.docker import DockerOperator"
        types = [name for name in ("DeviceRequest", "Mount") if name in used]
        yield from [f"from docker.types import {', '.join(types)}"] if types else []


def called(config: AirflowConfig, steps: Steps) -> set[str]:
    """The functions that Airflow calls."""
    every = [config.dag_callbacks, *(one.callbacks for one in steps.values())]
    keys = ("on_failure", "on_success", "on_retry")
    found = {getattr(one, key) for one in every if one is not None for key in keys}
    return {*found, config.sla_miss} - {None}


def _callbacks(config: AirflowConfig, steps: Steps) -> Iterator[str]:
    for function in called(config, steps):
        module, _, name = function.partition(":")
        yield _from(module, f"{name} as {function_name(function)}")


def _from(module: str, *names: str) -> str:
    """An import, a name on each line where they do not fit on one."""
    line = f"from {module} import {', '.join(names)}"
    if len(line) <= WIDTH:
        return line
    return "\n".join([f"from {module} import (", *(f"    {one}," for one in names), ")"])
