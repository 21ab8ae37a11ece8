"""Runs remembered in a file of the project, by SQLite, which comes with Python."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import ClassVar

from pipegen.engine.history import schema
from pipegen.engine.history.lost import StoreLost
from pipegen.engine.history.sql import SqlStore, Trouble, first_line, went_away
from pipegen.errors import Diagnostic
from pipegen.runtime.fingerprint import hidden_folder

FILE = "history.db"
_DRIVER_WAITS = 5.0  # seconds in which SQLite itself tries again


class SqliteStore(SqlStore):
    """A file that several threads and processes use at once; `shown` is what messages call it."""

    def __init__(self, path: Path, shown: str = "") -> None:
        super().__init__(SqliteFile(path, shown or str(path)))


class SqliteFile:
    """The file, and what SQLite says about it."""

    dialect: ClassVar[schema.Dialect] = schema.SQLITE

    def __init__(self, path: Path, shown: str) -> None:
        self._path = path
        self._file: tuple[int, int] | None = None
        self.place = f"'{shown}'"

    def errors(self) -> tuple[type[Exception], ...]:
        return (sqlite3.Error, OSError)

    def connect(self) -> sqlite3.Connection:
        folder = self._path.parent
        if folder.name == ".pipegen" and folder.parent.is_dir():
            hidden_folder(folder.parent)
        folder.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(
            self._path, timeout=_DRIVER_WAITS, isolation_level=None, check_same_thread=False
        )
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        self._file = _identity(self._path)
        return connection

    def close(self, connection: sqlite3.Connection) -> None:
        connection.close()

    @contextmanager
    def transaction(self, connection: sqlite3.Connection, *, write: bool) -> Iterator[sqlite3.Cursor]:
        connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
        try:
            yield connection.cursor()
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:  # a full disk has ended it already
                connection.execute("ROLLBACK")
            raise

    def check(self) -> None:
        """A file that was removed could still be written to, and all of it would be lost without a word."""
        if _identity(self._path) != self._file:
            raise StoreLost(went_away(self.place, "the file was removed or replaced"))

    def trouble(self, error: Exception) -> Trouble:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
            return "busy"
        reason = (getattr(error, "strerror", "") or "").lower() or first_line(error)
        if code == sqlite3.SQLITE_FULL or getattr(error, "errno", 0) in _FULL or self._has_no_room(code):
            message = f"there is no room for the history at {self.place}: {reason}"
            return Diagnostic("PG706", message, None, "free some space: pipegen runs gc")
        if code in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
            message = f"the history at {self.place} is damaged: {reason}"
            return Diagnostic("PG708", message, None, "move it away; a new one is made")
        if os.path.isdir(self._path):  # noqa: PTH112 - False where Path would raise
            reason = "it is a folder"
        message = f"the history at {self.place} cannot be used: {reason}"
        hint = "see who may write there, or name another place with PIPEGEN_HISTORY_URL"
        return Diagnostic("PG705", message, None, hint)

    def _has_no_room(self, code: int) -> bool:
        """A full disk can come out of SQLite as a failed read or write."""
        if code not in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN):
            return False
        try:
            state = os.statvfs(self._path.parent)
        except OSError:
            return False
        no_files = state.f_files > 0 and state.f_ffree < 4  # some file systems do not count them
        return no_files or state.f_bavail * state.f_frsize < 64 * 1024

    def _prepare(self, connection: sqlite3.Connection) -> None:
        self._version(connection)  # before anything is changed: a newer history is not touched
        mode = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0]
        # Without WAL, as on some network file systems, less than FULL could damage the file in a power cut.
        connection.execute(f"PRAGMA synchronous = {'NORMAL' if mode == 'wal' else 'FULL'}")
        if self._version(connection) == schema.LATEST:
            return
        with self.transaction(connection, write=True) as cursor:
            for step in schema.steps(self.dialect, self._version(connection)):
                for statement in step:
                    cursor.execute(statement)
            cursor.execute(f"PRAGMA user_version = {schema.LATEST}")

    def _version(self, connection: sqlite3.Connection) -> int:
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        schema.check_version(version, self.place)
        return version


_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        state = os.stat(path)  # noqa: PTH116 - half the time of Path.stat, for every operation
    except OSError:
        return None
    return state.st_dev, state.st_ino
