"""A generated DAG file read without Airflow: its calls are noted, and its templates filled in as Airflow does it.

That real Airflow reads and runs the same files is shown by `test_airflow_runs.py`.
"""

from __future__ import annotations

import builtins
import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import jinja2

RUN_ID = "manual__2026-01-01T00:00:00+00:00"
_OURS = {"datetime", "pathlib"}  # modules that are what they are
_FIELDS = {
    "BashOperator": ("bash_command", "env", "cwd"),
    "DockerOperator": ("image", "command", "environment"),
    "PodOperator": ("arguments",),
    "EmptyOperator": (),
}


@dataclass(eq=False)
class Noted:
    """A call of something that Airflow has: an operator, a timetable, a param."""

    name: str
    args: tuple[Any, ...]
    named: dict[str, Any]
    upstream: list[Noted] = field(default_factory=list)
    teardown: bool = False

    def __enter__(self) -> Noted:
        return self

    def __exit__(self, *_: object) -> None:
        return None

    def __rshift__(self, other: Noted) -> Noted:
        other.upstream.append(self)
        return other

    def __rrshift__(self, others: list[Noted]) -> Noted:
        self.upstream += others
        return self

    def as_teardown(self) -> None:
        self.teardown = True


@dataclass
class Dag:
    """What a file defines: the DAG, and its tasks by id, with the DAG's default arguments under their own."""

    named: dict[str, Any]
    tasks: dict[str, Noted]

    @property
    def params(self) -> dict[str, Any]:
        found = self.named.get("params", {})
        return {name: one.args[0] if one.args else None for name, one in found.items()}


def read(text: str) -> Dag:
    """Run a file with modules that only note what is called."""
    calls: list[Noted] = []

    class _Maker(type):
        def __call__(cls, *args: Any, **named: Any) -> Any:
            calls.append(Noted(cls.__name__, args, named))
            return calls[-1]

    def made(name: str) -> Any:
        return _Maker(name, (), {})

    def imported(name: str, scope: Any = None, local: Any = None, wanted: Any = (), level: int = 0) -> Any:
        if name.partition(".")[0] in _OURS:
            return builtins.__import__(name, scope, local, wanted, level)
        if name == "pendulum":
            return SimpleNamespace(datetime=made("datetime"))
        return SimpleNamespace(**{one: made(one) for one in wanted})

    scope = {"__builtins__": {**vars(builtins), "__import__": imported}, "__file__": "/opt/acme/dags/it.py"}
    exec(compile(text, "it.py", "exec"), {**scope, "__name__": "it"})
    (dag,) = [one for one in calls if one.name == "DAG"]
    tasks = [one for one in calls if one.name in _FIELDS]
    ids = [one.named["task_id"] for one in tasks]
    assert len(set(ids)) == len(ids), "two tasks of one id"
    for one in tasks:
        one.named = {**dag.named["default_args"], **one.named}
    return Dag(dag.named, dict(zip(ids, tasks, strict=True)))


def rendered(dag: Dag, params: Mapping[str, Any] | None = None) -> dict[str, dict[str, Any]]:
    """The template fields of each task, as an operator gets them in a run."""
    context = {
        "params": {**dag.params, **(params or {})},
        "dag": SimpleNamespace(dag_id=dag.named["dag_id"]),
        "run_id": RUN_ID,
        "macros": SimpleNamespace(json=json),
        "var": SimpleNamespace(value=_Store("variable")),
        "conn": _Store("connection"),
    }
    environment = jinja2.Environment(undefined=jinja2.StrictUndefined)  # Airflow's own has no other options
    return {
        task_id: {
            key: _filled(task.named[key], environment, context)
            for key in _FIELDS[task.name]
            if key in task.named
        }
        for task_id, task in dag.tasks.items()
    }


class _Store:
    """Variables, or Connections: each holds what it is called."""

    def __init__(self, what: str) -> None:
        self.what = what

    def __getattr__(self, key: str) -> Any:
        if self.what == "variable":
            return f"variable {key}"
        return SimpleNamespace(**{one: f"{one} of {key}" for one in ("password", "login", "host", "schema")})


def _filled(value: Any, environment: jinja2.Environment, context: Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        assert not value.endswith((".sh", ".bash", ".env", ".yaml", ".yml", ".json")), (
            "Airflow would read a file"
        )
        return environment.from_string(value).render(context)
    if isinstance(value, list):
        return [_filled(one, environment, context) for one in value]
    return {key: _filled(one, environment, context) for key, one in value.items()}


def process(task: Noted, fields: Mapping[str, Any]) -> tuple[list[str], dict[str, str]]:
    """The words and variables that a task's process gets; of a pod, as Kubernetes is told them."""
    if task.name == "PodOperator":
        (container,) = task.named["pod_template_dict"]["spec"]["containers"]
        env = {one["name"]: one["value"] for one in container["env"] if "value" in one}
        return fields["arguments"], env
    if task.name == "DockerOperator":
        return fields["command"], dict(fields.get("environment", {}))
    env = dict(fields["env"])
    line = fields["bash_command"]
    while found := re.match(r"unset (\w+); ", line):
        del env[found[1]]
        line = line[found.end() :]
    words = shlex.split(line)
    return [word.replace("$PIPEGEN_ARTIFACTS", env["PIPEGEN_ARTIFACTS"]) for word in words[1:]], env


def document(text: str) -> dict[str, Any]:
    """The file as the laws look at documents: a container for each call of `pipegen exec`."""
    dag = read(text)
    fields = rendered(dag)
    return {"dag_id": dag.named["dag_id"], "tasks": [_container(one, fields) for one in dag.tasks.values()]}


def _container(task: Noted, fields: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    found = {"task_id": task.named["task_id"], "upstream": [one.named["task_id"] for one in task.upstream]}
    if task.name == "EmptyOperator":
        return found
    words, env = process(task, fields[task.named["task_id"]])
    if task.name != "PodOperator":
        words, env = [_plain(one) for one in words], {name: _plain(one) for name, one in env.items()}
    env.pop("PIPEGEN_ARTIFACTS", None)
    return {**found, "args": words, "env": [{"name": name, "value": text} for name, text in env.items()]}


def _plain(text: str) -> str:
    """Text in which Kubernetes fills in nothing."""
    return text.replace("$", "$$")
