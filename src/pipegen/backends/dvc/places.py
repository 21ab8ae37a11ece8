"""Where everything of a pipeline lies, as its stages see it."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable

from pipegen.backend import Context
from pipegen.backends import command
from pipegen.backends.dvc.config import DvcConfig
from pipegen.ir import Pipeline
from pipegen.names import folder_names


class Places:
    """Names and paths of one pipeline, worked out once.

    Stages run in `wdir`, a path from the dvc.yaml; all their other paths are as they are seen from there.
    """

    def __init__(self, pipeline: Pipeline, config: DvcConfig, context: Context) -> None:
        self.wdir = posixpath.normpath(posixpath.join(context.to_root, config.wdir))
        self.root = posixpath.relpath(".", config.wdir)
        folders = folder_names(task.name for task in pipeline.tasks)
        self.stages = {task: f"{config.prefix}{folder}" for task, folder in folders.items()}
        artifacts = self.path(config.artifacts)
        self.artifacts = {task: _below(artifacts, stage) for task, stage in self.stages.items()}
        self.settings_folder = self.path(command.settings_folder(pipeline, config.prefix))
        files = command.settings_files(pipeline, folders)
        self.settings = {task: _below(self.settings_folder, file) for task, file in files.items()}
        self.setting_names = {task: file.removesuffix(".json") for task, file in files.items()}
        self.checked = _below(self.settings_folder, command.CHECKED) if files else None
        self.sources = {slug: self.paths(step.sources) for slug, step in pipeline.steps.items()}
        self.entrypoints = {slug: self.module(step.entrypoint) for slug, step in pipeline.steps.items()}
        self.target = self.module(pipeline.target)

    def path(self, from_root: str) -> str:
        """A path from the project's root."""
        return posixpath.normpath(posixpath.join(self.root, from_root))

    def paths(self, from_root: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(self.path, from_root))

    def module(self, target: str) -> str:
        """A module by name stays as it is; a file, with or without a name in it, is a path."""
        file, colon, name = target.rpartition(":")
        if file.endswith(".py"):
            return f"{self.path(file)}{colon}{name}"
        return self.path(target) if target.endswith(".json") else target

    def artifact_file(self, task: str, inside: str) -> str:
        """A file inside an artifact, as seen from the dvc.yaml."""
        return posixpath.normpath(posixpath.join(self.wdir, self.artifacts[task], inside))


def _below(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"
