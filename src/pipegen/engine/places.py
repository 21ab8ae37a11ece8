"""Where the engine keeps things, all in one folder: `.pipegen` in the project's root."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from pipegen.runtime.fingerprint import hidden_folder, home_of


@dataclass(frozen=True, slots=True)
class Places:
    """The folders of one project."""

    root: Path

    @property
    def home(self) -> Path:
        return home_of(self.root)

    def shown(self, path: str) -> str:
        """A path as records have it: from the project's root where it is below that."""
        return path.removeprefix(f"{self.root}/")

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

    def logs(self, run_id: str) -> Path:
        """TASK.ATTEMPT.log for each attempt at a task, by the name of its folder."""
        return self.run(run_id) / "logs"

    def work(self, run_id: str) -> Path:
        """A folder for each slot, with the scratch folder of its attempt, and the output until it is published."""
        return self.run(run_id) / "work"

    def make(self) -> None:
        if self.home.parent == self.root:
            hidden_folder(self.root)
        self.home.mkdir(parents=True, exist_ok=True)
        for folder in (self.artifacts, self.cache, self.runs):
            folder.mkdir(exist_ok=True)
