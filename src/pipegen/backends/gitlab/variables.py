"""The variables of jobs, and the parameters of a run, which GitLab shows on its page for new pipelines."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from pipegen.backends.command import Exposed, as_json, parameter_text, shell_line
from pipegen.backends.gitlab.config import JobConfig
from pipegen.emit.yaml import Yaml
from pipegen.ir import Parameter, Pipeline, Resources, Task
from pipegen.parameters import parameter_variables

FILLED_IN = "$[["  # what GitLab replaces in a file with inputs
LABELS, METADATA = "PIPEGEN_LABELS", "PIPEGEN_METADATA"


def literal(text: str) -> Yaml:
    """A variable's text in which GitLab finds nothing to expand."""
    found: dict[str, Yaml] = {"value": text, "expand": False}
    return found


def job_variables(pipeline: Pipeline, task: Task, said: JobConfig) -> Mapping[str, Yaml]:
    """The variables of a task's job."""
    found: dict[str, Yaml] = {name: literal(text) for name, text in task.options.env.items()}
    return found | dict(said.variables) | own_variables(pipeline, task)


def own_variables(pipeline: Pipeline, task: Task) -> dict[str, Yaml]:
    """Those that pipegen makes of resources, labels and metadata."""
    options = task.options
    found: dict[str, Yaml] = {} if options.resources is None else dict(_resources(options.resources))
    labels = {**pipeline.labels, **options.labels}
    for name, data in ((LABELS, labels), (METADATA, options.metadata)):
        if data:
            found[name] = literal(as_json(data))
    return found


def _resources(asked: Resources) -> Iterator[tuple[str, str]]:
    """What the Kubernetes executor gives to the job's container; CPU has no upper limit, as elsewhere."""
    if asked.cpu is not None:
        yield "KUBERNETES_CPU_REQUEST", asked.cpu
    for name, size in (("MEMORY", asked.memory), ("EPHEMERAL_STORAGE", asked.ephemeral_storage)):
        if size is not None:
            yield f"KUBERNETES_{name}_REQUEST", size
            yield f"KUBERNETES_{name}_LIMIT", size


def run_variables(pipeline: Pipeline, parameters: Literal["variables", "inputs"]) -> Mapping[str, Yaml]:
    """The parameters as variables of a run, which GitLab asks for, or which it fills in from the inputs."""
    names = parameter_variables(pipeline)
    if parameters == "inputs":
        return {names[one.name]: literal(f"{FILLED_IN} inputs.{one.name} ]]") for one in pipeline.parameters}
    return {
        names[one.name]: {"value": _unset(one), "expand": False, **_asked(one)} for one in pipeline.parameters
    }


def run_inputs(pipeline: Pipeline) -> Mapping[str, Yaml]:
    """The parameters as inputs: text, which the task's own command reads as what the setting is."""
    return {one.name: {"default": _unset(one), **_asked(one)} for one in pipeline.parameters}


def _asked(one: Parameter) -> dict[str, Yaml]:
    """Choices and description, where GitLab asks for a parameter."""
    text = _unset(one)
    found: dict[str, Yaml] = {}
    if one.choices:
        texts = [parameter_text(choice) for choice in one.choices]
        found["options"] = texts if text in texts else [text, *texts]
    if one.description:
        found["description"] = one.description
    return found


def _unset(one: Parameter) -> str:
    """What a parameter's variable holds when nobody has set it."""
    return parameter_text(one.default) if one.has_default else ""


def forgetting(pipeline: Pipeline, task: Task, exposed: Exposed) -> Iterator[str]:
    """Lines of shell that unset what nobody has set.

    GitLab gives each job the default as a variable, which would win over the setting's own; and no text for a
    parameter without a default, which is none.
    """
    own = {one.variable for one in exposed.get(task.name, ())}
    names = parameter_variables(pipeline) if own else {}
    for one in pipeline.parameters if own else ():
        name = names[one.name]
        if name in own:
            yield f'if [ "${{{name}-}}" = {shell_line([_unset(one)])} ]; then unset {name}; fi'
