"""Compiles a pipeline to a shell script that runs its tasks one after the other."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Annotated, ClassVar, Literal

from pipegen.backend import Capabilities, Context, carried, native, refused
from pipegen.backends.command import exec_words
from pipegen.emit.files import MARK, File
from pipegen.ir import Pipeline
from pipegen.values.kinds import Doc, RelativePath


@dataclass(frozen=True, slots=True)
class ShellConfig:
    """How a pipeline becomes a script."""

    artifacts: Annotated[str, RelativePath(), Doc("The folder for artifacts.")] = "artifacts"
    shell: Annotated[Literal["sh", "bash"], Doc("The shell that runs the script.")] = "sh"
    ignore: Annotated[tuple[str, ...], Doc("Features that may be left out.")] = ()


class ShellBackend:
    """One script per pipeline."""

    name: ClassVar[str] = "shell"
    summary: ClassVar[str] = "a script that runs the tasks in order"
    config: ClassVar[type] = ShellConfig
    can: ClassVar[Capabilities] = Capabilities(
        schedule=refused("a script has no clock"),
        description=native("a comment"),
        retry=carried("exec --retry"),
        timeout=carried("exec --timeout"),
    )

    def lower(self, pipeline: Pipeline, config: ShellConfig, context: Context) -> Sequence[File]:
        lines = [f"#!/usr/bin/env {config.shell}", f"# {MARK} {context.version}", "set -eu"]
        lines += self._commands(pipeline, config)
        return [File(f"{pipeline.name}.sh", "\n".join(lines) + "\n")]

    def _commands(self, pipeline: Pipeline, config: ShellConfig) -> Iterator[str]:
        def folder(task: str) -> str:
            return f"{config.artifacts}/{task}"

        for task in pipeline.tasks:
            words = exec_words(pipeline, task, folder, folder(task.name))
            yield shlex.join(["pipegen", *words])
