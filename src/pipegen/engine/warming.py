"""What every attempt would otherwise do again: importing the user's modules, and building codecs."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from pipegen.dsl.definition import Definition
from pipegen.dsl.load import load_step
from pipegen.dsl.project import Project
from pipegen.dsl.step import Step
from pipegen.errors import PipegenError

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


def warm(entrypoints: Iterable[str], project: Project) -> None:
    """Load the steps and what they need; what is wrong with any of them, its own attempt says."""
    for entrypoint in entrypoints:
        with suppress(PipegenError):
            _codecs(load_step(entrypoint, project, project.root))
    for name in _NEEDED:
        import_module(name)
    _rehearsed(project)


def _rehearsed(project: Project) -> None:
    """Go once through what every attempt does, so that a fork finds it imported and compiled."""
    from tempfile import TemporaryDirectory

    from pipegen.runtime.arguments import parse
    from pipegen.runtime.joblog import JobLog
    from pipegen.runtime.task import Task

    with TemporaryDirectory(prefix="pipegen-") as folder:
        words = [
            f"{__name__}:Nothing",
            "--name",
            "nothing",
            "--out",
            f"{folder}/out",
            "--root",
            str(project.root),
        ]
        Task(parse(words), JobLog("nothing"), Path(folder)).attempt(1)


class Nothing(Step):
    """Does nothing, for a rehearsal."""

    def run(self) -> None:
        pass


def _codecs(definition: Definition) -> None:
    from pipegen.dsl.contract import contract_of
    from pipegen.runtime.codecs.adapters import problem_with

    contract = contract_of(definition)
    for annotation in (contract.output, *(one.annotation for one in contract.parameters.values())):
        with suppress(Exception):  # only JSON has something to build
            problem_with(annotation)
