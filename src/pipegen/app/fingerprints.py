"""The fingerprints of a pipeline's settings: files that tell DVC what has changed."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import NamedTuple, TypeVar

from pipegen.app.loading import load, project_of
from pipegen.app.variables import Overrides, wrong_parameters
from pipegen.app.writing import write_text
from pipegen.backends.command import CHECKED, settings_files, settings_folder
from pipegen.dsl.definition import Definition
from pipegen.dsl.load import load_step
from pipegen.dsl.project import Project, find
from pipegen.errors import Diagnostic, PipegenError, in_order, refuse, suggest
from pipegen.ir import Json, Parameter, Pipeline, Task
from pipegen.runtime import env_file, environment
from pipegen.runtime.choices import read_choices
from pipegen.runtime.fingerprint import hidden_folder

T = TypeVar("T")


class Given(NamedTuple):
    """What values said when the pipeline was generated: PARAMETER=JSON, and TASK.NAME=VALUE for variables.

    A task is named as its file is, which has no '.' or '=' in it.
    """

    defaults: Sequence[str] = ()
    choices: Sequence[str] = ()
    own: Sequence[str] = ()


def fingerprints(
    target: str | None, out: Path | None, given: Given, root: Path | None, variables: Path | None = None
) -> tuple[Path, ...]:
    """Write the fingerprint of each task's settings; what stays the same is not touched."""
    project = find(root) if root is not None else project_of(target)
    pipelines = load(target, project)
    if out is not None and len(pipelines) > 1:
        names = ", ".join(f"'{one.name}'" for one in pipelines)
        message = f"--out is for one pipeline, and there are {names}"
        raise PipegenError(Diagnostic("PG197", message, None, f"name one: {pipelines[0].target}"))
    environ = {**env_file.load(variables), **os.environ} if variables is not None else os.environ
    own = _by_task(given.own, [name for one in pipelines for name in _plain_names(one).values()])
    texts: dict[Path, str] = {}
    found: list[Diagnostic] = []
    for pipeline in _with_parameters(pipelines, given):
        folder = out or project.root / settings_folder(pipeline)
        written = _Fingerprints(pipeline, project, environ, own, found).texts()
        texts |= {folder / name: text for name, text in written}
    refuse(in_order(found))
    _write(texts, project)
    return tuple(texts)


@dataclass(frozen=True, slots=True)
class _Fingerprints:
    """The fingerprints of one pipeline; what is wrong with the environment is gathered in `problems`."""

    pipeline: Pipeline
    project: Project
    environ: Mapping[str, str]
    own: Mapping[str, Mapping[str, str]]
    problems: list[Diagnostic]

    def texts(self) -> Iterator[tuple[str, str]]:
        names = _plain_names(self.pipeline)
        given = Overrides.exposed(self.pipeline)
        self.problems.extend(wrong_parameters(self.pipeline, self.environ))
        steps = {
            slug: load_step(step.entrypoint, self.project, self.project.root)
            for slug, step in self.pipeline.steps.items()
            if step.settings
        }
        for task in self.pipeline.tasks:
            if task.name in names:
                own = self.own.get(names[task.name], {})
                try:
                    yield f"{names[task.name]}.json", self.text(task, steps[task.step], given, own)
                except PipegenError as error:
                    self.problems.extend(error.diagnostics)

    def text(self, task: Task, step: Definition, given: Overrides, own: Mapping[str, str]) -> str:
        from pipegen.emit.json import dump
        from pipegen.runtime.fingerprint import fingerprint, fingerprint_key

        environ = {**self.environ, **own} if own else self.environ
        settings = environment.read(
            step.settings, task.name, step.prefix, environ, step.doc, *given.of_task(task.name)
        )
        return dump(fingerprint(settings, key=partial(fingerprint_key, self.project.root)))


def _plain_names(pipeline: Pipeline) -> dict[str, str]:
    """What the file of each task with settings is called, without its ending."""
    return {task: file.removesuffix(".json") for task, file in settings_files(pipeline).items()}


def _write(texts: Mapping[Path, str], project: Project) -> None:
    if texts:
        hidden_folder(project.root)
    for path, text in texts.items():
        _write_if_new(path, text)
    for folder in dict.fromkeys(path.parent for path in texts):
        _write_if_new(folder / CHECKED, "every setting is valid\n")


def _write_if_new(path: Path, text: str) -> None:
    if not (path.is_file() and path.read_text(encoding="utf-8") == text):
        write_text(path, text)


def _with_parameters(pipelines: Iterable[Pipeline], given: Given) -> tuple[Pipeline, ...]:
    """The pipelines with the defaults and choices that values have for their parameters."""
    pipelines = tuple(pipelines)
    known = {parameter.name for pipeline in pipelines for parameter in pipeline.parameters}
    defaults = _by_parameter(given.defaults, "--default", known, _json)
    choices = _by_parameter(given.choices, "--choices", known, read_choices)

    def changed(one: Parameter) -> Parameter:
        if one.name in defaults:
            one = replace(one, default=defaults[one.name], has_default=True)
        return replace(one, choices=tuple(choices[one.name])) if one.name in choices else one

    return tuple(replace(one, parameters=tuple(map(changed, one.parameters))) for one in pipelines)


def _json(text: str) -> Json:
    try:
        found: Json = json.loads(text)
    except ValueError:
        raise ValueError("what stands behind '=' is not JSON; write PARAMETER=JSON") from None
    return found


def _by_parameter(
    words: Iterable[str], flag: str, known: Collection[str], read: Callable[[str], T]
) -> dict[str, T]:
    found: dict[str, T] = {}
    for word in words:
        name, _, text = word.partition("=")
        if name not in known:
            message = f"{flag} {word}: there is no parameter '{name}'"
            raise PipegenError(Diagnostic("PG199", message, None, suggest(name, known)))
        try:
            found[name] = read(text)
        except ValueError as error:
            problem, _, hint = str(error).partition("; ")
            raise PipegenError(Diagnostic("PG199", f"{flag} {word}: {problem}", None, hint)) from None
    return found


def _by_task(words: Iterable[str], known: Collection[str]) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for word in words:
        key, equals, text = word.partition("=")
        task, dot, name = key.partition(".")
        if not (equals and dot) or task not in known:
            message, hint = f"--env {key} names no variable of a task", "write TASK.NAME=VALUE"
            raise PipegenError(Diagnostic("PG199", message, None, suggest(task, known) or hint))
        found.setdefault(task, {})[name] = text
    return found
