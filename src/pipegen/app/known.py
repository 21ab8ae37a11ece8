"""Which pipelines there are beside those that a target names."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pipegen.app.loading import from_root
from pipegen.dsl.load import every_pipeline, split
from pipegen.dsl.project import Project


def known(target: str | None, project: Project) -> tuple[str, ...]:
    """The targets of all pipelines in a target's modules, once these are loaded."""
    if target is None:
        return tuple(one for given in project.targets for one in _known(given, project, project.root))
    return tuple(_known(target, project, Path.cwd()))


def _known(target: str, project: Project, base: Path) -> Iterator[str]:
    if target.endswith(".json"):
        yield from_root(target, project, base)
        return
    module = from_root(split(target)[0], project, base)
    yield from (f"{module}:{one.name}" for one in every_pipeline(target, project, base))
