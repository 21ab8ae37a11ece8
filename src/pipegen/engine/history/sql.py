"""A store on an SQL database; what differs between databases is behind `Database`."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from itertools import groupby
from typing import Any, ClassVar, Literal, Protocol, TypeVar

from pipegen.engine.history import rows
from pipegen.engine.history.held import Held
from pipegen.engine.history.lost import StoreLost
from pipegen.engine.history.schema import Dialect, statements
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.errors import Diagnostic, PipegenError

T = TypeVar("T")
Trouble = Literal["busy", "gone"] | Diagnostic

_WHEN_LOST = "see that it is there again; the run can be repeated, what is done is cached"
PATIENCE = 60.0  # seconds until another's lock becomes an error


class Database(Protocol):
    """One kind of database, at one place. Connections are those of its driver, which all look alike."""

    dialect: ClassVar[Dialect]
    place: str

    def errors(self) -> tuple[type[Exception], ...]:
        """What the driver raises."""

    def connect(self) -> Any:
        """A connection on tables of today's form, which commits each statement by itself."""

    def close(self, connection: Any) -> None: ...

    def transaction(self, connection: Any, *, write: bool) -> AbstractContextManager[Any]:
        """A cursor whose statements all count or none; when reading, they see one moment."""

    def trouble(self, error: Exception) -> Trouble:
        """What an error of the driver comes to: try again, connect again, or tell the user."""

    def check(self) -> None:
        """StoreLost when the place itself is not what the connection leads to any more."""


class SqlStore:
    """Runs in two tables. Each operation is repeated when that helps: all of them may be done twice."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._say = statements(database.dialect)
        self._held: Held[Any] = Held(database.connect, database.close)
        self._errors = database.errors()
        self._was_there = False
        try:
            self._do(lambda connection: None)
        except StoreLost as error:
            raise PipegenError(*error.diagnostics) from error
        self._was_there = True

    def save_run(self, run: RunRecord) -> None:
        tasks = [(run.id, place, *rows.task_row(task)) for place, task in enumerate(run.tasks)]
        row = rows.run_row(run)

        def save(cursor: Any) -> None:
            cursor.execute(self._say.put_run, row)  # first, so that savers of one run wait for each other
            cursor.execute(self._say.names, (run.id,))
            gone = {name for (name,) in cursor.fetchall()} - {task.name for task in run.tasks}
            if tasks:
                cursor.executemany(self._say.put_task, tasks)
            if gone:
                cursor.executemany(self._say.drop_task, [(run.id, name) for name in sorted(gone)])

        self._transact(save, write=True)

    def get_run(self, run_id: str) -> RunRecord | None:
        def get(cursor: Any) -> RunRecord | None:
            cursor.execute(self._say.run, (run_id,))
            row = cursor.fetchone()
            if row is None:
                return None
            cursor.execute(self._say.tasks, (run_id,))
            return rows.run_of(row, map(rows.task_of, cursor.fetchall()))

        return self._transact(get, write=False)

    def update_task_status(self, run_id: str, task: TaskRecord) -> None:
        name, *rest = rows.task_row(task)
        values = (*rest, run_id, name)

        def update(connection: Any) -> int:
            cursor = connection.cursor()
            cursor.execute(self._say.set_task, values)
            return int(cursor.rowcount)

        if self._do(update) == 0:
            raise KeyError(f"run '{run_id}' has no task '{name}', or is not known")

    def list_runs(self, pipeline: str | None = None, limit: int | None = None) -> list[RunRecord]:
        columns, values = self._say.listed(", ".join(rows.RUN), pipeline, limit)
        ids, _ = self._say.listed("id", pipeline, limit)

        def get(cursor: Any) -> list[RunRecord]:
            cursor.execute(columns, values)
            runs = cursor.fetchall()
            cursor.execute(self._say.tasks_of(ids), values)
            by_run = {
                run: [rows.task_of(row[1:]) for row in same]
                for run, same in groupby(cursor.fetchall(), key=lambda row: row[0])
            }
            return [rows.run_of(row, by_run.get(row[0], ())) for row in runs]

        return self._transact(get, write=False)

    def delete_run(self, run_id: str) -> None:
        def delete(cursor: Any) -> None:
            cursor.execute(self._say.drop_run, (run_id,))
            cursor.execute(self._say.drop_tasks, (run_id,))

        self._transact(delete, write=True)

    def close(self) -> None:
        self._held.drop()

    def _transact(self, work: Callable[[Any], T], *, write: bool) -> T:
        def whole(connection: Any) -> T:
            with self._database.transaction(connection, write=write) as cursor:
                return work(cursor)

        return self._do(whole)

    def _do(self, work: Callable[[Any], T]) -> T:
        """Let a connection do something; again while others are in the way, and once on a new connection."""
        begin, tries, is_new = time.monotonic(), 0, False
        while True:
            try:
                with self._held.lent() as connection:
                    self._database.check()
                    return work(connection)
            except self._errors as error:
                trouble = self._database.trouble(error)
                waited = time.monotonic() - begin
                if trouble == "busy" and waited < PATIENCE:
                    tries += 1
                    time.sleep(random.uniform(0, min(0.001 * 2**tries, 0.1)))
                    continue
                self._held.drop()
                if trouble == "gone" and not is_new:
                    is_new = True
                    continue
                raise StoreLost(self._told(trouble, error)) from error
            except StoreLost:
                self._held.drop()
                raise

    def _told(self, trouble: Trouble, error: Exception) -> Diagnostic:
        place = self._database.place
        if trouble == "busy":
            message = f"the history at {place} has been locked by another program for {PATIENCE:g} s"
            return Diagnostic("PG715", message, None, "end that program, or its transaction")
        if trouble == "gone":
            return went_away(place, first_line(error))
        lost = self._was_there and trouble.code == "PG702"
        return replace(trouble, code="PG707", hint=_WHEN_LOST) if lost else trouble


def went_away(place: str, reason: str) -> Diagnostic:
    return Diagnostic("PG707", f"the history at {place} went away: {reason}", None, _WHEN_LOST)


def first_line(error: Exception) -> str:
    text = str(error).strip() or type(error).__name__
    line = text.splitlines()[0].strip()
    return line[:1].lower() + line[1:]
