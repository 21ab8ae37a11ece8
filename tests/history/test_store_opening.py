"""What PIPEGEN_HISTORY_URL and configs may say, and what is said about those that cannot be used."""

from __future__ import annotations

import os
import sqlite3
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from types import ModuleType

import pytest

from pipegen import plugins
from pipegen.engine.configs import STORES, load
from pipegen.engine.history.memory import MemoryStore
from pipegen.engine.history.mysql import MysqlStore
from pipegen.engine.history.opening import VARIABLE, is_own, open_store, own_file
from pipegen.engine.history.postgres import PostgresStore
from pipegen.engine.history.sqlite import SqliteStore
from pipegen.engine.records import RunRecord
from pipegen.errors import PipegenError

RUN = RunRecord("1", "p", "", "SUCCESS", 1.0, 2.0)


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)


def refusal(url: str, root: Path) -> str:
    with pytest.raises(PipegenError) as raised:
        open_store(url, root).close()
    return str(raised.value).replace(str(root), "ROOT")


def as_nobody(work: Callable[[], str]) -> str:
    """What a function says in a process of a user who may do little, for root may do anything."""
    if os.geteuid() != 0:
        return work()
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        os.setgid(65534)
        os.setuid(65534)
        os.write(writer, work().encode())
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as said:
        text = said.read()
    os.waitpid(child, 0)
    return text


def test_without_a_word_the_history_is_a_file_of_the_project(tmp_path: Path) -> None:
    store = open_store(None, tmp_path)
    store.save_run(RUN)
    store.close()
    assert is_own(None)
    assert own_file(tmp_path).is_file()
    assert (tmp_path / ".pipegen/.gitignore").read_text(encoding="utf-8") == "*\n"
    assert [
        one.name for one in (tmp_path / ".pipegen").iterdir() if one.name.endswith(("-wal", "-shm"))
    ] == []


PLACES = [
    ("sqlite", ".pipegen/history.db"),
    ("sqlite:", ".pipegen/history.db"),
    ("sqlite:///runs.db", "runs.db"),
    ("sqlite:///deep/down/runs.db", "deep/down/runs.db"),
    ("sqlite:///{root}/whole.db", "whole.db"),
]


@pytest.mark.parametrize(("url", "path"), PLACES)
def test_an_address_of_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, url: str, path: str) -> None:
    monkeypatch.setenv(VARIABLE, url.format(root=tmp_path))
    store = open_store(None, tmp_path)
    assert isinstance(store, SqliteStore)
    store.save_run(RUN)
    store.close()
    assert (tmp_path / path).is_file()
    assert not is_own(None)


def test_a_path_may_begin_with_the_home_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    (tmp_path / "project").mkdir()
    for store in ("sqlite:///~/a.db", load(STORES, "sqlite", {"path": "~/b.db"})):
        open_store(store, tmp_path / "project").close()
    assert {one.name for one in (tmp_path / "home").glob("*.db")} == {"a.db", "b.db"}
    assert not list((tmp_path / "project").iterdir())


def test_what_is_given_is_stronger_than_the_variable(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, "sqlite")
    assert isinstance(open_store("memory:", tmp_path), MemoryStore)
    assert isinstance(open_store(load(STORES, "memory"), tmp_path), MemoryStore)


def test_a_config_file_opens_a_store(tmp_path: Path) -> None:
    (tmp_path / "store.yaml").write_text("type: sqlite\npath: mine.db\n", encoding="utf-8")
    open_store(load(STORES, None, tmp_path / "store.yaml", root=tmp_path), tmp_path).close()
    assert (tmp_path / "mine.db").is_file()


@pytest.mark.engine
def test_addresses_of_servers(postgres_url: str, mysql_url: str, tmp_path: Path) -> None:
    for url, kind in (
        (postgres_url, PostgresStore),
        (postgres_url.replace("postgresql:", "postgres:") + "?application_name=mine", PostgresStore),
        (postgres_url.replace("postgresql:", "postgresql+psycopg:"), PostgresStore),
        (mysql_url, MysqlStore),
        (mysql_url.replace("mysql:", "mariadb:"), MysqlStore),
        (mysql_url.replace("mysql:", "mysql+pymysql:"), MysqlStore),
    ):
        store = open_store(url, tmp_path)
        assert isinstance(store, kind)
        store.close()


REFUSED = [
    ("sqlte:///x.db", "PG720", "there is no store 'sqlte' (did you mean 'sqlite'?)"),
    ("history.db", "PG709", "'history.db' is a path and no address of a store (write sqlite:///history.db)"),
    ("sqlite://x.db", "PG709", "the address of store 'sqlite' has three slashes before a path: sqlite:///history.db"),
    ("sqlite:///:memory:", "PG709", "names no file (write 'memory:' for a history that is forgotten)"),
    ("memory:x", "PG709", "the address of store 'memory' takes nothing behind 'memory:'"),
    ("postgres", "PG709", "the address of store 'postgres' names no server (write scheme://user:password@host/database)"),
    ("postgresql://ada:s3cr3t@db.example", "PG709", "names no database"),
    ("postgresql://ada:s3cr3t@[::1/h", "PG709", "has a bracket of an IPv6 address without the other (write [::1])"),
    ("mysql://ada:s3cr3t@127.0.0.1:65536/h", "PG709", "has a port that is no number from 1 to 65535"),
    ("mysql://ada:s3cr3t/x@127.0.0.1/h", "PG709", "a '/', '@' or ':' in a password is written as %2F, %40, %3A"),
    ("mysql://ada:s3cr3t@127.0.0.1/h?ssl-ca=x", "PG709", "'ssl-ca', which is not known (did you mean 'ssl_ca'?)"),
    ("postgresql://ada:s3cr3t@127.0.0.1:1/h?sslmod=x", "PG709", "invalid connection option \"sslmod\""),
    ("postgresql://ada:s3cr3t@127.0.0.1:1/h", "PG702", "at ada@127.0.0.1:1/h cannot be reached: connection refused"),
    ("mysql://ada:s3cr3t@127.0.0.1:1/h", "PG702", "the history at ada@127.0.0.1:1/h cannot be reached: "),
    ("postgresql://ada:s3cr3t@nowhere.invalid/h", "PG702", "cannot be reached: "),
    ("mysql://ada:s3cr3t@nowhere.invalid/h", "PG702", "cannot be reached: "),
]  # fmt: skip


@pytest.mark.parametrize("url", ["redis://ada:s3cr3t@h/d", "runs/x.db", "postgres://h", "reads:ada:s3cr3t@h"])
def test_what_is_wrong_with_the_variable_names_it(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("acme_reads")
    exec(
        PLUGIN.replace("class Broken:", "class Reads:\n    from_url = lambda self, url: {}[url]\n"),
        module.__dict__,
    )
    monkeypatch.setitem(sys.modules, "acme_reads", module)
    known = plugins.entry_points("pipegen.stores")
    monkeypatch.setattr(plugins, "entry_points", lambda group: {**known, "reads": "acme_reads:Reads"})
    monkeypatch.setenv(VARIABLE, url)
    with pytest.raises(PipegenError) as raised:
        open_store(None, tmp_path)
    (one,) = raised.value.diagnostics
    assert str(one.origin) == VARIABLE
    assert "s3cr3t" not in str(one)


@pytest.mark.parametrize("url", ["", " ", "\t"])
def test_a_variable_that_says_nothing_is_none(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(VARIABLE, url)
    assert is_own(None)
    open_store(None, tmp_path).close()
    assert own_file(tmp_path).is_file()


@pytest.mark.parametrize(("url", "code", "said"), REFUSED)
def test_an_address_that_cannot_be_used(url: str, code: str, said: str, tmp_path: Path) -> None:
    text = refusal(url, tmp_path)
    assert text.startswith(f"error[{code}]: ")
    assert said in text
    assert "s3cr3t" not in text
    assert list(tmp_path.iterdir()) == []


@pytest.mark.engine
@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_login_that_the_server_refuses(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue(f"{kind}_url")
    right = url.partition("//")[2].partition("@")[0]
    for wrong in ("pipegen:wr0ng%2Fword", "nobody-knows:wr0ng", "pipegen"):
        text = refusal(url.replace(right, wrong), tmp_path)
        assert text.startswith("error[PG703]: the history at ")
        assert " refuses the login: " in text
        assert "correct the user or the password" in text
        assert "wr0ng" not in text


@pytest.mark.engine
@pytest.mark.parametrize("kind", ["postgres", "mysql"])
def test_a_database_that_is_not_there(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    url = request.getfixturevalue(f"{kind}_url").rpartition("/")[0] + "/absent"
    text = refusal(url, tmp_path)
    assert text.startswith("error[PG702]: ")
    assert "absent" in text
    assert "s3cr3t" not in text


@pytest.mark.parametrize(
    ("module", "url", "extra"),
    [
        ("psycopg", "postgresql://ada@127.0.0.1/h", "postgres"),
        ("pymysql", "mysql://ada@127.0.0.1/h", "mysql"),
    ],
)
def test_a_driver_that_is_not_installed(
    module: str, url: str, extra: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    text = refusal(url, tmp_path)
    assert text.startswith("error[PG701]: ")
    assert f"(pip install 'pipegen-compiler[{extra}]')" in text


def test_a_folder_that_may_not_be_written(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    for folder in tmp_path.parents[:2]:
        folder.chmod(0o755)
    said = as_nobody(lambda: refusal("sqlite:///history.db", tmp_path))
    tmp_path.chmod(0o755)
    assert said.startswith("error[PG705]: the history at 'history.db' cannot be used: ")
    assert "name another place with PIPEGEN_HISTORY_URL" in said


def test_a_folder_or_a_file_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "a folder").mkdir()
    (tmp_path / "a file").touch()
    for path in ("a folder", "a file/history.db"):
        assert refusal(f"sqlite:///{path}", tmp_path).startswith(f"error[PG705]: the history at '{path}' ")


@pytest.mark.parametrize(
    "content", [b"not a database, though as long as the header of one would be" * 20, None]
)
def test_a_file_that_is_damaged(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "history.db"
    if content is None:
        store = open_store("sqlite:///history.db", tmp_path)
        for number in range(200):
            store.save_run(RunRecord(f"{number}", "p" * 500, "", "SUCCESS", 1.0))
        store.close()
        whole = path.read_bytes()
        path.write_bytes(whole[:4096] + b"\xff" * (len(whole) - 4096))
    else:
        path.write_bytes(content)
    with pytest.raises(PipegenError) as raised:
        open_store("sqlite:///history.db", tmp_path).list_runs()
    assert str(raised.value).startswith("error[PG708]: the history at 'history.db' is damaged: ")


def test_a_file_that_another_program_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipegen.engine.history.sql.PATIENCE", 0.3)
    monkeypatch.setattr("pipegen.engine.history.sqlite._DRIVER_WAITS", 0.1)
    store = open_store("sqlite:///history.db", tmp_path)
    with closing(sqlite3.connect(tmp_path / "history.db", isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        begin = time.monotonic()
        with pytest.raises(PipegenError) as raised:
            store.save_run(RUN)
        assert 0.2 < time.monotonic() - begin < 5
        other.execute("COMMIT")
    assert str(raised.value) == (
        "error[PG715]: the history at 'history.db' has been locked by another program for 0.3 s "
        "(end that program, or its transaction)"
    )
    store.save_run(RUN)
    assert store.list_runs() == [RUN]
    store.close()


PLUGIN = """
from pathlib import Path

from pydantic import BaseModel


class Config(BaseModel):
    url: str = ""


class Broken:
    name, summary, config = "broken", "fails", Config

    def open(self, config, root: Path):
        raise RuntimeError(f"cannot speak to {config.url}, whose password is s3cr3t")
"""


def test_a_plugin_that_fails_is_named_and_shows_no_password(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = ModuleType("acme_broken")
    exec(PLUGIN, module.__dict__)
    monkeypatch.setitem(sys.modules, "acme_broken", module)
    monkeypatch.setattr(plugins, "entry_points", lambda group: {"broken": "acme_broken:Broken"})
    assert refusal("broken://ada:s3cr3t@db.example/h", tmp_path) == (
        "error[PG710]: the store 'broken' cannot be opened: RuntimeError: cannot speak to ***, whose password is *** "
        "(see its documentation)"
    )
