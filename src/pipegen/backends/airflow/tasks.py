"""The call of an operator for each task."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import cast

from pipegen.backends.airflow.config import AirflowConfig, AirflowStepConfig, Callbacks
from pipegen.backends.airflow.layout import Call, Code, Lines
from pipegen.backends.airflow.literal import literal, quoted
from pipegen.backends.airflow.params import Params
from pipegen.backends.airflow.pods import pod_of
from pipegen.backends.airflow.steps import operator_of
from pipegen.backends.airflow.stores import FOLDER
from pipegen.backends.command import exec_words, shell_line
from pipegen.backends.kubernetes import pod
from pipegen.backends.kubernetes.variables import prefixes
from pipegen.emit.json import compact
from pipegen.errors import Diagnostic, refuse
from pipegen.ir import Json, Pipeline, Retry, Task
from pipegen.names import folder_names
from pipegen.units import quantity, seconds

OPERATORS = {"bash": "BashOperator", "kubernetes": "PodOperator", "docker": "DockerOperator"}
NO_RETRY = Retry()
Named = Iterator[tuple[str, object]]


class Tasks:
    """The operators of one pipeline's tasks."""

    def __init__(
        self,
        pipeline: Pipeline,
        config: AirflowConfig,
        steps: Mapping[str, AirflowStepConfig],
        ids: Mapping[str, str],
    ) -> None:
        self.pipeline, self.config, self.steps, self.ids = pipeline, config, steps, ids
        self.params = Params(pipeline, config, steps)
        self.folders = folder_names(task.name for task in pipeline.every_task)
        self.prefixes = prefixes(pipeline)
        self.foreign = frozenset().union(*self.prefixes.values())
        self.root = f"{literal_path(config.artifacts.root)}/{{{{ dag.dag_id }}}}/{{{{ run_id }}}}"
        self.pods: dict[str, tuple[str, object]] = {}  # by content: the name of the constant, and the pod

    def call(self, task: Task, rule: str | None, group: str | None) -> Call:
        """The operator of a task with all that it is given."""
        step = self.steps[task.name]
        kind = operator_of(step)
        named = dict(self._about(task, step, rule, group))
        of_kind = {"bash": self._bash, "kubernetes": self._pod, "docker": self._docker}[kind]
        return Call(OPERATORS[kind], {**named, **dict(of_kind(task, step))})

    def _about(self, task: Task, step: AirflowStepConfig, rule: str | None, group: str | None) -> Named:
        own = self.ids[task.name]
        yield "task_id", own
        if own != task.name:
            yield "task_display_name", task.name
        if group is not None:
            yield "task_group", Code(group)
        if rule is not None:
            yield "trigger_rule", rule
        doc = self.pipeline.steps[task.step].doc
        if doc:
            yield "doc", doc
        about = {"labels": dict(task.options.labels), "metadata": dict(task.options.metadata)}
        about = {key: one for key, one in about.items() if one}
        if about:
            yield "doc_json", compact(cast(Json, about))
        yield from self._policy(task)
        yield from _scheduling(step, self.config)

    def _policy(self, task: Task) -> Named:
        retry = task.options.retry or NO_RETRY
        if retry.limit and not self.by_exec(task):
            yield "retries", retry.limit
            yield "retry_delay", duration(retry.backoff)
            if retry.factor != 1 and seconds(retry.backoff) > 0:
                yield "retry_exponential_backoff", True
            if retry.max_backoff is not None:
                yield "max_retry_delay", duration(retry.max_backoff)
        if task.options.timeout is not None and not self.by_exec(task):
            yield "execution_timeout", duration(task.options.timeout)

    def by_exec(self, task: Task) -> bool:
        """Whether the task's own command tries it again: Airflow knows no other factors than 1 and 2."""
        retry = task.options.retry or NO_RETRY
        other = retry.factor not in (1, 2) and seconds(retry.backoff) > 0
        return retry.limit > 0 and (self.config.retry == "exec" or other)

    def words(self, task: Task) -> list[str]:
        """The words of `exec`; folders are relative to that of the run."""
        exposed = {task.name: self.params.exposures(task)} if self.pipeline.parameters else {}
        plain = (
            task
            if self.by_exec(task)
            else replace(task, options=replace(task.options, retry=None, timeout=None))
        )
        return exec_words(
            self.pipeline, plain, self.folders.__getitem__, self.folders[task.name], exposed=exposed
        )

    def _bash(self, task: Task, step: AirflowStepConfig) -> Named:
        parts, flag = [shell_line(step.command or ("pipegen",))], ""
        for word in self.words(task):
            shown = _in_folder(word, flag) if flag in ("--in", "--out") else shell_line([word])
            if word.startswith("--"):
                parts.append(shown)
            else:
                parts[-1] += f" {shown}"
            flag = word
        unset = [
            f"{{% if {self.params.unset(one)} %}}unset {one}; {{% endif %}}"
            for one in self.params.of(task)
            if self.params.may_be_unset(one)
        ]
        spaced = [f"{one} " for one in parts[:-1]] + parts[-1:]
        yield "bash_command", Lines((*unset, *map(literal, spaced)))
        given = {one: f"{{{{ {self.params.text(one)} }}}}" for one in self.params.of(task)}
        env = {**self._env(task, step), **given}
        if env:
            yield "env", {FOLDER: Code("ARTIFACTS"), **env}

    def _env(self, task: Task, step: AirflowStepConfig) -> dict[str, str]:
        """The variables that concern a task: as they are, and from Airflow's own stores."""
        from_stores = {name: f"{{{{ var.value[{quoted(key)}] }}}}" for name, key in step.variables.items()}
        for name, ref in step.connections.items():
            from_stores[name] = f"{{{{ conn[{quoted(ref.id)}].{ref.field} }}}}"
        given = {name: text for name, text in from_stores.items() if self._concerns(name, task)}
        return {**given, **{name: literal(text) for name, text in self._own_env(task).items()}}

    def _own_env(self, task: Task) -> dict[str, str]:
        return {
            name: without_null(text, f"variable '{name}'", task)
            for name, text in task.options.env.items()
            if self._concerns(name, task)
        }

    def _concerns(self, name: str, task: Task) -> bool:
        starts = {name[:end] for end in range(len(name)) if name.startswith("__", end)}
        return bool(starts & self.prefixes[task.name]) or not starts & self.foreign

    def _arguments(self, task: Task, of_pod: bool) -> list[object]:
        """What follows `pipegen` in a container."""
        found: list[object] = []
        flag = ""
        for word in self.words(task):
            if flag in ("--in", "--out"):
                found.append(f"{self._before_folder(word, flag)}{self.root}/{_folder_in(word, flag)}")
            else:
                text = without_null(word, "the command", task)
                found.append(literal(pod.plain(text) if of_pod else text))
            flag = word
        return found + [self.params.word(one, of_pod) for one in self.params.of(task)]

    def _before_folder(self, word: str, flag: str) -> str:
        return literal(word.removesuffix(_folder_in(word, flag)))

    def _pod(self, task: Task, step: AirflowStepConfig) -> Named:
        env = self._own_env(task)
        own = self.prefixes[task.name], self.foreign
        yield (
            "pod_template_dict",
            Code(self._constant(pod_of(self.pipeline, task, self.config, step, env, own))),
        )
        yield "arguments", self._arguments(task, of_pod=True)

    def _constant(self, found: object) -> str:
        """The name of a pod, the same for tasks whose pods are alike."""
        name, _ = self.pods.setdefault(repr(found), (f"POD_{len(self.pods) + 1}", found))
        return name

    def _docker(self, task: Task, step: AirflowStepConfig) -> Named:
        yield "image", literal(task.options.image or "")
        yield "entrypoint", list(step.command or ("pipegen",))
        yield "command", self._arguments(task, of_pod=False)
        env = self._env(task, step)
        if env:
            yield "environment", env
        resources = task.options.resources
        if resources is not None and resources.cpu is not None:
            yield "cpus", quantity(resources.cpu)
        if resources is not None and resources.memory is not None:
            yield "mem_limit", str(round(quantity(resources.memory)))
        if resources is not None and resources.gpu:
            gpus = {"count": resources.gpu, "capabilities": [["gpu"]]}
            yield "device_requests", [Call("DeviceRequest", gpus)]


def literal_path(path: str) -> str:
    return literal(path) if "{" in path else path


def _folder_in(word: str, flag: str) -> str:
    """The folder in a word, which `folder_names` made: nothing in it means anything to a shell or to Jinja."""
    return word if flag == "--out" else word.rpartition("=")[2]


def _in_folder(word: str, flag: str) -> str:
    folder = _folder_in(word, flag)
    before = word.removesuffix(folder)
    return f'{shell_line([before]) if before else ""}"${FOLDER}"/{folder}'


def _scheduling(step: AirflowStepConfig, shared: AirflowConfig) -> Named:
    """What values say about a task alone; what they say about all stands in the DAG's default_args."""
    for key, value in scheduling(step):
        if dict(scheduling(shared)).get(key) != value:
            yield key, value


def scheduling(step: AirflowStepConfig) -> Named:
    named = {
        "owner": step.owner,
        "pool": step.pool,
        "pool_slots": step.pool_slots,
        "queue": step.queue,
        "priority_weight": step.priority_weight,
        "weight_rule": step.weight_rule,
        "max_active_tis_per_dag": step.max_active,
        "sla": step.sla and duration(step.sla),
    }
    yield from ((key, value) for key, value in named.items() if value is not None)
    yield from callbacks(step.callbacks)


def callbacks(called: Callbacks | None) -> Named:
    for key in ("on_failure", "on_success", "on_retry"):
        function = getattr(called, key, None)
        if function is not None:
            yield f"{key}_callback", Code(function_name(function))


def function_name(function: str) -> str:
    """What a callback is called in the file: acme.alerts:page is call_acme_alerts_page, a_b:c is call_a_b__c."""
    return "call_" + re.sub("[.:]", "__" if "_" in function else "_", function)


def duration(text: str) -> Call:
    number = seconds(text)
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if number and number % size == 0:
            return Call("timedelta", {unit: int(number // size)})
    return Call("timedelta", {"seconds": int(number) if number == int(number) else number})


def without_null(text: str, what: str, task: Task) -> str:
    if "\0" in text:
        message = f"there is a null character in {what} of task '{task.name}'"
        refuse([Diagnostic("PG505", message, task.origin, "no process can be given one; take it out")])
    return text
