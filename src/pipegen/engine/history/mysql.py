"""Runs remembered by a MySQL or MariaDB server, which several machines share; spoken to by PyMySQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar

from pipegen.engine.history import schema
from pipegen.engine.history.address import Address
from pipegen.engine.history.drivers import driver
from pipegen.engine.history.sql import SqlStore, Trouble
from pipegen.errors import Diagnostic, PipegenError, suggest

OPTIONS = ("unix_socket", "ssl_ca", "ssl_cert", "ssl_key")

_SILENCE = 90  # seconds after which a server that does not answer counts as gone
_BUSY = (1040, 1205, 1213, 1412)  # too many connections, waited for a lock, deadlock, table changed
_NO_ROOM = (1021, 1114, 3, 1030)
_REFUSED = (1044, 1045, 1130, 1698, 1862, 4151)
_NOT_ALLOWED = (1142, 1290, 1836, 1792)
_UNREACHABLE = (1049, 2001, 2002, 2003, 2005)
_GONE = (0, 1053, 1077, 1079, 1158, 1159, 1160, 1161, 1927, 2006, 2013, 2014, 2055, 4031)
_SAME_INDEX = 1061


class MysqlStore(SqlStore):
    """A history on a server."""

    def __init__(self, address: Address, connect_timeout: float = 10) -> None:
        super().__init__(MysqlServer(address, connect_timeout))


class MysqlServer:
    """The server, and what it says."""

    dialect: ClassVar[schema.Dialect] = schema.MYSQL

    def __init__(self, address: Address, connect_timeout: float) -> None:
        self._pymysql = driver("pymysql", "MySQL", "mysql")
        self._address = address
        self._timeout = connect_timeout
        self.place = str(address)
        for name in address.options:
            if name not in OPTIONS:
                message = f"the store's address has an option '{name}', which is not known"
                raise PipegenError(Diagnostic("PG709", message, None, suggest(name, OPTIONS)))

    def errors(self) -> tuple[type[Exception], ...]:
        return (self._pymysql.Error, OSError)

    def connect(self) -> Any:
        from pymysql.constants import CLIENT

        one = self._address
        host, port = one.hosts[0] if one.hosts else ("localhost", "")
        connection = self._pymysql.connect(
            host=host or "localhost",
            port=int(port or 3306),
            user=one.user or None,
            password=one.password,
            database=one.database,
            charset="utf8mb4",
            autocommit=True,
            connect_timeout=self._timeout,
            read_timeout=_SILENCE,
            write_timeout=_SILENCE,
            client_flag=CLIENT.FOUND_ROWS,  # a row that was as it is to be counts as updated
            **one.options,
        )
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
        with connection.cursor() as cursor:
            # Writers lock what they write and nothing around it; readers see one moment.
            cursor.execute(
                f"SET TRANSACTION ISOLATION LEVEL {'READ COMMITTED' if write else 'REPEATABLE READ'}"
            )
            cursor.execute("START TRANSACTION" + ("" if write else " WITH CONSISTENT SNAPSHOT"))
            try:
                yield cursor
                connection.commit()
            except BaseException:
                if connection.open:
                    connection.rollback()
                raise

    def check(self) -> None:
        pass

    def trouble(self, error: Exception) -> Trouble:
        code = error.args[0] if error.args and isinstance(error.args[0], int) else -1
        reason = str(error.args[-1] if error.args else error).strip() or type(error).__name__
        reason = reason[:1].lower() + reason[1:]
        if code in _BUSY:
            return "busy"
        if code in _GONE:
            return "gone"
        if code in _REFUSED:
            hint = "correct the user or the password in the address"
            return Diagnostic("PG703", f"the history at {self.place} refuses the login: {reason}", None, hint)
        if code in _UNREACHABLE:
            hint = "check the host, the port and the name of the database, and that the server runs"
            return Diagnostic("PG702", f"the history at {self.place} cannot be reached: {reason}", None, hint)
        if code in _NO_ROOM:
            message = f"there is no room for the history at {self.place}: {reason}"
            return Diagnostic("PG706", message, None, "free some space on the server")
        if code in _NOT_ALLOWED:
            hint = f"grant '{self._address.user}' the right to make tables there, and to write them"
            return Diagnostic("PG705", f"the history at {self.place} cannot be written: {reason}", None, hint)
        message = f"the history at {self.place} cannot be used: {reason}"
        return Diagnostic("PG705", message, None, "see what the server says about it in its log")

    def _prepare(self, connection: Any) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET SESSION innodb_lock_wait_timeout = 10")
            if self._version(cursor) == schema.LATEST:
                return
            cursor.execute("SELECT GET_LOCK('pipegen_schema', 60)")
            try:
                self._migrate(cursor)
            finally:
                cursor.execute("SELECT RELEASE_LOCK('pipegen_schema')")

    def _migrate(self, cursor: Any) -> None:
        """Each statement commits by itself, so each may be met again after a crash."""
        cursor.execute("SELECT VERSION()")
        is_mariadb = "mariadb" in cursor.fetchone()[0].lower()
        # Names are told apart to the last blank.
        collation = "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"
        types = {name: text.format(collation=collation) for name, text in self.dialect.types.items()}
        for step in schema.steps(replace(self.dialect, types=types), self._version(cursor)):
            for statement in step:
                self._tolerantly(cursor, statement)
        self._tolerantly(
            cursor, "CREATE TABLE IF NOT EXISTS pipegen_schema (version INTEGER NOT NULL PRIMARY KEY)"
        )
        cursor.execute("INSERT IGNORE INTO pipegen_schema VALUES (%s)", (schema.LATEST,))

    def _tolerantly(self, cursor: Any, statement: str) -> None:
        try:
            cursor.execute(statement)
        except self._pymysql.Error as error:
            if error.args[0] != _SAME_INDEX:
                raise

    def _version(self, cursor: Any) -> int:
        cursor.execute("SHOW TABLES LIKE 'pipegen\\_schema'")
        if cursor.fetchone() is None:
            return 0
        cursor.execute("SELECT MAX(version) FROM pipegen_schema")
        version = int(cursor.fetchone()[0] or 0)
        schema.check_version(version, self.place)
        return version
