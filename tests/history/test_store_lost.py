"""A store that goes away while it is used says so, loses nothing that it had, and works again when it is back."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from servers import Server, mariadb, missing, postgres

from pipegen.engine.history.lost import StoreLost
from pipegen.engine.history.opening import open_store
from pipegen.engine.records import RunRecord, TaskRecord

RUN = RunRecord("1", "p", "", "RUNNING", 1.0, tasks=(TaskRecord("a"), TaskRecord("b")))


@pytest.fixture(scope="module", params=["postgres", "mariadb"])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A server of its own, for it is stopped."""
    programs = {"postgres": ("initdb", "postgres"), "mariadb": ("mariadb-install-db", "mariadbd")}[
        request.param
    ]
    if missing(*programs):
        pytest.skip(missing(*programs))
    with {"postgres": postgres, "mariadb": mariadb}[request.param]() as server:
        yield server


@pytest.mark.engine
def test_a_server_that_is_stopped_in_the_middle_of_a_run(server: Server, tmp_path: Path) -> None:
    store = open_store(server.url, tmp_path)
    store.save_run(RUN)
    for how in (server.polite, signal.SIGKILL):
        done = TaskRecord("a", "SUCCESS", how)
        server.stop(how)
        for work in (
            lambda task=done: store.update_task_status("1", task),
            lambda: store.save_run(RUN),
            lambda: store.list_runs(),
        ):
            with pytest.raises(StoreLost) as raised:
                work()
            assert str(raised.value).startswith("error[PG707]: the history at ")
            assert "s3cr3t" not in str(raised.value)
        server.start()
        store.update_task_status("1", done)  # by a new connection
        found = store.get_run("1")
        assert found is not None and found.tasks == (done, TaskRecord("b"))
    store.close()


@pytest.mark.engine
def test_a_connection_that_the_server_ends_is_made_anew_without_a_word(
    server: Server, tmp_path: Path
) -> None:
    store, other = open_store(server.url, tmp_path), open_store(server.url, tmp_path)
    store.save_run(RUN)
    kill = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pipegen' "
        "AND pid <> pg_backend_pid()"
    )
    with other._held.lent() as connection, connection.cursor() as cursor:  # type: ignore[attr-defined]
        if server.url.startswith("mysql"):
            cursor.execute(
                "SELECT id FROM information_schema.processlist WHERE id <> CONNECTION_ID() AND user = 'pipegen'"
            )
            for (one,) in cursor.fetchall():
                cursor.execute(f"KILL {one}")
        else:
            cursor.execute(kill)
    store.update_task_status("1", TaskRecord("a", "SUCCESS", 1))
    found = other.get_run("1")
    assert found is not None and found.task("a") == TaskRecord("a", "SUCCESS", 1)
    store.close()
    other.close()


def test_a_file_that_is_removed_is_noticed_and_a_whole_record_makes_good(tmp_path: Path) -> None:
    store = open_store(None, tmp_path)
    store.save_run(RUN)
    for one in (tmp_path / ".pipegen").glob("history.db*"):
        one.unlink()
    with pytest.raises(StoreLost) as raised:
        store.update_task_status("1", TaskRecord("a", "SUCCESS", 1))
    assert str(raised.value).startswith(
        "error[PG707]: the history at '.pipegen/history.db' went away: the file was removed or replaced"
    )
    store.save_run(RUN)
    assert store.list_runs() == [RUN]
    store.close()


def test_a_disk_that_is_full_is_told_and_what_was_there_is_whole(tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        return  # without the right to mount there is no small disk
    try:
        store = open_store("sqlite:///history.db", place)
        store.save_run(RUN)
        (place / "filler").write_bytes(b"x" * (_free(place) - 100_000))
        big = RunRecord("2", "p", "", "RUNNING", 2.0, tasks=tuple(TaskRecord(f"t{n}") for n in range(9000)))
        for _ in range(2):
            with pytest.raises(StoreLost) as raised:
                store.save_run(big)
            assert str(raised.value).startswith(
                "error[PG706]: there is no room for the history at 'history.db': "
            )
        assert store.list_runs() == [RUN]
        with pytest.raises(StoreLost, match="PG706"):
            for number in range(10_000):
                store.update_task_status("1", TaskRecord("a", "RUNNING", number, error=str(number) * 1000))
        (place / "filler").unlink()
        store.update_task_status("1", TaskRecord("a", "SUCCESS", 1))
        found = store.get_run("1")
        assert found is not None and found.task("a") == TaskRecord("a", "SUCCESS", 1)
        store.close()
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def test_a_new_history_on_a_full_disk(tmp_path: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        return
    try:
        (place / "filler").write_bytes(b"x" * _free(place))
        with pytest.raises(Exception, match="PG706"):
            open_store("sqlite:///history.db", place)
        (place / "filler").unlink()
        open_store("sqlite:///history.db", place).close()
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def _free(place: Path) -> int:
    state = os.statvfs(place)
    return state.f_bavail * state.f_frsize


WAITS = """
import time
from pathlib import Path
from pipegen import Pipeline, Step

class First(Step):
    def run(self) -> int:
        Path("begun").touch()
        while not Path("go").exists():
            time.sleep(0.02)
        return 1

class Second(Step):
    def run(self, number: int) -> int:
        return number + 1

waits = Pipeline("waits", First() >> Second())
"""


@pytest.mark.engine
@pytest.mark.parametrize("comes_back", [False, True])
def test_a_run_whose_store_goes_away_ends_well_and_says_so(
    server: Server, comes_back: bool, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (tmp_path / "waits.py").write_text(WAITS, encoding="utf-8")
    words = [sys.executable, "-m", "pipegen", "run", "waits.py"]
    env = {**os.environ, "PIPEGEN_HISTORY_URL": server.url}
    with subprocess.Popen(words, cwd=tmp_path, env=env, stderr=subprocess.PIPE, text=True) as process:
        while not (tmp_path / "begun").exists() and process.poll() is None:
            time.sleep(0.02)
        server.stop(server.polite)
        if comes_back:
            server.start()
        (tmp_path / "go").touch()
        _, said = process.communicate()
    if not comes_back:
        server.start()
    store = open_store(server.url, tmp_path)
    (run,) = store.list_runs("waits", 1)
    store.close()
    assert process.returncode == 0, said
    assert len(list(tmp_path.glob(".pipegen/artifacts/*/*"))) == 2
    assert (run.status == "SUCCESS") is comes_back
    assert ("warning[PG707]" in said) is not comes_back, said
    assert "s3cr3t" not in said and "Traceback" not in said
