"""An older history is brought up to date with all that it holds; a newer one is left alone."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from pipegen.engine.history import schema
from pipegen.engine.history.address import parse
from pipegen.engine.history.opening import open_store
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.errors import PipegenError

RUN = RunRecord(
    "1", "p", "p.py:p", "FAILED", 1.5, 2.5, (TaskRecord("a", "FAILED", 2, error="boom"),), {"n": "1"}
)

# The first form that was ever released, as it was written then.
FIRST_FORM = """
CREATE TABLE pipegen_runs (id TEXT NOT NULL PRIMARY KEY, pipeline TEXT NOT NULL, target TEXT NOT NULL,
 status TEXT NOT NULL, started REAL NOT NULL, ended REAL, parameters TEXT NOT NULL, error TEXT NOT NULL,
 details TEXT NOT NULL) WITHOUT ROWID;
CREATE TABLE pipegen_tasks (run_id TEXT NOT NULL, ordinal INTEGER NOT NULL, name TEXT NOT NULL,
 status TEXT NOT NULL, attempts INTEGER NOT NULL, started REAL, ended REAL, error TEXT NOT NULL, artifact TEXT,
 items BIGINT, cache_key TEXT, log TEXT, PRIMARY KEY (run_id, name)) WITHOUT ROWID;
INSERT INTO pipegen_runs VALUES ('1', 'p', 'p.py:p', 'FAILED', 1.5, 2.5, '{"n": "1"}', '', '{}');
INSERT INTO pipegen_tasks VALUES ('1', 0, 'a', 'FAILED', 2, NULL, NULL, 'boom', NULL, NULL, NULL, NULL);
PRAGMA user_version = 1;
"""


def indexes(path: Path) -> set[str]:
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'index'")}


def test_an_older_file_is_migrated_and_keeps_its_runs(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST_FORM)
    store = open_store("sqlite:///history.db", tmp_path)
    assert store.list_runs() == [RUN]
    store.save_run(RUN)
    store.close()
    assert "pipegen_runs_by_pipeline" in indexes(path)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA user_version").fetchone() == (schema.LATEST,)


def test_processes_that_find_an_older_file_together_migrate_it_once(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "history.db")) as connection:
        connection.executescript(FIRST_FORM)
    with ThreadPoolExecutor(8) as pool:
        stores = list(pool.map(lambda _: open_store("sqlite:///history.db", tmp_path), range(8)))
    assert all(store.list_runs() == [RUN] for store in stores)
    for store in stores:
        store.close()


def test_a_newer_file_is_refused_and_not_touched(tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(FIRST_FORM.replace("user_version = 1", "user_version = 9"))
    before = path.read_bytes()
    with pytest.raises(PipegenError) as raised:
        open_store("sqlite:///history.db", tmp_path)
    assert str(raised.value) == (
        "error[PG704]: the history at 'history.db' has form 9, and this pipegen knows forms up to "
        f"{schema.LATEST} (upgrade pipegen, or name another place with PIPEGEN_HISTORY_URL)"
    )
    assert path.read_bytes() == before
    assert [one.name for one in tmp_path.iterdir()] == ["history.db"]


def on_postgres(url: str, *statements: str) -> list[tuple[object, ...]]:
    import psycopg

    one = parse(url)
    with psycopg.connect(
        host="127.0.0.1", port=one.hosts[0][1], user=one.user, password=one.password, dbname=one.database
    ) as connection:
        found = [connection.execute(statement.encode()) for statement in statements]
        return found[-1].fetchall() if found[-1].description else []


def on_mysql(url: str, *statements: str) -> list[tuple[object, ...]]:
    import pymysql

    one = parse(url)
    with pymysql.connect(
        host="127.0.0.1",
        port=int(one.hosts[0][1]),
        user=one.user,
        password=one.password,
        database=one.database,
        autocommit=True,
    ) as connection:
        cursor = connection.cursor()
        for statement in statements:
            cursor.execute(statement)
        return list(cursor.fetchall())


BACK_TO_FIRST = {
    "postgres": ("DROP INDEX pipegen_runs_by_start", "DROP INDEX pipegen_runs_by_pipeline"),
    # as a crash between two statements leaves it: one index is there already
    "mysql": ("DROP INDEX pipegen_runs_by_pipeline ON pipegen_runs",),
}
COUNT = {
    "postgres": "SELECT indexname FROM pg_indexes WHERE indexname LIKE 'pipegen_runs_by%'",
    "mysql": "SELECT DISTINCT index_name FROM information_schema.statistics WHERE table_schema = DATABASE() "
    "AND index_name LIKE 'pipegen_runs_by%'",
}


def check_server(kind: str, url: str, root: Path, execute: Callable[..., list[tuple[object, ...]]]) -> None:
    with ThreadPoolExecutor(6) as pool:  # all find no tables
        stores = list(pool.map(lambda _: open_store(url, root), range(6)))
    stores[0].save_run(RUN)
    for one in stores:
        one.close()
    execute(url, *BACK_TO_FIRST[kind], "UPDATE pipegen_schema SET version = 1")
    store = open_store(url, root)
    assert store.list_runs() == [RUN]
    store.close()
    assert len(execute(url, COUNT[kind])) == 2
    execute(url, "DELETE FROM pipegen_schema", "INSERT INTO pipegen_schema VALUES (9)")
    with pytest.raises(PipegenError, match="PG704") as raised:
        open_store(url, root)
    assert "has form 9" in str(raised.value)
    assert "s3cr3t" not in str(raised.value)


@pytest.mark.engine
def test_tables_in_postgres_are_made_once_migrated_and_a_newer_form_refused(
    postgres_url: str, tmp_path: Path
) -> None:
    check_server("postgres", postgres_url, tmp_path, on_postgres)


@pytest.mark.engine
def test_tables_in_mysql_are_made_once_migrated_and_a_newer_form_refused(
    mysql_url: str, tmp_path: Path
) -> None:
    check_server("mysql", mysql_url, tmp_path, on_mysql)
