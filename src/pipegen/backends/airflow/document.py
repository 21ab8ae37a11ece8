"""The DAG file: what is in it, and the template that it is written by."""

from __future__ import annotations

import builtins
import keyword
from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from pipegen.backend import Context
from pipegen.backends.airflow import timing
from pipegen.backends.airflow.config import AirflowConfig, LateRun
from pipegen.backends.airflow.graph import Graph, graph
from pipegen.backends.airflow.imports import called, imports
from pipegen.backends.airflow.layout import Call, Code, Lines, functions, laid_out
from pipegen.backends.airflow.notes import comments
from pipegen.backends.airflow.problems import tags_of
from pipegen.backends.airflow.steps import Steps, task_ids
from pipegen.backends.airflow.stores import FOLDER
from pipegen.backends.airflow.tasks import (
    Tasks,
    callbacks,
    duration,
    function_name,
    literal_path,
    scheduling,
)
from pipegen.emit.files import File
from pipegen.emit.text import render
from pipegen.ir import Pipeline
from pipegen.names import legal_names

_MOST_DRAWN = 200  # tasks; the graph of more says nothing to a reader
_READERS = {None: "Airflow 2.10 and later", "2": "Airflow 2.10", "3": "Airflow 3.1 and later"}
# Names that the file uses itself, beside Python's own.
_TAKEN = frozenset({"dag", "pendulum", "timedelta"})


class Written(NamedTuple):
    """A task as the file has it: its variable, its id, its call."""

    variable: str
    task_id: str
    call: Call


def dag_file(pipeline: Pipeline, config: AirflowConfig, steps: Steps, context: Context) -> File:
    ids = task_ids(pipeline)
    tasks = Tasks(pipeline, config, steps, ids)
    waits = graph(pipeline, ids)
    groups = _groups(pipeline, steps)
    written = list(_written(pipeline, tasks, waits, groups))
    body = [f"{one.variable} = {_at(one.call, 4, len(one.variable) + 3)}" for one in written]
    constants = list(_constants(config, tasks, context, written))
    dag = Call("DAG", dict(_dag(pipeline, config, tasks)))
    variables = {one.task_id: one.variable for one in written}
    text = render(
        "airflow/dag.py.j2",
        version=context.version,
        target=pipeline.target,
        reader=_READERS[config.version],
        command=context.command,
        comments=list(comments(pipeline, config, steps)),
        imports=list(imports(_used(written, dag, groups, constants), config, steps)),
        pods=bool(tasks.pods),
        constants=constants,
        dag=laid_out(dag, 0, 5, 8),
        groups=[f'{name} = TaskGroup("{group}", prefix_group_id=False)' for group, name in groups.items()],
        tasks=body,
        edges=list(_edges(waits, variables)),
        teardown=variables[ids[pipeline.on_exit.name]] if pipeline.on_exit is not None else "",
    )
    stem = legal_names([pipeline.name], limit=100, fallback="pipeline")[pipeline.name]
    return File(f"{stem}.dag.py".replace("-", "_").replace(".dag", "_dag"), text)


def _used(
    written: list[Written], dag: Call, groups: Mapping[str, str], constants: list[str]
) -> frozenset[str]:
    """The names that the file has to import."""
    found = {name for call in (dag, *(one.call for one in written)) for name in functions(call)}
    found |= {"TaskGroup"} if groups else set()
    found |= {"DeadlineReference"} if "DeadlineAlert" in found else set()
    found |= {"Path"} if any("Path(__file__)" in one for one in constants) else set()
    found |= {"Mount"} if any(one.startswith("MOUNTS = ") for one in constants) else set()
    return frozenset(found)


def _at(value: object, indent: int, before: int) -> str:
    return laid_out(value, indent, before)


def _written(pipeline: Pipeline, tasks: Tasks, waits: Graph, groups: Mapping[str, str]) -> Iterator[Written]:
    own = {tasks.ids[task.name]: task for task in pipeline.every_task}
    taken = {*_TAKEN, *groups.values(), *map(function_name, called(tasks.config, tasks.steps))}
    variables = _variables([*own, *(gate.task_id for gate in waits.gates)], taken)
    for task_id, task in own.items():
        rule = waits.rules.get(task_id) if task is not pipeline.on_exit else None
        group = groups.get(tasks.steps[task.name].group or "")
        yield Written(variables[task_id], task_id, tasks.call(task, rule, group))
    for gate in waits.gates:
        call = Call("EmptyOperator", {"task_id": gate.task_id, "trigger_rule": gate.rule})
        yield Written(variables[gate.task_id], gate.task_id, call)


def _variables(names: list[str], taken: Collection[str]) -> dict[str, str]:
    """A Python name for each task, short enough that `one >> other` stays on its line."""
    found = legal_names(names, limit=36, allowed="a-z0-9_", joiner="_", first="a-z", cased=True)
    used = {*taken, *found.values()}
    for name, one in found.items():
        if one in taken or _is_python(one):
            while one in used:
                one += "_"
            used.add(one)
            found[name] = one
    return found


def _is_python(name: str) -> bool:
    return keyword.iskeyword(name) or hasattr(builtins, name)


def _groups(pipeline: Pipeline, steps: Steps) -> dict[str, str]:
    """The variable of each task group."""
    names = dict.fromkeys(
        group for task in pipeline.every_task if (group := steps[task.name].group) is not None
    )
    return {name: f"group_{number}_" for number, name in enumerate(names, start=1)}


def _edges(waits: Graph, variables: Mapping[str, str]) -> Iterator[str]:
    every = {**waits.upstream, **{gate.task_id: gate.upstream for gate in waits.gates}}
    for task_id, upstream in every.items():
        names = [variables[one] for one in upstream]
        line = f"[{', '.join(names)}] >> {variables[task_id]}"
        if len(names) > 1 and len(line) <= 84:
            yield line
        else:
            yield from (f"{name} >> {variables[task_id]}" for name in names)


def _constants(
    config: AirflowConfig, tasks: Tasks, context: Context, written: list[Written]
) -> Iterator[str]:
    operators = {one.call.function for one in written}
    if "BashOperator" in operators:
        here = "Path(__file__).resolve().parent"
        steps = [] if context.to_root in (".", "") else context.to_root.split("/")
        if config.project is not None:
            yield f"PROJECT = {laid_out(literal_path(config.project))}"
        elif set(steps) <= {".."}:
            yield f"PROJECT = str({here if not steps else f'{here[:-7]}.parents[{len(steps)}]'})"
        else:
            yield f"PROJECT = str({here} / {laid_out(context.to_root)})"
        yield f"ARTIFACTS = {laid_out(tasks.root)}"
    if "DockerOperator" in operators and config.artifacts.s3 is None:
        path = config.artifacts.path
        yield f"MOUNTS = [{laid_out(Call('Mount', {'target': path, 'source': path, 'type': 'bind'}))}]"
    for name, pod in tasks.pods.values():
        yield f"{name} = {laid_out(pod, 0, len(name) + 3)}"


def _dag(pipeline: Pipeline, config: AirflowConfig, tasks: Tasks) -> Iterator[tuple[str, object]]:
    dag_id = config.dag_id or dag_name(pipeline)
    yield "dag_id", dag_id
    if dag_id != pipeline.name:
        yield "dag_display_name", pipeline.name
    if pipeline.description:
        yield "description", pipeline.description
    doc = _doc(pipeline)
    yield "doc_md", Lines(tuple(doc.splitlines(keepends=True)))
    yield "schedule", timing.schedule(pipeline)
    year, month, day = (int(part) for part in config.start_date.split("-"))
    yield "start_date", Code(f'pendulum.datetime({year}, {month}, {day}, tz="UTC")')
    yield "catchup", config.catchup
    runs = config.max_active_runs or (None if pipeline.concurrency == "allow" else 1)
    if runs is not None:
        yield "max_active_runs", runs
    if config.max_active_tasks is not None:
        yield "max_active_tasks", config.max_active_tasks
    if pipeline.deadline is not None:
        yield "dagrun_timeout", duration(pipeline.deadline)
    if config.paused is not None:
        yield "is_paused_upon_creation", config.paused
    tags = list(dict.fromkeys([*tags_of(pipeline), *config.tags]))
    if tags:
        yield "tags", tags
    if pipeline.parameters:
        yield "params", tasks.params.data()
    yield from callbacks(config.dag_callbacks)
    yield from _late(config)
    yield "default_args", dict(_defaults(config, tasks))


def _late(config: AirflowConfig) -> Iterator[tuple[str, object]]:
    if config.sla_miss is not None:
        yield "sla_miss_callback", Code(function_name(config.sla_miss))
    if config.late:
        yield "deadline", [_deadline_alert(one) for one in config.late]


def _deadline_alert(one: LateRun) -> Call:
    since = {"queued": "DAGRUN_QUEUED_AT", "due": "DAGRUN_LOGICAL_DATE"}[one.since]
    callback = {"triggerer": "AsyncCallback", "executor": "SyncCallback"}[one.by]
    named = {
        "reference": Code(f"DeadlineReference.{since}"),
        "interval": duration(one.after),
        "callback": Call(callback, {}, (one.call.replace(":", "."),)),
    }
    return Call("DeadlineAlert", named)


def dag_name(pipeline: Pipeline) -> str:
    made = legal_names(
        [pipeline.name], limit=150, allowed="A-Za-z0-9_", first="A-Za-z0-9_", fallback="pipeline"
    )
    return made[pipeline.name]


def _defaults(config: AirflowConfig, tasks: Tasks) -> Iterator[tuple[str, object]]:
    """What holds for all tasks; each operator takes what it knows."""
    kinds = {one.operator or "bash" for one in tasks.steps.values()}
    yield "retries", 0
    yield "do_xcom_push", False
    yield from scheduling(config)
    if "bash" in kinds:
        yield "cwd", Code("PROJECT")
        yield "env", {FOLDER: Code("ARTIFACTS")}
        yield "append_env", True
        yield "skip_on_exit_code", None
    if "docker" in kinds:
        yield from _docker_defaults(config)
    if "kubernetes" in kinds:
        yield from _pod_defaults(config)


def _docker_defaults(config: AirflowConfig) -> Iterator[tuple[str, object]]:
    if config.artifacts.s3 is None:
        yield "mounts", Code("MOUNTS")
    yield "mount_tmp_dir", False
    yield "auto_remove", "success"
    named = {
        "network_mode": config.docker.network,
        "user": config.docker.user,
        "docker_url": config.docker.url,
    }
    yield from ((key, value) for key, value in named.items() if value is not None)
    if config.docker.connection is not None:
        yield "docker_conn_id", config.docker.connection
    if config.docker.pull:
        yield "force_pull", True


def _pod_defaults(config: AirflowConfig) -> Iterator[tuple[str, object]]:
    said = config.kubernetes
    kept = {"never": "delete_pod", "failed": "delete_succeeded_pod", "always": "keep_pod"}
    if said.namespace is not None:
        yield "namespace", said.namespace
    if said.connection is not None:
        yield "kubernetes_conn_id", said.connection
    if said.in_cluster is not None:
        yield "in_cluster", said.in_cluster
    yield "startup_timeout_seconds", timing.whole(said.startup_timeout)
    yield "on_finish_action", kept[said.keep_pods]
    if said.deferrable:
        yield "deferrable", True


def _doc(pipeline: Pipeline) -> str:
    """What the interface shows about the DAG: words, and the graph for what draws Mermaid."""
    parts = [pipeline.description.strip()] if pipeline.description.strip() else []
    if len(pipeline.tasks) <= _MOST_DRAWN:
        from pipegen.graph.mermaid import draw

        parts.append(f"```mermaid\n{draw(pipeline)}```")
    parts.append(f"Compiled by pipegen from `{pipeline.target}`.")
    return "\n\n".join(parts) + "\n"
