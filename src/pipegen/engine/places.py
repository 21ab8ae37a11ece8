"""Where the engine keeps things, all below `.pipegen` in the project's root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipegen.runtime.fingerprint import hidden_folder


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one project."""

    root: Path

    @property
    def home(self) -> Path:
        return self.root / ".pipegen"

    @property
    def artifacts(self) -> Path:
        return self.home / "artifacts"

    @property
    def cache(self) -> Path:
        return self.home / "cache"

    @property
    def runs(self) -> Path:
        return self.home / "runs"

    @property
    def latest(self) -> Path:
        return self.home / "latest"

    @property
    def lock(self) -> Path:
        """Held shared by every run that goes on, and alone by who collects garbage."""
        return self.home / "lock"

    def run(self, run_id: str) -> Path:
        return self.runs / run_id

    def run_lock(self, run_id: str) -> Path:
        """Held while the run goes on: a run whose lock is free has ended, whatever its record says."""
        return self.run(run_id) / "lock"

    def log(self, run_id: str, folder: str, attempt: int) -> Path:
        return self.run(run_id) / "logs" / f"{folder}.{attempt}.log"

    def work(self, run_id: str, folder: str) -> Path:
        """Where an attempt at a task has its scratch folder, and its output until that is published."""
        return self.run(run_id) / "work" / folder

    def make(self) -> None:
        hidden_folder(self.root)
        for folder in (self.artifacts, self.cache, self.runs):
            folder.mkdir(exist_ok=True)
