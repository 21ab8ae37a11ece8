"""The environment variables of a pipeline: listed, checked, sketched."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipegen.app.loading import load, project_of, read_text
from pipegen.backends.command import exposed_settings
from pipegen.dsl.load import load_step
from pipegen.dsl.project import Project
from pipegen.errors import Diagnostic, in_order, suggest
from pipegen.ir import Pipeline
from pipegen.parameters import parameter_prefix, parameter_variables, sets_secret
from pipegen.runtime import env_file, environment
from pipegen.runtime.choices import allows, none_of_the_choices, told_once
from pipegen.runtime.environment import Variable


@dataclass(frozen=True, slots=True)
class Overrides:
    """Where single settings are read from first, and their defaults as JSON: by task, then by field."""

    sources: Mapping[str, Mapping[str, str]]
    defaults: Mapping[str, Mapping[str, str]]

    @classmethod
    def exposed(cls, pipeline: Pipeline) -> Overrides:
        """What the pipeline's own parameters say."""
        found = exposed_settings(pipeline)
        return cls(
            {task: {one.field: one.variable for one in ones} for task, ones in found.items()},
            {
                task: {one.field: one.default for one in ones if one.default is not None}
                for task, ones in found.items()
            },
        )

    def of_task(self, name: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
        return self.sources.get(name, {}), self.defaults.get(name, {})


def listing(pipelines: Sequence[Pipeline]) -> tuple[Variable, ...]:
    """Every variable that the tasks read, each once, and those that set a pipeline's parameters."""
    found: dict[str, Variable] = {}
    for pipeline in pipelines:
        exposed = exposed_settings(pipeline)
        for task in pipeline.every_task:
            set_already = {each.field for each in exposed.get(task.name, ()) if each.default is not None}
            for one in environment.variables(pipeline.steps[task.step], task.name):
                needed = one.required and one.field not in set_already
                found[one.name] = _merged(found.get(one.name), replace(one, required=needed))
        names = parameter_variables(pipeline)
        for parameter in pipeline.parameters:
            name = names[parameter.name]
            targets = ", ".join(f"{task}.{field}" for task, field in parameter.targets)
            found[name] = Variable(
                name=name,
                alternative="",
                type="parameter",
                required=False,
                default=parameter.default,
                secret=sets_secret(pipeline, parameter),
                description=parameter.description or f"sets {targets}",
                step=pipeline.name,
                field=parameter.name,
            )
    return tuple(found.values())


def _merged(known: Variable | None, one: Variable) -> Variable:
    """What two tasks say about a variable that both read."""
    if known is None:
        return one
    required, alternative = known.required or one.required, _both(known.alternative, one.alternative)
    return replace(known, required=required, alternative=alternative)


def _both(one: str, other: str) -> str:
    return ", ".join(dict.fromkeys(filter(None, (*one.split(", "), other))))


def problems(
    pipelines: Sequence[Pipeline], project: Project, environ: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """What is missing, wrong or unknown in an environment, over all tasks; each thing is said once."""
    found: list[Diagnostic] = []
    for pipeline in pipelines:
        overrides = Overrides.exposed(pipeline)
        found += wrong_parameters(pipeline, environ)
        for task in pipeline.every_task:
            definition = load_step(pipeline.steps[task.step].entrypoint, project, project.root)
            sources, defaults = overrides.of_task(task.name)
            found += environment.problems(
                definition.settings, task.name, definition.prefix, environ, definition.doc, sources, defaults
            )
    return tuple(once(in_order(found)))


def once(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """One diagnostic per variable, however many tasks of a class read it."""
    groups: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in told_once(tuple(found)):
        variable = re.match(r"'([^']+)'", one.message)
        groups.setdefault((one.code, variable[1] if variable else one.message), []).append(one)
    for first, *more in groups.values():
        others = f", and of {len(more)} more task{'s' if len(more) > 1 else ''}" if more else ""
        yield replace(first, message=first.message + others)


def wrong_parameters(pipeline: Pipeline, environ: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Variables of the pipeline's parameters that set none, or to what is none of its choices."""
    names = parameter_variables(pipeline)
    for parameter in pipeline.parameters:
        text = environ.get(names[parameter.name])
        if text is not None and parameter.choices and not allows(parameter.choices, text):
            of = f"parameter '{parameter.name}'"
            yield none_of_the_choices(names[parameter.name], parameter.choices, of)
    start = f"{parameter_prefix(pipeline)}__"
    for name in sorted(environ) if names else ():
        if name.startswith(start) and name not in names.values():
            message = f"'{name}' sets nothing: pipeline '{pipeline.name}' has no parameter of that name"
            yield Diagnostic("PG304", message, None, suggest(name, names.values()))


def check(target: str | None, env_files: Sequence[Path], manifests: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """Whether an environment, or the files that will make it, gives a pipeline all that it needs."""
    project = project_of(target)
    pipelines = load(target, project)
    environ: dict[str, str] = {} if env_files or manifests else dict(os.environ)
    for file in env_files:
        environ |= env_file.load(file)
    for file in manifests:
        from pipegen.app.manifests import variables_in

        environ |= variables_in(read_text(file, str(file)), str(file))
    found = problems(pipelines, project, environ)
    return in_order((*found, *_left_empty(pipelines, environ))) if env_files or manifests else found


def _left_empty(pipelines: Sequence[Pipeline], environ: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Places in a sketch that nobody has filled in."""
    for one in listing(pipelines):
        if one.required and environ.get(one.name) == "":
            hint = 'fill it in; a setting that may be empty has a default of ""'
            yield Diagnostic("PG302", f"'{one.name}' is empty", None, hint)
