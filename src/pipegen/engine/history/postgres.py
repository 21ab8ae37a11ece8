"""Runs remembered by a PostgreSQL server, which several machines share; spoken to by psycopg."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, ClassVar

from pipegen.engine.history import schema
from pipegen.engine.history.address import Address
from pipegen.engine.history.drivers import driver
from pipegen.engine.history.sql import SqlStore, Trouble, first_line
from pipegen.errors import Diagnostic

_LOCK = 0x70697065  # "pipe": one process at a time makes or changes the tables

_SILENCE = 30  # seconds after which a network that swallows everything counts as broken

# What the server says about a login comes without a code, in words that begin with FATAL.
_REFUSED = (
    r"authentication failed|no password supplied|role .* does not exist|no pg_hba.conf entry|not permitted"
)
_GONE = ("57P01", "57P02", "57P03", "25P03")  # shut down, crashed, starting up, idle for too long
_BUSY = ("40001", "40P01", "55P03")
_NO_ROOM = ("53100",)
_NOT_ALLOWED = ("25006", "42501", "3F000")


class PostgresStore(SqlStore):
    """A history on a server."""

    def __init__(self, address: Address, connect_timeout: float = 10) -> None:
        super().__init__(PostgresServer(address, connect_timeout))


class PostgresServer:
    """The server, and what it says."""

    dialect: ClassVar[schema.Dialect] = schema.POSTGRES

    def __init__(self, address: Address, connect_timeout: float) -> None:
        self._psycopg = driver("psycopg", "PostgreSQL", "postgres")
        self._address = address
        self._timeout = connect_timeout
        self._is_up = False
        self.place = str(address)

    def errors(self) -> tuple[type[Exception], ...]:
        return (self._psycopg.Error,)

    def connect(self) -> Any:
        self._is_up = False
        connection = self._psycopg.connect(**self._parts(), autocommit=True)
        self._is_up = True
        try:
            self._prepare(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def close(self, connection: Any) -> None:
        connection.close()

    @contextmanager
    def transaction(self, connection: Any, *, write: bool) -> Iterator[Any]:
        with connection.transaction(), connection.cursor() as cursor:
            # Updates of tasks may be lost when the server crashes; a saved run makes good for all before it.
            cursor.execute(
                "SET LOCAL synchronous_commit TO on"
                if write
                else "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"
            )
            yield cursor

    def check(self) -> None:
        pass

    def trouble(self, error: Exception) -> Trouble:
        state = getattr(error, "sqlstate", None) or ""
        reason = first_line(error)
        if state in _BUSY:
            return "busy"
        if state in _NO_ROOM:
            message = f"there is no room for the history at {self.place}: {reason}"
            return Diagnostic("PG706", message, None, "free some space on the server")
        if state in _NOT_ALLOWED:
            hint = f"grant '{self._address.user}' the right to make tables there, and to write them"
            return Diagnostic("PG705", f"the history at {self.place} cannot be written: {reason}", None, hint)
        if isinstance(error, self._psycopg.OperationalError):
            return self._lost(error, state, reason)
        if isinstance(error, self._psycopg.ProgrammingError) and "connection option" in reason:
            return Diagnostic(
                "PG709", f"the store's address is wrong: {reason}", None, "correct what follows '?'"
            )
        message = f"the history at {self.place} cannot be used: {reason}"
        return Diagnostic("PG705", message, None, "see what the server says about it in its log")

    def _lost(self, error: Exception, state: str, reason: str) -> Trouble:
        said = str(error)
        if re.search(r"too many clients|remaining connection slots|starting up", said):
            return "busy"
        if re.search(_REFUSED, said):
            message = f"the history at {self.place} refuses the login: {_fatal(said)}"
            return Diagnostic("PG703", message, None, "correct the user or the password in the address")
        if re.search(r"FATAL: +database .* does not exist", said):
            hint = f"make it: createdb {self._address.database}"
            message = f"the history at {self.place} cannot be reached: {_fatal(said)}"
            return Diagnostic("PG702", message, None, hint)
        if self._is_up or state in _GONE:
            return "gone"
        message = f"the history at {self.place} cannot be reached: {_fatal(said)}"
        return Diagnostic("PG702", message, None, "check the host and the port, and that the server runs")

    def _parts(self) -> dict[str, object]:
        """What the driver takes; given apart, so that it never shows the text of the address."""
        one = self._address
        found: dict[str, object] = {
            "connect_timeout": max(2, round(self._timeout)),
            "tcp_user_timeout": _SILENCE * 1000,
            **one.options,
        }
        given = {
            "host": ",".join(host for host, _ in one.hosts),
            "port": ",".join(port for _, port in one.hosts).strip(","),
            "user": one.user,
            "password": one.password,
            "dbname": one.database,
        }
        return {
            "application_name": "pipegen",
            **found,
            **{name: text for name, text in given.items() if text},
        }

    def _prepare(self, connection: Any) -> None:
        connection.execute("SET synchronous_commit TO off")
        if self._version(connection) == schema.LATEST:
            return
        with connection.transaction():
            connection.execute(f"SELECT pg_advisory_xact_lock({_LOCK})")
            connection.execute("CREATE TABLE IF NOT EXISTS pipegen_schema (version INTEGER NOT NULL)")
            for step in schema.steps(self.dialect, self._version(connection)):
                for statement in step:
                    connection.execute(statement)
            connection.execute("DELETE FROM pipegen_schema")
            connection.execute("INSERT INTO pipegen_schema VALUES (%s)", (schema.LATEST,))

    def _version(self, connection: Any) -> int:
        if connection.execute("SELECT to_regclass('pipegen_schema')").fetchone()[0] is None:
            return 0
        row = connection.execute("SELECT version FROM pipegen_schema").fetchone()
        version = int(row[0]) if row else 0
        schema.check_version(version, self.place)
        return version


def _fatal(said: str) -> str:
    """The reason in what libpq says, which may try several addresses, a line each."""
    reasons = [line.partition("FATAL:")[2] or line.rpartition(" failed: ")[2] for line in said.splitlines()]
    reason = next((one.strip() for one in reasons if one.strip()), "it does not answer")
    return reason[:1].lower() + reason[1:]
