"""The contract of a runner: it says with which command a task is to be run, and how that is ended.

The engine starts the command, writes its output to the task's log, watches its time, and ends all the
processes that it started. A runner enters by the entry-point group `pipegen.runners`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pipegen.ir import Resources


@dataclass(frozen=True, slots=True)
class Call:
    """One attempt at a task.

    `words` stand behind `pipegen` on the command line, with absolute paths. `variables` are those that the
    task is to see beside what the runner's place has anyway. The command must be able to read the folders in
    `reads` and to write the one in `writes`, which exists, under these very paths.
    """

    run: str
    task: str
    attempt: int
    words: tuple[str, ...]
    variables: Mapping[str, str]
    root: Path
    reads: tuple[Path, ...]
    writes: Path
    resources: Resources | None = None


@dataclass(frozen=True, slots=True)
class Command:
    """A process to start: its words, all of its environment, and the folder that it begins in."""

    argv: tuple[str, ...]
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path = Path()


class Session(Protocol):
    """A runner that is ready for the tasks of one run. Its methods are called in more than one process."""

    def command(self, call: Call) -> Command:
        """What to start for a task. Its exit code is that of `pipegen exec`, handed through."""

    def ending(self, call: Call) -> Command | None:
        """What to start when a task is ended before its time, where ending the command is not enough."""

    def timeout(self) -> float | None:
        """Seconds that an attempt may take when the task itself names no limit; None for no limit."""

    def close(self) -> None:
        """The run is over."""


@dataclass(frozen=True, slots=True)
class InProcess:
    """That tasks may run in forks of the engine's own processes, which saves starting any command.

    `variables` are set there beside the engine's own, weaker than those of the call; `cwd` is where tasks begin.
    """

    variables: Mapping[str, str] = field(default_factory=dict)
    cwd: Path | None = None


@dataclass(frozen=True, slots=True)
class Traits:
    """What a session may say of itself, as an attribute `traits`; one that has none is taken to be as this.

    `place` tells apart where commands run, as part of the cache's keys: an image by its content. With `stream`
    the engine shows what tasks write on the terminal too, beside the log.
    """

    place: str = ""
    stream: bool = False
    in_process: InProcess | None = None


def traits_of(session: Session) -> Traits:
    found = getattr(session, "traits", None)
    return found if isinstance(found, Traits) else Traits()


class Runner(Protocol):
    """What an entry point of `pipegen.runners` names: a class whose instances open sessions."""

    name: ClassVar[str]
    summary: ClassVar[str]
    config: ClassVar[type[Any]]

    def open(self, config: Any, root: Path) -> Session:
        """Get ready, which may take its time (an image is built); PipegenError when it cannot be."""
