"""The environment variables of a pipeline: listed, checked, sketched, fingerprinted."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from pipegen.app.loading import load, project_of, read_text
from pipegen.app.writing import write_text
from pipegen.backends.command import (
    CHECKED,
    exposed_settings,
    parameter_prefix,
    parameter_variables,
    settings_files,
    settings_folder,
)
from pipegen.dsl.definition import Definition
from pipegen.dsl.load import load_step
from pipegen.dsl.project import Project, find
from pipegen.errors import Diagnostic, PipegenError, in_order, refuse, suggest
from pipegen.ir import Json, Parameter, Pipeline, Task
from pipegen.runtime import env_file, environment
from pipegen.runtime.environment import Variable
from pipegen.runtime.fingerprint import hidden_folder


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
                secret=False,
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
        found += _wrong_parameters(pipeline, environ)
        for task in pipeline.every_task:
            definition = load_step(pipeline.steps[task.step].entrypoint, project, project.root)
            sources, defaults = overrides.of_task(task.name)
            found += environment.problems(
                definition.settings, task.name, definition.prefix, environ, definition.doc, sources, defaults
            )
    return tuple(_once(in_order(found)))


def _once(found: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """One diagnostic per variable, however many tasks of a class read it."""
    groups: dict[tuple[str, str], list[Diagnostic]] = {}
    for one in found:
        variable = re.match(r"'([^']+)'", one.message)
        groups.setdefault((one.code, variable[1] if variable else one.message), []).append(one)
    for first, *more in groups.values():
        others = f", and of {len(more)} more task{'s' if len(more) > 1 else ''}" if more else ""
        yield replace(first, message=first.message + others)


def _wrong_parameters(pipeline: Pipeline, environ: Mapping[str, str]) -> Iterator[Diagnostic]:
    """Variables of the pipeline's parameters that set none, or to what is none of its choices."""
    names = parameter_variables(pipeline)
    for parameter in pipeline.parameters:
        text = environ.get(names[parameter.name])
        if text is not None and parameter.choices and not any(_says(text, one) for one in parameter.choices):
            shown = ", ".join(
                f"'{one if isinstance(one, str) else json.dumps(one)}'" for one in parameter.choices
            )
            message = f"{names[parameter.name]} is none of the choices of parameter '{parameter.name}'"
            yield Diagnostic("PG507", message, None, f"choose from {shown}")
    start = f"{parameter_prefix(pipeline)}__"
    for name in sorted(environ) if names else ():
        if name.startswith(start) and name not in names.values():
            message = f"'{name}' sets nothing: pipeline '{pipeline.name}' has no parameter of that name"
            yield Diagnostic("PG304", message, None, suggest(name, names.values()))


def _says(text: str, choice: Json) -> bool:
    """Whether a variable's text stands for a choice: the text itself, or JSON."""
    if isinstance(choice, str):
        return text == choice
    try:
        return bool(json.loads(text) == choice)
    except ValueError:
        return False


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


def fingerprints(
    target: str | None,
    out: Path | None,
    defaults: Sequence[str],
    choices: Sequence[str],
    root: Path | None,
    variables: Path | None = None,
) -> tuple[Path, ...]:
    """Write the fingerprint of each task's settings; what stays the same is not touched.

    `defaults` and `choices` are what values say about the pipeline's parameters, as PARAMETER=JSON.
    """
    project = find(root) if root is not None else project_of(target)
    pipelines = load(target, project)
    if out is not None and len(pipelines) > 1:
        names = ", ".join(f"'{one.name}'" for one in pipelines)
        message = f"--out is for one pipeline, and there are {names}"
        raise PipegenError(Diagnostic("PG197", message, None, f"name one: {pipelines[0].target}"))
    pipelines = _with_parameters(pipelines, defaults, choices)
    environ = {**env_file.load(variables), **os.environ} if variables is not None else os.environ
    texts: dict[Path, str] = {}
    found: list[Diagnostic] = []
    for pipeline in pipelines:
        folder = out or project.root / settings_folder(pipeline)
        written = _Fingerprints(pipeline, project, environ, found).texts()
        texts |= {folder / name: text for name, text in written}
    refuse(in_order(found))
    if texts:
        hidden_folder(project.root)
    for path, text in texts.items():
        _write_if_new(path, text)
    for folder in dict.fromkeys(path.parent for path in texts):
        _write_if_new(folder / CHECKED, "every setting is valid\n")
    return tuple(texts)


def _with_parameters(
    pipelines: Sequence[Pipeline], defaults: Sequence[str], choices: Sequence[str]
) -> tuple[Pipeline, ...]:
    """The pipelines with other defaults and choices for their parameters."""
    known = {parameter.name for pipeline in pipelines for parameter in pipeline.parameters}
    default, choice = _by_parameter(defaults, "--default", known), _by_parameter(choices, "--choices", known)

    def changed(one: Parameter) -> Parameter:
        if one.name in default:
            one = replace(one, default=default[one.name], has_default=True)
        given = choice.get(one.name)
        return replace(one, choices=tuple(given)) if isinstance(given, list) else one

    return tuple(replace(one, parameters=tuple(map(changed, one.parameters))) for one in pipelines)


def _by_parameter(words: Iterable[str], flag: str, known: Collection[str]) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for word in words:
        name, _, text = word.partition("=")
        if name not in known:
            message = f"{flag} {word}: there is no parameter '{name}'"
            raise PipegenError(Diagnostic("PG199", message, None, suggest(name, known)))
        try:
            found[name] = json.loads(text)
        except ValueError:
            message = f"{flag} {word}: what stands behind '=' is not JSON"
            raise PipegenError(Diagnostic("PG199", message, None, "write PARAMETER=JSON")) from None
    return found


@dataclass(frozen=True, slots=True)
class _Fingerprints:
    """The fingerprints of one pipeline; what is wrong with the environment is gathered in `problems`."""

    pipeline: Pipeline
    project: Project
    environ: Mapping[str, str]
    problems: list[Diagnostic]

    def texts(self) -> Iterator[tuple[str, str]]:
        files = settings_files(self.pipeline)
        given = Overrides.exposed(self.pipeline)
        self.problems.extend(_wrong_parameters(self.pipeline, self.environ))
        steps = {
            slug: load_step(step.entrypoint, self.project, self.project.root)
            for slug, step in self.pipeline.steps.items()
            if step.settings
        }
        for task in self.pipeline.tasks:
            if task.name in files:
                try:
                    yield files[task.name], self.text(task, steps[task.step], given)
                except PipegenError as error:
                    self.problems.extend(error.diagnostics)

    def text(self, task: Task, step: Definition, given: Overrides) -> str:
        from pipegen.emit.json import dump
        from pipegen.runtime.fingerprint import fingerprint, fingerprint_key

        settings = environment.read(
            step.settings, task.name, step.prefix, self.environ, step.doc, *given.of_task(task.name)
        )
        return dump(fingerprint(settings, key=partial(fingerprint_key, self.project.root)))


def _write_if_new(path: Path, text: str) -> None:
    if not (path.is_file() and path.read_text(encoding="utf-8") == text):
        write_text(path, text)
