"""A store that keeps each run in a file of its own."""

import fcntl
import pickle
from contextlib import contextmanager
from dataclasses import replace

from pydantic import BaseModel, ConfigDict, Field


class FolderStore:
    """Files under one lock, which threads and processes wait for."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def save_run(self, run):
        with self._locked():
            self._write(run)

    def get_run(self, run_id):
        with self._locked():
            return self._read(run_id)

    def update_task_status(self, run_id, task):
        with self._locked():
            run = self._read(run_id)
            if run is None or run.task(task.name) is None:
                raise KeyError(run_id, task.name)
            self._write(
                replace(run, tasks=tuple(task if one.name == task.name else one for one in run.tasks))
            )

    def list_runs(self, pipeline=None, limit=None):
        with self._locked():
            runs = [self._read(path.stem) for path in self.folder.glob("*.run")]
        found = [one for one in runs if pipeline in (None, one.pipeline)]
        return sorted(found, key=lambda one: (one.started, one.id), reverse=True)[:limit]

    def delete_run(self, run_id):
        with self._locked():
            (self.folder / f"{run_id}.run").unlink(missing_ok=True)

    def close(self):
        pass

    @contextmanager
    def _locked(self):
        with (self.folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _read(self, run_id):
        path = self.folder / f"{run_id}.run"
        return pickle.loads(path.read_bytes()) if path.exists() else None

    def _write(self, run):
        beside = self.folder / "new"
        beside.write_bytes(pickle.dumps(run))
        beside.replace(self.folder / f"{run.id}.run")


class FolderConfig(BaseModel):
    model_config = ConfigDict(extra="forbid")

    url: str = Field("folder:history", description="folder:, and a path from the project's root.")


class FolderKind:
    name = "folder"
    summary = "a folder with a file for each run"
    config = FolderConfig

    def open(self, config, root):
        return FolderStore(root / config.url.partition(":")[2])
