"""Run a command and say what it cost."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

# A user's Python caches its bytecode; a variable that forbids it would measure the compiler.
_UNWANTED = ("PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONUNBUFFERED")


@dataclass(frozen=True, slots=True)
class Command:
    """One row of the table: what is run, and what is put back before each run."""

    name: str
    words: Sequence[object]
    folder: Path
    env: Mapping[str, str] = field(default_factory=dict)
    before: Callable[[], None] = lambda: None


@dataclass(frozen=True, slots=True)
class Cost:
    """User and system time in seconds, and the most memory held at once in megabytes.

    The kernel counts a child from before it becomes its own program, so that no memory below that of this
    process can be seen.
    """

    cpu: float
    rss: float


class CommandError(Exception):
    """A measured command did not succeed, so its cost means nothing."""


def cost_of(command: Command) -> Cost:
    """Run a command to its end."""
    command.before()
    env = {key: value for key, value in os.environ.items() if key not in _UNWANTED}
    words = [str(word) for word in command.words]
    process = subprocess.Popen(
        words,
        cwd=command.folder,
        env=env | dict(command.env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert process.stdout is not None
    with process.stdout:
        said = process.stdout.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)  # we have waited, not Popen
    if process.returncode != 0:
        text = said.decode(errors="replace").strip()
        raise CommandError(f"{command.name}: exit code {process.returncode} from {' '.join(words)}\n{text}")
    return Cost(usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


def interleaved(commands: Sequence[Command], rounds: int) -> dict[str, Cost]:
    """The median cost of each command; one run of each a round, so that a busy moment hits all alike.

    A command that fails is left out, and said on stderr.
    """
    working = [command for command in commands if _works(command)]
    runs: dict[str, list[Cost]] = {command.name: [] for command in working}
    for _ in range(rounds):
        for command in working:
            runs[command.name].append(cost_of(command))
    return {
        name: Cost(median(one.cpu for one in costs), median(one.rss for one in costs))
        for name, costs in runs.items()
    }


def _works(command: Command) -> bool:
    """A first run, which also fills the caches of bytecode and of the disk."""
    try:
        cost_of(command)
    except CommandError as error:
        print(error, file=sys.stderr)
        return False
    return True
