"""Where a project is on disk, and what its pyproject.toml says about pipelines."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

from pipegen.errors import Diagnostic, Origin, PipegenError, suggest

MARKERS = ("pyproject.toml", ".git")
_KEYS = {"target", "targets", "pythonpath", "values", "backend"}


@dataclass(frozen=True, slots=True)
class Project:
    """The folder that paths are relative to, and the folders that modules are imported from."""

    root: Path
    paths: tuple[Path, ...]
    targets: tuple[str, ...] = ()
    values: tuple[str, ...] | None = None
    backend: str | None = None

    def relative(self, file: str | Path) -> str:
        """A path as it may stand in a generated file: relative to the project, or to where it is installed."""
        path = Path(file)
        if not path.is_absolute():
            return path.as_posix()
        for folder in (self.root, *sorted(_import_folders(), key=lambda one: -len(one.parts))):
            if path.is_relative_to(folder):
                return path.relative_to(folder).as_posix()
        return path.name

    def holds(self, file: Path) -> bool:
        """Whether a file is the project's own, not something installed below it."""
        if not file.is_relative_to(self.root):
            return False
        inside = file.relative_to(self.root).parts
        return not {"site-packages", "dist-packages"}.intersection(inside)


def find(start: Path) -> Project:
    """The project that a folder belongs to: the nearest one up with a pyproject.toml or .git, else itself."""
    start = start.resolve()
    for folder in (start, *start.parents):
        if is_marked(folder):
            return _read(folder)
    return _read(start)


def is_marked(folder: Path) -> bool:
    """Whether a folder says that it is the root of a project."""
    return any((folder / marker).exists() for marker in MARKERS)


def _read(root: Path) -> Project:
    table, file = _table(root), "pyproject.toml"
    problems = [
        Diagnostic("PG107", f"[tool.pipegen] has no key '{key}'", Origin(file), suggest(key, _KEYS))
        for key in table
        if key not in _KEYS
    ]
    target = _texts(table, "target", problems) + _texts(table, "targets", problems)
    extra = [root / one for one in _texts(table, "pythonpath", problems)]
    values = _texts(table, "values", problems) if "values" in table else None
    backend = _texts(table, "backend", problems)
    if problems:
        raise PipegenError(*problems)
    paths = tuple(dict.fromkeys(path for path in (*extra, root, root / "src") if path.is_dir()))
    return Project(root, paths, target, values, backend[0] if backend else None)


def _table(root: Path) -> dict[str, object]:
    path = root / "pyproject.toml"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return {}
    if "pipegen" not in text:  # spares importing a TOML reader
        return {}
    import tomllib

    try:
        table = tomllib.loads(text).get("tool", {}).get("pipegen", {})
    except tomllib.TOMLDecodeError as error:
        raise PipegenError(
            Diagnostic("PG107", f"pyproject.toml is not valid TOML: {error}", Origin("pyproject.toml"))
        ) from None
    return table if isinstance(table, dict) else {}


def _texts(table: dict[str, object], key: str, problems: list[Diagnostic]) -> tuple[str, ...]:
    value = table.get(key, [])
    values = value if isinstance(value, list) else [value]
    if all(isinstance(one, str) for one in values):
        return tuple(values)
    problems.append(
        Diagnostic(
            "PG107", f"'{key}' in [tool.pipegen] must be text or a list of texts", Origin("pyproject.toml")
        )
    )
    return ()


def _import_folders() -> list[Path]:
    return [Path(entry) for entry in sys.path if entry and Path(entry).is_absolute()]
