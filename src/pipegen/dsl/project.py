"""Where a project is on disk, and what its pyproject.toml says about pipelines."""

from __future__ import annotations

import sys
from pathlib import Path

from pipegen.dsl.pyproject import FILE, read_table
from pipegen.errors import Origin
from pipegen.frozen import frozen

MARKERS = (FILE, ".git")


@frozen
class Project:
    """The folder that paths are relative to, and the folders that modules are imported from."""

    root: Path
    paths: tuple[Path, ...]
    targets: tuple[str, ...] = ()
    values: tuple[str, ...] | None = None
    backends: tuple[str, ...] = ()

    @property
    def backend(self) -> str | None:
        """The one that is named first."""
        return self.backends[0] if self.backends else None

    def place(self, *keys: str) -> Origin | None:
        """Where pyproject.toml says one of these keys."""
        from pipegen.dsl.pyproject import key_place  # only a mistake pays for it

        return next(filter(None, (key_place(self.root, key) for key in keys)), None)

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
    table = read_table(root)
    extra = [root / one for one in table.get("pythonpath", ())]
    return Project(
        root=root,
        paths=tuple(dict.fromkeys(path for path in (*extra, root, root / "src") if path.is_dir())),
        targets=table.get("target", ()) + table.get("targets", ()),
        values=table.get("values"),
        backends=table.get("backend", ()),
    )


def _import_folders() -> list[Path]:
    return [Path(entry) for entry in sys.path if entry and Path(entry).is_absolute()]
