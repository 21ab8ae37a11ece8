"""The environment variables of a pipeline: listed, checked, sketched, fingerprinted."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pipegen.app.loading import load, project_of, read_text
from pipegen.backends.command import parameter_variable
from pipegen.dsl.load import load_step
from pipegen.dsl.project import Project, find
from pipegen.errors import Diagnostic, PipegenError, in_order, refuse
from pipegen.ir import Pipeline, Task
from pipegen.names import folder_names
from pipegen.runtime import env_file, environment
from pipegen.runtime.environment import Variable


@dataclass(frozen=True, slots=True)
class Overrides:
    """Where single settings are read from first, and their defaults: "task.field" to a variable or to JSON."""

    sources: Mapping[str, str]
    defaults: Mapping[str, str]

    @classmethod
    def of(cls, params: Iterable[str], defaults: Iterable[str]) -> Overrides:
        return cls(dict(_pairs(params, "--param")), dict(_pairs(defaults, "--default")))

    @classmethod
    def exposed(cls, pipeline: Pipeline) -> Overrides:
        """What the pipeline's own parameters say."""
        from pipegen.emit.json import compact

        sources, defaults = {}, {}
        for parameter in pipeline.parameters:
            for task, field in parameter.targets:
                sources[f"{task}.{field}"] = parameter_variable(pipeline, parameter)
                if parameter.has_default:
                    defaults[f"{task}.{field}"] = compact(parameter.default)
        return cls(sources, defaults)

    def of_task(self, name: str) -> tuple[dict[str, str], dict[str, str]]:
        start = f"{name}."
        return (
            {key.removeprefix(start): one for key, one in self.sources.items() if key.startswith(start)},
            {key.removeprefix(start): one for key, one in self.defaults.items() if key.startswith(start)},
        )


def _pairs(words: Iterable[str], flag: str) -> Iterator[tuple[str, str]]:
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise PipegenError(
                Diagnostic("PG199", f"{flag} {word}: there is no '='", None, "write TASK.FIELD=VALUE")
            )
        yield key, value


def listing(pipelines: Sequence[Pipeline]) -> tuple[Variable, ...]:
    """Every variable that the tasks read, each once, and those that set a pipeline's parameters."""
    found: dict[str, Variable] = {}
    for pipeline in pipelines:
        for task in pipeline.every_task:
            for one in environment.variables(pipeline.steps[task.step], task.name):
                known = found.setdefault(one.name, one)
                if known is not one and one.alternative:
                    found[one.name] = replace(known, alternative=_both(known.alternative, one.alternative))
        for parameter in pipeline.parameters:
            name = parameter_variable(pipeline, parameter)
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


def _both(one: str, other: str) -> str:
    return ", ".join(dict.fromkeys(filter(None, (*one.split(", "), other))))


def problems(
    pipelines: Sequence[Pipeline], project: Project, environ: Mapping[str, str]
) -> tuple[Diagnostic, ...]:
    """What is missing, wrong or unknown in an environment, over all tasks; each thing is said once."""
    found: list[Diagnostic] = []
    for pipeline in pipelines:
        overrides = Overrides.exposed(pipeline)
        for task in pipeline.every_task:
            definition = load_step(pipeline.steps[task.step].entrypoint, project, project.root)
            sources, defaults = overrides.of_task(task.name)
            found += environment.problems(
                definition.settings, task.name, definition.prefix, environ, definition.doc, sources, defaults
            )
    return in_order(found)


def check(target: str | None, env_files: Sequence[Path], manifests: Sequence[Path]) -> tuple[Diagnostic, ...]:
    """Whether an environment, or the files that will make it, gives a pipeline all that it needs."""
    project = project_of(target)
    pipelines = load(target, project)
    environ: dict[str, str] = {} if env_files or manifests else dict(os.environ)
    for file in env_files:
        environ |= env_file.load(file)
    for file in manifests:
        from pipegen.app.manifests import variables_in

        environ |= variables_in(read_text(file), str(file))
    return problems(pipelines, project, environ)


def fingerprints(
    target: str | None,
    out: Path,
    prefix: str,
    params: Sequence[str],
    defaults: Sequence[str],
    root: Path | None,
    variables: Path | None = None,
) -> tuple[Path, ...]:
    """Write the fingerprint of each task's settings; what stays the same is not touched."""
    project = find(root) if root is not None else project_of(target)
    pipelines = load(target, project)
    given = Overrides.of(params, defaults)
    texts: dict[Path, str] = {}
    found: list[Diagnostic] = []
    for pipeline in pipelines:
        names = folder_names(task.name for task in pipeline.tasks)
        for task in pipeline.tasks:
            if pipeline.steps[task.step].settings:
                try:
                    texts[out / f"{prefix}{names[task.name]}.json"] = _fingerprint(
                        pipeline, task, project, given, variables
                    )
                except PipegenError as error:
                    found.extend(error.diagnostics)
    refuse(found)
    for path, text in texts.items():
        _write_if_new(path, text)
    return tuple(texts)


def _fingerprint(
    pipeline: Pipeline, task: Task, project: Project, given: Overrides, variables: Path | None
) -> str:
    from pipegen.emit.json import dump
    from pipegen.runtime.fingerprint import fingerprint, fingerprint_key

    step = pipeline.steps[task.step]
    definition = load_step(step.entrypoint, project, project.root)
    sources, defaults = given.of_task(task.name)
    environ = {**env_file.load(variables), **os.environ} if variables is not None else os.environ
    settings = environment.read(
        definition.settings, task.name, definition.prefix, environ, definition.doc, sources, defaults
    )
    return dump(fingerprint(settings, key=lambda: fingerprint_key(project.root)))


def _write_if_new(path: Path, text: str) -> None:
    if path.is_file() and path.read_text(encoding="utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.partial")
    beside.write_text(text, encoding="utf-8")
    beside.replace(path)
