"""One PostgreSQL and one MariaDB for all tests of this folder, each test in a database of its own."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import pytest
from servers import PASSWORD, USER, Server, mariadb, missing, postgres

_numbers = count()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    reason = missing("initdb", "postgres")
    if reason:
        pytest.skip(reason)
    with postgres() as server:
        yield server


@pytest.fixture(scope="session")
def mariadb_server() -> Iterator[Server]:
    reason = missing("mariadb-install-db", "mariadbd")
    if reason:
        pytest.skip(reason)
    with mariadb() as server:
        yield server


@pytest.fixture
def postgres_url(postgres_server: Server) -> str:
    """The address of a new database."""
    return new_postgres(postgres_server)


@pytest.fixture
def mysql_url(mariadb_server: Server) -> str:
    """The address of a new database."""
    return new_mysql(mariadb_server)


@pytest.fixture(scope="session")
def kept_postgres_url(postgres_server: Server) -> str:
    """The address of a database that tests share, and clear before they begin."""
    return new_postgres(postgres_server)


@pytest.fixture(scope="session")
def kept_mysql_url(mariadb_server: Server) -> str:
    """The address of a database that tests share, and clear before they begin."""
    return new_mysql(mariadb_server)


def new_postgres(server: Server) -> str:
    import psycopg

    name = f"test{next(_numbers)}"
    with psycopg.connect(
        host="127.0.0.1", port=server.port, user=USER, password=PASSWORD, dbname="postgres", autocommit=True
    ) as admin:
        admin.execute(f"CREATE DATABASE {name}".encode())
    return f"{server.url.rpartition('/')[0]}/{name}"


def new_mysql(server: Server) -> str:
    import pymysql

    name = f"test{next(_numbers)}"
    with pymysql.connect(host="127.0.0.1", port=server.port, user=USER, password=PASSWORD) as admin:
        admin.cursor().execute(f"CREATE DATABASE {name}")
    return f"{server.url.rpartition('/')[0]}/{name}"
