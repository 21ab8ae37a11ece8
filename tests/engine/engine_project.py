"""A project with a pipeline to run, and what its runs left behind."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

from command_runs import Said, pipegen

HEAD = """
    from __future__ import annotations
    import os, signal, subprocess, sys, time
    from collections.abc import Iterable, Iterator
    from pathlib import Path
    from pydantic import BaseModel, SecretStr
    from pipegen import Cache, Parameter, Pipeline, Retry, Settings, Step, step, workdir

    def mark(name):
        with open("marks", "a") as file:
            file.write(name + "\\n")
"""


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with `flow.py` in it; the steps there leave a line in `marks` each time they run."""

    folder: Path

    def write(self, code: str, **files: str) -> Project:
        (self.folder / "flow.py").write_text(dedent(HEAD) + dedent(code))
        for name, text in files.items():
            (self.folder / name).write_text(dedent(text))
        return self

    def run(self, *words: str, env: Mapping[str, str] | None = None) -> Said:
        target = () if words[:1] == ("--resume",) else ("flow.py",)
        return pipegen(self.folder, "run", *target, *words, env=env)

    def marks(self) -> list[str]:
        """What ran since the last time that this was asked."""
        path = self.folder / "marks"
        found = path.read_text().split() if path.exists() else []
        path.unlink(missing_ok=True)
        return found

    def runs(self) -> list[str]:
        """The ids of all runs, the newest first."""
        return [one for (one,) in self._rows("select id from pipegen_runs order by id desc")]

    def tasks(self, run: str | None = None) -> dict[str, str]:
        """The status of each task in a run, the newest one if none is named."""
        rows = self._rows("select name, status from pipegen_tasks where run_id = ?", run or self.runs()[0])
        return dict(rows)

    def status(self) -> str:
        ((found,),) = self._rows("select status from pipegen_runs where id = ?", self.runs()[0])
        return str(found)

    def times(self) -> list[float]:
        """When the newest run and each of its tasks began."""
        (run,) = self._rows("select started from pipegen_runs where id = ?", self.runs()[0])
        tasks = self._rows("select started from pipegen_tasks where run_id = ?", self.runs()[0])
        return [float(one) for (one,) in (run, *tasks)]

    def artifacts(self) -> dict[str, dict[str, bytes]]:
        """The files of each task's last artifact."""
        found = {}
        for link in sorted((self.folder / ".pipegen/latest").glob("*/*")):
            files = (path for path in sorted(link.resolve().rglob("*")) if path.is_file())
            found[link.name] = {
                path.relative_to(link.resolve()).as_posix(): path.read_bytes() for path in files
            }
        return found

    def _rows(self, query: str, *given: str) -> list[tuple[str, ...]]:
        connection = sqlite3.connect(self.folder / ".pipegen/history.db")
        try:
            return connection.execute(query, given).fetchall()
        finally:
            connection.close()
