"""What every attempt would otherwise do again: importing the user's modules, and building codecs."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from importlib import import_module
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
    """Steps that are loaded once, with their contracts."""

    project: Project
    _known: dict[tuple[str, Mode | None], tuple[Definition, Contract]] = field(default_factory=dict)

    def __call__(self, target: str, mode: Mode | None) -> tuple[Definition, Contract]:
        known = self._known.get((target, mode))
        if known is None:
            definition = load_step(target, self.project, self.project.root)
            known = self._known[target, mode] = definition, contract_of(definition, mode)
        return known


def warm(entrypoints: Iterable[str], project: Project) -> Steps:
    """Load the steps and what they need; what is wrong with any of them, its own attempt says."""
    steps = Steps(project)
    for entrypoint in entrypoints:
        with suppress(PipegenError):
            _codecs(steps(entrypoint, None)[1])
    for name in _NEEDED:
        import_module(name)
    _rehearsed(project)
    return steps


def _rehearsed(project: Project) -> None:
    """Go once through what every attempt does, so that a fork finds it imported and compiled."""
    from tempfile import TemporaryDirectory

    from pipegen.runtime.arguments import parse
    from pipegen.runtime.joblog import JobLog
    from pipegen.runtime.task import Task

    with TemporaryDirectory(prefix="pipegen-") as folder:
        for name, fed in (("First", ()), ("Second", ("--in", f"before={folder}/First"))):
            words = [f"{__name__}:{name}", "--name", name, "--out", f"{folder}/{name}"]
            Task(parse([*words, "--root", str(project.root), *fed]), JobLog(name), Path(folder)).attempt(1)


class First(Step):
    """Hands on next to nothing, for a rehearsal."""

    def run(self) -> int:
        return 0


class Second(Step):
    """Takes it and hands on nothing."""

    def run(self, before: int) -> None:
        pass


def _codecs(contract: Contract) -> None:
    from pipegen.runtime.codecs.choose import choices

    for annotation in (contract.output, *(one.annotation for one in contract.parameters.values())):
        with suppress(Exception):  # what is wrong with a type, the attempt says
            choices(annotation)
