"""From a pipeline to the stages of a dvc.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict

from pipegen.backend import Context
from pipegen.backends.command import Exposed, as_json, exec_words, exposed_settings, scope, shell_line
from pipegen.backends.dvc.config import DvcConfig, PlotConfig, StageConfig
from pipegen.backends.dvc.model import DvcFile, Out, Plot, Stage
from pipegen.backends.dvc.places import Places
from pipegen.emit.yaml import Yaml
from pipegen.errors import Diagnostic, refuse, suggest
from pipegen.ir import Pipeline, Task
from pipegen.names import env_prefix

_PLAIN = StageConfig()
NOTHING: Mapping[str, str] = {}
_LONGEST = 131_071  # what Linux hands on to a shell as one command, in bytes


def lower(pipeline: Pipeline, config: DvcConfig, context: Context) -> DvcFile:
    """One stage per task, and one in front that notices changed settings."""
    refuse([*_unknown_stages(pipeline, config), *_no_command(config)])
    return _Lowering(pipeline, config, context).file()


def notes(pipeline: Pipeline, config: DvcConfig, context: Context) -> list[str]:
    """What whoever reads the dvc.yaml should know beside where it comes from."""
    if config.settings != "file" or not any(step.settings for step in pipeline.steps.values()):
        return []
    command = _Lowering(pipeline, config, context).settings_command()
    where = "" if config.wdir == "." else f" (in {config.wdir})"
    return [f"After a change of settings{where}: {command}"]


def _unknown_stages(pipeline: Pipeline, config: DvcConfig) -> Iterator[Diagnostic]:
    names = {task.name for task in pipeline.tasks} if config.stages else ()
    for name in config.stages:
        if name not in names:
            message = f"dvc.stages names '{name}', which is no task of pipeline '{pipeline.name}'"
            yield Diagnostic("PG501", message, None, suggest(name, names))


def _no_command(config: DvcConfig) -> Iterator[Diagnostic]:
    if not config.command or not config.command[0]:
        hint = "leave it out, or write it like [uv, run, pipegen]"
        yield Diagnostic("PG506", "dvc.command holds no command", None, hint)


class _Lowering:
    """One pass over one pipeline."""

    def __init__(self, pipeline: Pipeline, config: DvcConfig, context: Context) -> None:
        self.pipeline = pipeline
        self.config = config
        self.places = Places(pipeline, config, context)
        self.exposed: Exposed = exposed_settings(pipeline)
        self.everywhere = self.places.paths(config.deps)
        self.surroundings = tuple(self._surroundings())

    def file(self) -> DvcFile:
        configured = [
            (name, self.config.stages[name]) for name in self.places.stages if name in self.config.stages
        ]
        stages = (*self.settings_stage(), *map(self.stage, self.pipeline.tasks))
        refuse(_too_long(stages))
        return DvcFile(
            stages=stages,
            metrics=tuple(
                self.places.artifact_file(name, file) for name, stage in configured for file in stage.metrics
            ),
            plots=tuple(self.plot(name, one) for name, stage in configured for one in stage.plots),
        )

    def stage(self, task: Task) -> Stage:
        stage = self.config.stages.get(task.name, _PLAIN)
        places, options = self.places, task.options
        return Stage(
            name=places.stages[task.name],
            desc=self.description(task),
            cmd=self.line(self.words(task), options.env),
            wdir=places.wdir,
            deps=tuple(dict.fromkeys(self.deps(task, stage))),
            params={places.path(file): keys for file, keys in stage.params.items()},
            outs=(self.out(task, stage),),
            meta=_meta(task),
            frozen=stage.frozen,
            always_changed=stage.always_changed or (options.cache is not None and not options.cache.enabled),
        )

    def words(self, task: Task) -> list[str]:
        places = self.places
        return exec_words(
            self.pipeline,
            task,
            places.artifacts.__getitem__,
            places.artifacts[task.name],
            entrypoint=places.entrypoints[task.step],
            exposed=self.exposed,
        )

    def deps(self, task: Task, stage: StageConfig) -> Iterator[str]:
        places = self.places
        yield from places.sources[task.step]
        for name in task.upstream:
            yield places.artifacts[name]
        if self.config.settings != "ignore":
            yield from self.settings_deps(task)
        yield from places.paths(stage.deps)
        yield from self.everywhere

    def settings_deps(self, task: Task) -> Iterator[str]:
        """What keeps a task waiting until everybody's settings are known to be valid."""
        if task.name in self.places.settings:
            yield self.places.settings[task.name]
        elif self.places.checked and not task.upstream:
            yield self.places.checked

    def out(self, task: Task, stage: StageConfig) -> Out:
        return Out(
            self.places.artifacts[task.name],
            cache=stage.cache,
            push=stage.push,
            persist=stage.persist,
            remote=stage.remote or self.config.remote,
        )

    def plot(self, task: str, given: str | PlotConfig) -> Plot:
        how = {"path": given} if isinstance(given, str) else asdict(given)
        return Plot(**{**how, "path": self.places.artifact_file(task, how["path"])})

    def description(self, task: Task) -> str:
        """The step's first line, after the task's name where the stage's does not tell it."""
        doc = self.pipeline.steps[task.step].doc.partition("\n")[0].strip()
        told = self.places.stages[task.name] == f"{self.config.prefix}{task.name}"
        return doc if told else ": ".join(filter(None, (task.name, doc)))

    def settings_stage(self) -> Iterator[Stage]:
        """The stage that writes the fingerprints: DVC sees only files, and a setting is none."""
        if self.places.settings and self.config.settings == "environment":
            yield Stage(
                name=self.settings_name(),
                desc="Notice changed settings: reads the environment, writes a fingerprint for each task",
                cmd=self.settings_command(),
                wdir=self.places.wdir,
                outs=(Out(self.places.settings_folder, cache=False, persist=True),),
                always_changed=True,
            )

    def settings_command(self) -> str:
        words = ["fingerprint", self.places.target, "--out", self.places.settings_folder]
        for task in self.pipeline.tasks:
            for name, text in self.own_variables(task):
                words += ("--env", f"{self.places.setting_names[task.name]}.{name}={text}")
        for one in self.pipeline.parameters:
            if one.has_default:
                words += ("--default", f"{one.name}={as_json(one.default)}")
            if one.choices:
                words += ("--choices", f"{one.name}={as_json(one.choices)}")
        return self.line(words)

    def own_variables(self, task: Task) -> Iterator[tuple[str, str]]:
        """The variables of a task that set its settings."""
        if task.options.env and task.name in self.places.settings:
            prefixes = (f"{self.pipeline.steps[task.step].prefix}__", f"{env_prefix(task.name)}__")
            read = {one.variable for one in self.exposed.get(task.name, ())}
            for name, text in task.options.env.items():
                if name.startswith(prefixes) or name in read:
                    yield name, text

    def settings_name(self) -> str:
        name, taken = f"{scope(self.pipeline, self.config.prefix)}-settings", self.places.stages.values()
        while name in taken:
            name += "-of-all"
        return name

    def line(self, words: list[str], env: Mapping[str, str] = NOTHING) -> str:
        """A command line; the variables of a task are stronger than those that DVC is called with."""
        before = ("env", *(f"{name}={text}" for name, text in env.items())) if env else ()
        return shell_line((*before, *self.config.command, *words, *self.surroundings))

    def _surroundings(self) -> Iterator[str]:
        """What every command is told about where it runs."""
        if self.places.root != ".":
            yield from ("--root", self.places.root)
        if self.config.env_file is not None:
            yield from ("--env-file", self.places.path(self.config.env_file))


def _too_long(stages: Iterable[Stage]) -> Iterator[Diagnostic]:
    for stage in stages:
        size = len(stage.cmd.encode())
        if size > _LONGEST:
            message = (
                f"the command of stage '{stage.name}' has {size} characters; at most {_LONGEST} can be run"
            )
            yield Diagnostic("PG508", message, None, "let some tasks in between gather what it takes")


def _meta(task: Task) -> Mapping[str, Yaml]:
    """Metadata as it stands, and labels under a key that it leaves free."""
    metadata, labels = task.options.metadata, task.options.labels
    if not labels:
        return metadata
    key = "labels"
    while key in metadata:
        key += "_"
    return {**metadata, key: labels}
