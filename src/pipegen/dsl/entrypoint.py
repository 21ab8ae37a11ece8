"""How a process of its own finds a step."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

from pipegen.dsl.project import Project
from pipegen.dsl.step import Target


def is_reachable(target: Target) -> bool:
    """Whether another process could import it: what is made inside a function cannot be."""
    return "<" not in target.__qualname__


def entrypoint_of(target: Target, project: Project) -> tuple[str, Path | None]:
    """By module where it can be imported, else by file; and the file, when it is the project's own."""
    module = target.__module__
    file = Path(getattr(sys.modules.get(module), "__file__", None) or "")
    if not file.is_absolute() or not project.holds(file):
        return f"{module}:{target.__qualname__}", None
    if is_dotted(module) and file in _files_of(module, project):
        return f"{module}:{target.__qualname__}", file
    return f"{project.relative(file)}:{target.__qualname__}", file


def is_dotted(name: str) -> bool:
    """Whether a text is a module's name: `my-flow.py` has none, though it can be run."""
    return all(part.isidentifier() for part in name.split("."))


def _files_of(module: str, project: Project) -> Iterator[Path]:
    """Where importing a module by its name would look for it in the project."""
    for folder in project.paths:
        path = folder.joinpath(*module.split("."))
        yield path / "__init__.py"
        yield path.with_name(f"{path.name}.py")
