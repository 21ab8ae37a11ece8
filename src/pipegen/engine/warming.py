"""What every attempt would otherwise do again: importing the user's modules, and building codecs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import redirect_stderr, suppress
from dataclasses import dataclass, field
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from pipegen.dsl.contract import Contract, contract_of
from pipegen.dsl.definition import Definition
from pipegen.dsl.load import load_step
from pipegen.dsl.project import Project
from pipegen.dsl.step import Step
from pipegen.errors import PipegenError

if TYPE_CHECKING:
    from pipegen.ir import Mode

_GIVEN = "rehearsed"  # what a rehearsal reads
_NEEDED = (
    "ctypes",
    "hashlib",
    "json",
    "shutil",
    "threading",
    "traceback",
    "pipegen.runtime.artifact",
    "pipegen.runtime.environment",
    "pipegen.runtime.fingerprint",
    "pipegen.runtime.task",
)


@dataclass(slots=True)
class Steps:
    """Steps that are loaded once, with their contracts, and a folder to rehearse in."""

    project: Project
    folder: Path
    _known: dict[tuple[str, Mode | None], tuple[Definition, Contract]] = field(default_factory=dict)

    def __call__(self, target: str, mode: Mode | None) -> tuple[Definition, Contract]:
        known = self._known.get((target, mode))
        if known is None:
            definition = load_step(target, self.project, self.project.root)
            known = self._known[target, mode] = definition, contract_of(definition, mode)
        return known

    def rehearse(self) -> None:
        """Go once through what every attempt does, so that it is imported and its memory at hand."""
        from pipegen.runtime.arguments import parse
        from pipegen.runtime.joblog import JobLog
        from pipegen.runtime.task import Task

        out = f"{self.folder}/{os.getpid()}"
        words = [f"{__name__}:{Rehearsed.__name__}", "--in", f"before={self.folder}/{_GIVEN}", "--out", out]
        arguments = parse([*words, "--name", _GIVEN, "--root", str(self.project.root)])
        Task(arguments, JobLog(_GIVEN), self.folder, self).attempt(1)
        with suppress(OSError):
            for name in os.listdir(out):
                os.unlink(f"{out}/{name}")
            os.rmdir(out)


def warm(entrypoints: Iterable[str], project: Project, folder: Path) -> Steps:
    """Load the steps and what they need; what is wrong with any of them, its own attempt says."""
    steps = Steps(project, folder)
    for entrypoint in entrypoints:
        with suppress(PipegenError):
            _codecs(steps(entrypoint, None)[1])
    for name in _NEEDED:
        import_module(name)
    from pipegen.runtime import artifact

    with suppress(PipegenError), redirect_stderr(StringIO()):  # whether one can write here, the run says
        artifact.write(folder / _GIVEN, 0, int, _GIVEN)
        steps.rehearse()
    return steps


class Rehearsed(Step):
    """Takes next to nothing and hands it on."""

    def run(self, before: int) -> int:
        return before


def _codecs(contract: Contract) -> None:
    from pipegen.runtime.codecs.choose import choices

    for annotation in (contract.output, *(one.annotation for one in contract.parameters.values())):
        with suppress(Exception):  # what is wrong with a type, the attempt says
            choices(annotation)
