"""From a pipeline to the stages of a dvc.yaml."""

from __future__ import annotations

import json
import posixpath
import shlex
from collections.abc import Iterator, Mapping

from pipegen.backend import Context
from pipegen.backends.command import exec_words, parameter_variable
from pipegen.backends.dvc.config import DvcConfig, StageConfig
from pipegen.backends.dvc.model import DvcFile, Out, Stage
from pipegen.emit.yaml import Yaml
from pipegen.errors import Diagnostic, refuse, suggest
from pipegen.ir import Pipeline, Task
from pipegen.names import folder_names

FINGERPRINTS = ".pipegen/settings"
_PLAIN = StageConfig()

CODES: dict[str, tuple[str, str]] = {
    "PG501": (
        "stage settings for an unknown task",
        "`dvc.stages` in values.yaml names a task that the pipeline does not have.",
    ),
    "PG502": (
        "dvc.yaml that cannot be added to",
        "The existing dvc.yaml is not valid YAML, or writes its sections in a form that cannot be added to "
        "without rewriting what is yours.",
    ),
    "PG503": (
        "stage name that is taken",
        "The existing dvc.yaml already has a stage of that name which pipegen did not write for this pipeline. "
        "Set `dvc.prefix` in values.yaml to tell them apart.",
    ),
}


def lower(pipeline: Pipeline, config: DvcConfig, context: Context) -> DvcFile:
    """One stage per task, and one in front that notices changed settings."""
    refuse(_unknown_stages(pipeline, config))
    return _Lowering(pipeline, config, context).file()


def _unknown_stages(pipeline: Pipeline, config: DvcConfig) -> Iterator[Diagnostic]:
    names = [task.name for task in pipeline.tasks]
    for name in config.stages:
        if name not in names:
            message = f"dvc.stages names '{name}', which is no task of pipeline '{pipeline.name}'"
            yield Diagnostic("PG501", message, None, suggest(name, names))


class _Lowering:
    """Names and paths of one pipeline, worked out once."""

    def __init__(self, pipeline: Pipeline, config: DvcConfig, context: Context) -> None:
        self.pipeline = pipeline
        self.config = config
        self.wdir = posixpath.normpath(posixpath.join(context.to_root, config.wdir))
        self.up = posixpath.relpath(".", config.wdir)
        self.to_wdir = self.wdir
        names = [task.name for task in pipeline.tasks]
        self.folders = folder_names(names)
        self.has_settings = {slug for slug, step in pipeline.steps.items() if step.settings}
        self.paths = {
            name: self.path(f"{config.artifacts}/{folder}") for name, folder in self.folders.items()
        }
        self.sources = {
            slug: tuple(self.path(one) for one in step.sources) for slug, step in pipeline.steps.items()
        }

    def file(self) -> DvcFile:
        stages = tuple(self.stage(task) for task in self.pipeline.tasks)
        probe = self.probe()
        shown = [
            (task.name, self.config.stages[task.name])
            for task in self.pipeline.tasks
            if task.name in self.config.stages
        ]
        return DvcFile(
            stages=(probe, *stages) if probe else stages,
            metrics=tuple(self.shown(name, path) for name, stage in shown for path in stage.metrics),
            plots=tuple(self.shown(name, path) for name, stage in shown for path in stage.plots),
        )

    def path(self, from_root: str) -> str:
        """A path from the project's root, as seen from where stages run."""
        return from_root if self.up == "." else posixpath.normpath(posixpath.join(self.up, from_root))

    def shown(self, name: str, inside: str) -> str:
        """A file inside an artifact, as seen from the dvc.yaml."""
        return posixpath.normpath(posixpath.join(self.wdir, self.paths[name], inside))

    def stage(self, task: Task) -> Stage:
        stage = self.config.stages.get(task.name, _PLAIN)
        cache = task.options.cache
        return Stage(
            name=f"{self.config.prefix}{self.folders[task.name]}",
            desc=self.description(task),
            cmd=shlex.join([*self.config.command, *self.words(task)]),
            wdir=self.wdir,
            deps=tuple(dict.fromkeys(self.deps(task, stage))),
            params={self.path(file): keys for file, keys in stage.params.items()},
            outs=(self.out(task, stage),),
            meta=self.meta(task),
            frozen=stage.frozen,
            always_changed=stage.always_changed or (cache is not None and not cache.enabled),
        )

    def words(self, task: Task) -> list[str]:
        entrypoint = self.pipeline.steps[task.step].entrypoint
        if ".py:" in entrypoint:
            file, _, name = entrypoint.rpartition(":")
            entrypoint = f"{self.path(file)}:{name}"
        words = exec_words(
            self.pipeline, task, self.paths.__getitem__, self.paths[task.name], entrypoint=entrypoint
        )
        return [*words, *self.surroundings()]

    def surroundings(self) -> list[str]:
        """What every command is told about where it runs."""
        words = ["--root", self.up] if self.up != "." else []
        return [*words, "--env-file", self.path(self.config.env_file)] if self.config.env_file else words

    def deps(self, task: Task, stage: StageConfig) -> Iterator[str]:
        yield from self.sources[task.step]
        yield from (self.paths[name] for name in task.upstream)
        if task.step in self.has_settings and self.config.settings != "ignore":
            yield self.fingerprint(task)
        yield from (self.path(one) for one in stage.deps)

    def out(self, task: Task, stage: StageConfig) -> Out:
        return Out(
            self.paths[task.name],
            cache=stage.cache,
            push=stage.push,
            persist=stage.persist,
            remote=stage.remote or self.config.remote,
        )

    def description(self, task: Task) -> str:
        doc = self.pipeline.steps[task.step].doc.partition("\n")[0].strip()
        return doc if self.folders[task.name] == task.name else f"{task.name}: {doc}".rstrip(": ")

    def meta(self, task: Task) -> Mapping[str, Yaml]:
        found: dict[str, Yaml] = dict(task.options.metadata)
        if task.options.labels:
            found["labels"] = dict(task.options.labels)
        return found

    def fingerprint(self, task: Task) -> str:
        return self.path(f"{FINGERPRINTS}/{self.config.prefix}{self.folders[task.name]}.json")

    def probe(self) -> Stage | None:
        """The stage that writes a fingerprint of each task's settings: DVC sees only files."""
        tasks = [task for task in self.pipeline.tasks if task.step in self.has_settings]
        if not tasks or self.config.settings != "environment":
            return None
        words = [*self.config.command, "fingerprint", self.pipeline.target]
        words += ["--out", self.path(FINGERPRINTS)]
        if self.config.prefix:
            words += ["--prefix", self.config.prefix]
        for parameter in self.pipeline.parameters:
            for name, field in parameter.targets:
                words += ["--param", f"{name}.{field}={parameter_variable(self.pipeline, parameter)}"]
                if parameter.has_default:
                    words += [
                        "--default",
                        f"{name}.{field}={json.dumps(parameter.default, ensure_ascii=False)}",
                    ]
        words += self.surroundings()
        return Stage(
            name=self.probe_name(),
            desc="Notice changed settings: reads the environment, writes one fingerprint per task",
            cmd=shlex.join(words),
            wdir=self.wdir,
            outs=tuple(Out(self.fingerprint(task), cache=False, persist=True) for task in tasks),
            always_changed=True,
        )

    def probe_name(self) -> str:
        name, taken = (
            f"{self.config.prefix}settings",
            {f"{self.config.prefix}{one}" for one in self.folders.values()},
        )
        while name in taken:
            name += "-of-all"
        return name
