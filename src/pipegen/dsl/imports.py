"""Which files of a project a module is made of, found by reading its imports, not by running it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from pipegen.dsl.project import Project


def sources(file: Path, project: Project) -> tuple[str, ...]:
    """The file and the project's modules that it imports, directly or not, relative to the project."""
    folders = tuple(dict.fromkeys((_root_of(file), *project.paths)))
    seen: dict[Path, None] = {}
    waiting = [file, *_packages(file)]
    while waiting:
        path = waiting.pop()
        if path in seen or not project.holds(path):
            continue
        seen[path] = None
        waiting.extend(_imported(path, folders))
    return tuple(sorted(path.relative_to(project.root).as_posix() for path in seen))


@cache
def _imported(path: Path, folders: tuple[Path, ...]) -> tuple[Path, ...]:
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, SyntaxError, ValueError):
        return ()
    found: dict[Path, None] = {}
    for node in ast.walk(tree):
        for base, name in _names(node, path):
            if base is not None and _is_file(base / "__init__.py"):
                found[base / "__init__.py"] = None
            for folder in (base,) if base else folders:
                found.update(dict.fromkeys(_files(folder, name)))
    return tuple(found)


def _names(node: ast.AST, path: Path) -> Iterator[tuple[Path | None, tuple[str, ...]]]:
    """The dotted names that an import statement may load; a base folder when it is a relative import."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield None, tuple(alias.name.split("."))
    elif isinstance(node, ast.ImportFrom):
        base = path.parents[node.level - 1] if 0 < node.level <= len(path.parents) else None
        module = tuple(node.module.split(".")) if node.module else ()
        for alias in node.names:
            yield base, (*module, alias.name)


def _files(folder: Path, name: tuple[str, ...]) -> Iterator[Path]:
    """The files that importing a.b.c from a folder runs: a/__init__.py, a/b/__init__.py, a/b/c.py."""
    for part in name:
        if _is_file(folder / f"{part}.py"):
            yield folder / f"{part}.py"
        folder = folder / part
        if _is_file(folder / "__init__.py"):
            yield folder / "__init__.py"


@cache
def _is_file(path: Path) -> bool:
    return path.is_file()


def _packages(file: Path) -> Iterator[Path]:
    """The packages around a file, from the inside out: they run before it does."""
    folder = file.parent
    while _is_file(folder / "__init__.py"):
        yield folder / "__init__.py"
        folder = folder.parent


def _root_of(file: Path) -> Path:
    """The folder above a file's topmost package."""
    packages = list(_packages(file))
    return packages[-1].parent.parent if packages else file.parent
