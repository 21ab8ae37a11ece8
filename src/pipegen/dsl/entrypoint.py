"""How a process of its own finds a step."""

from __future__ import annotations

import sys
from pathlib import Path

from pipegen.dsl.load import is_renamed, module_name_of
from pipegen.dsl.project import Project
from pipegen.dsl.step import Target


def is_reachable(target: Target) -> bool:
    """Whether another process could import it: what is made inside a function cannot be."""
    return "<" not in target.__qualname__


def entrypoint_of(target: Target, project: Project) -> tuple[str, Path | None]:
    """By module where it can be imported, else by file; and the file, when it is the project's own."""
    module = sys.modules.get(target.__module__)
    file = Path(getattr(module, "__file__", None) or "")
    if not file.is_absolute() or not project.holds(file):
        return f"{target.__module__}:{target.__qualname__}", None
    name, folder = module_name_of(file)
    if folder in project.paths and name == target.__module__ and not is_renamed(name):
        return f"{name}:{target.__qualname__}", file
    return f"{project.relative(file)}:{target.__qualname__}", file
