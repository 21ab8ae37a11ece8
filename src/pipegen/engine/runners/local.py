"""The runner `local`: tasks run on this machine, as they are or behind a command of the user's choice."""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from pathlib import Path
from typing import ClassVar, Literal

from pydantic import Field, model_validator

from pipegen.engine.configs.model import Config, Folder, NamedText
from pipegen.engine.runners.contract import Call, Command, InProcess, Traits
from pipegen.engine.runners.fields import DEFAULT_TIMEOUT, Timeout, Words, place
from pipegen.errors import Diagnostic, PipegenError

_SHELL = "/bin/sh"


class LocalConfig(Config):
    """How tasks run on this machine."""

    prefix: Words = Field(
        [],
        description="What stands before the command of each task, as a list or as a shell would read it.",
        examples=[["nice", "-n", "10"]],
    )
    env_vars: NamedText = Field(
        {},
        description="Environment variables of all tasks, over this machine's and under a task's own.",
        examples=[{"OMP_NUM_THREADS": "4"}],
    )
    working_dir: Folder | None = Field(
        None,
        description="The folder that tasks begin in, from the project's root, which it is without this.",
        examples=["data"],
    )
    timeout: Timeout = Field(
        DEFAULT_TIMEOUT,
        description="How long an attempt may take when the task itself has no limit: seconds, or a text such as 30m.",
    )
    shell: bool = Field(False, description="Start the command by way of `sh -c`, each word quoted.")
    output: Literal["capture", "stream"] = Field(
        "capture",
        description="Whether what tasks write goes to their logs alone, or to the terminal as well.",
    )
    isolation: Literal["fork", "process"] | None = Field(
        None,
        description="Run tasks in forks of processes that have imported the project, or each in a new "
        "interpreter. With a prefix or a shell it is always the second.",
        examples=["process"],
    )

    @model_validator(mode="after")
    def _starts_a_command(self) -> LocalConfig:
        if self.isolation == "fork" and (self.prefix or self.shell):
            what = "a prefix" if self.prefix else "a shell"
            raise ValueError(f"with {what}, tasks cannot run in forks; write 'isolation: process'")
        return self

    @property
    def forks(self) -> bool:
        return not (self.prefix or self.shell or self.isolation == "process")


class LocalSession:
    """Commands for this machine."""

    def __init__(self, config: LocalConfig, root: Path) -> None:
        self.config, self.root = config, root
        self.cwd = config.working_dir or root
        in_process = InProcess(config.env_vars, self.cwd) if config.forks else None
        self.traits = Traits(
            place=place(env_vars=config.env_vars), stream=config.output == "stream", in_process=in_process
        )

    def command(self, call: Call) -> Command:
        words = call.words
        if self.cwd != call.root and words[:1] == ("exec",) and "--root" not in words:
            words = ("exec", "--root", str(call.root), *words[1:])  # modules are found from there
        argv = (*self.config.prefix, sys.executable, "-m", "pipegen", *words)
        if self.config.shell:
            argv = (_SHELL, "-c", shlex.join(argv))
        return Command(argv, {**os.environ, **self.config.env_vars, **call.variables}, self.cwd)

    def ending(self, call: Call) -> Command | None:
        return None

    def timeout(self) -> float | None:
        return float(self.config.timeout)

    def close(self) -> None:
        pass


class LocalRunner:
    """Runs tasks on this machine."""

    name: ClassVar[str] = "local"
    summary: ClassVar[str] = "processes on this machine"
    config: ClassVar[type[LocalConfig]] = LocalConfig

    def open(self, config: LocalConfig, root: Path) -> LocalSession:
        session = LocalSession(config, root)
        program = config.prefix[0] if config.prefix else sys.executable
        if not _is_there(program, config, session.cwd):
            message = f"the runner 'local' is to start '{program}', which is not installed"
            raise PipegenError(Diagnostic("PG733", message, None, "install it, or correct 'prefix'"))
        return session


def _is_there(program: str, config: LocalConfig, cwd: Path) -> bool:
    if "/" in program:
        return os.access(cwd / program, os.X_OK)
    return shutil.which(program, path=config.env_vars.get("PATH", os.environ.get("PATH"))) is not None
