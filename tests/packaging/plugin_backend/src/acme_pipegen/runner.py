"""A runner that writes down which tasks it ran."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import ClassVar

from pydantic import Field

from pipegen.engine.configs import Config
from pipegen.engine.runners.contract import Call, Command
from pipegen.engine.runners.fields import Timeout

_NOTE = 'printf "%s\\n" "$1" >> "$2"; shift 2; exec "$@"'


class NotedConfig(Config):
    """Where it is written down."""

    file: str = Field(description="The file that each task is noted in.", examples=["notes.txt"])
    timeout: Timeout = Field(600, description="How long an attempt may take.")


class NotedSession:
    def __init__(self, config: NotedConfig, root: Path) -> None:
        self.config, self.root = config, root

    def command(self, call: Call) -> Command:
        task = (sys.executable, "-m", "pipegen", *call.words)
        argv = ("sh", "-c", _NOTE, "noted", f"{call.task} {call.attempt}", self.config.file, *task)
        return Command(argv, {**os.environ, **call.variables}, self.root)

    def ending(self, call: Call) -> Command | None:
        return None

    def timeout(self) -> float | None:
        return self.config.timeout

    def close(self) -> None:
        pass


class NotedRunner:
    """Runs tasks here, and notes each."""

    name: ClassVar[str] = "noted"
    summary: ClassVar[str] = "processes on this machine, each noted in a file"
    config: ClassVar[type[NotedConfig]] = NotedConfig

    def open(self, config: NotedConfig, root: Path) -> NotedSession:
        return NotedSession(config, root)
