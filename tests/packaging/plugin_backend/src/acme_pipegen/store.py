"""A store that is SQLite in a folder of its own, with the very config that pipegen's has."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pipegen.engine.history.kinds import SqliteConfig
from pipegen.engine.history.sqlite import SqliteStore


class Kept:
    name: ClassVar[str] = "kept"
    summary: ClassVar[str] = "a file in the folder kept/"
    config: ClassVar[type[SqliteConfig]] = SqliteConfig

    def open(self, config: SqliteConfig, root: Path) -> SqliteStore:
        return SqliteStore(root / "kept" / config.path.name)
