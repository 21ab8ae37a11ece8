"""Short ways from what a user writes to what pipegen makes of it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Mapping
from pathlib import Path

from pipegen.app.loading import load
from pipegen.dsl.pipeline import Pipeline
from pipegen.dsl.project import Project, find
from pipegen.dsl.step import Node
from pipegen.dsl.trace import trace
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Draft, Task
from pipegen.ir import Pipeline as Linked
from pipegen.link import link

HERE = Path(__file__).parent
PROJECT = Project(HERE, (HERE,))


def linked(*sinks: Node, **options: object) -> Linked:
    """A pipeline of steps that stand in a test module."""
    return link(traced(*sinks, **options))


def traced(*sinks: Node, **options: object) -> Draft:
    return trace(Pipeline("test", *sinks, **options), PROJECT)  # type: ignore[arg-type]


def task(pipeline: Draft, name: str) -> Task:
    return next(one for one in pipeline.tasks if one.name == name)


def fed(pipeline: Draft) -> dict[str, dict[str, tuple[str, ...]]]:
    """What feeds which input of which task."""
    return {one.name: {given.name: given.sources for given in one.inputs} for one in pipeline.tasks}


def refused(call: Callable[[], object]) -> list[str]:
    """What a call is refused with: file, line, code and message of each diagnostic; nothing when it passes."""
    return [f"{place_of(one)}[{one.code}]: {one.message}" for one in diagnostics(call)]


def diagnostics(call: Callable[[], object]) -> tuple[Diagnostic, ...]:
    try:
        call()
    except PipegenError as wrong:
        return wrong.diagnostics
    return ()


def place_of(one: Diagnostic) -> str:
    """Without the column, which not every Python knows."""
    return f"{one.origin.file}:{one.origin.line}: " if one.origin else ""


def write(folder: Path, files: Mapping[str, str]) -> Path:
    """A project of these files."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(textwrap.dedent(text).lstrip("\n"), encoding="utf-8")
    if "pyproject.toml" not in files:
        (folder / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    return folder


def loaded(folder: Path, target: str | None = None) -> tuple[Linked, ...]:
    """The pipelines of a target, as a command that runs in the folder sees them."""
    project = find(folder)
    given = str(folder / target) if target is not None and (".py" in target or ".json" in target) else target
    return load(given, project)
