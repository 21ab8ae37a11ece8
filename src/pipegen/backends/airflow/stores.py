"""What is wrong with the variables that tasks on workers are given, by Airflow's own stores or by the DAG itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pipegen.backends.airflow.config import AirflowConfig, AirflowStepConfig
from pipegen.backends.airflow.steps import Steps, is_hidden, operator_of
from pipegen.backends.kubernetes.variables import forms, prefixes
from pipegen.errors import Diagnostic, suggest
from pipegen.ir import Pipeline, Task
from pipegen.runtime.environment import variables

FOLDER = "PIPEGEN_ARTIFACTS"  # the variable with the folder of a run's artifacts


def store_problems(pipeline: Pipeline, config: AirflowConfig, steps: Steps) -> Iterator[Diagnostic]:
    yield from _shown_secrets(pipeline, config)
    yield from _for_nothing(pipeline, config)
    for task in pipeline.every_task:
        step = steps[task.name]
        if operator_of(step) == "kubernetes":
            continue
        yield from _twice(task, step)
        if operator_of(step) == "bash" and FOLDER in {*task.options.env, *step.variables, *step.connections}:
            message = f"task '{task.name}' is given {FOLDER}, by which the DAG says where artifacts are"
            hint = "take it out; airflow.artifacts says where they go"
            yield Diagnostic("PG858", message, task.origin, hint)


def _twice(task: Task, step: AirflowStepConfig) -> Iterator[Diagnostic]:
    places = {
        "env": task.options.env,
        "airflow.variables": step.variables,
        "airflow.connections": step.connections,
    }
    for name in dict.fromkeys(name for given in places.values() for name in given):
        said = [place for place, given in places.items() if name in given]
        if len(said) > 1:
            message = f"task '{task.name}' is given {name} by {' and by '.join(said)}"
            yield Diagnostic("PG856", message, task.origin, "leave it in one of them")


def _for_nothing(pipeline: Pipeline, config: AirflowConfig) -> Iterator[Diagnostic]:
    """Variables under the prefix of some settings, of which none of the tasks that they are said for has such a one."""
    begin = prefixes(pipeline)
    every = frozenset().union(*begin.values())
    for name, step in {"": config, **config.steps}.items():
        place = f"airflow.steps.{name}" if name else "airflow"
        given = {
            **dict.fromkeys(step.variables, "variables"),
            **dict.fromkeys(step.connections, "connections"),
        }
        tasks = [task for task in pipeline.every_task if name in ("", task.name, task.step)]
        known = _known(pipeline, tasks) if given and tasks else ()
        for variable, key in given.items():
            starts = {variable[:end] for end in range(len(variable)) if variable.startswith("__", end)}
            if starts & every and tasks and variable not in known:
                message = (
                    f"{place}.{key} gives {variable}, and no task that it is said for has such a setting"
                )
                yield Diagnostic("PG857", message, None, suggest(variable, known) or "take it out")


def _known(pipeline: Pipeline, tasks: Collection[Task]) -> Collection[str]:
    """The variables that these tasks read their settings from."""
    return dict.fromkeys(
        form
        for task in tasks
        for one in variables(pipeline.steps[task.step], task.name)
        for form in forms(one)
    )


def _shown_secrets(pipeline: Pipeline, config: AirflowConfig) -> Iterator[Diagnostic]:
    secret = {
        variable
        for step in pipeline.steps.values()
        for one in step.settings
        if one.secret
        for variable in [one.name.rpartition(".")[2].upper()]
    }
    for said in (config, *config.steps.values()):
        for name, key in said.variables.items():
            if name.rpartition("__")[2] in secret and not is_hidden(key):
                message = f"Airflow would show the value of Variable '{key}', which is given as {name}"
                yield Diagnostic("PG850", message, None, f"call it '{key}_secret', or use a Connection")
        for name, ref in said.connections.items():
            if name.rpartition("__")[2] in secret and ref.field != "password":
                message = (
                    f"Airflow would show the {ref.field} of Connection '{ref.id}', which is given as {name}"
                )
                yield Diagnostic("PG850", message, None, "keep it as the Connection's password")
