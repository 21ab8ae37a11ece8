"""A run whose process was killed is shown as interrupted; one that goes on, or that is another machine's, is not."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from pipegen.engine.history.contract import Store
from pipegen.engine.history.liveness import goes_on, settled
from pipegen.engine.history.lost import StoreLost
from pipegen.engine.history.opening import open_store
from pipegen.engine.places import Places
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.errors import Diagnostic

RUN = RunRecord(
    "20270115-080000-000001",
    "reviews",
    "reviews.py",
    "RUNNING",
    100.0,
    tasks=(
        TaskRecord("fetch", "SUCCESS", 1, 101.0, 104.0),
        TaskRecord("score", "RUNNING", 2, 104.5, log=".pipegen/runs/20270115-080000-000001/logs/score.2.log"),
        TaskRecord("report"),
    ),
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = open_store(None, tmp_path)
    store.save_run(RUN)
    yield store
    store.close()


@contextmanager
def engine(root: Path) -> Iterator[int]:
    """A process that holds the run's lock."""
    ready, told = os.pipe()
    child = os.fork()
    if not child:
        lock = os.open(Places(root).run_lock(RUN.id), os.O_CREAT | os.O_RDWR)
        fcntl.flock(lock, fcntl.LOCK_EX)
        os.write(told, b".")
        signal.pause()
    os.read(ready, 1)
    yield child
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def test_a_run_goes_on_while_its_lock_is_held_and_is_interrupted_after(store: Store, tmp_path: Path) -> None:
    logs = Places(tmp_path).run(RUN.id) / "logs"
    logs.mkdir(parents=True)
    (logs / "score.2.log").touch()
    os.utime(logs / "score.2.log", (150.0, 150.0))
    with engine(tmp_path):
        assert goes_on(tmp_path, RUN.id) is True
        assert settled(store, tmp_path, RUN) == RUN
    assert goes_on(tmp_path, RUN.id) is False
    found = settled(store, tmp_path, RUN)
    fetch, score, report = RUN.tasks
    killed = replace(score, status="FAILED", error="interrupted", ended=150.0)
    expected = replace(
        RUN, status="INTERRUPTED", ended=150.0, error="interrupted", tasks=(fetch, killed, report)
    )
    assert found == expected
    assert store.get_run(RUN.id) == expected
    assert settled(store, tmp_path, expected) == expected


def test_a_run_of_another_machine_stays_as_it_says(store: Store, tmp_path: Path) -> None:
    assert goes_on(tmp_path, RUN.id) is None
    assert settled(store, tmp_path, RUN) == RUN


def test_a_run_that_ended_since_it_was_read_is_told_as_it_ended(store: Store, tmp_path: Path) -> None:
    Places(tmp_path).run(RUN.id).mkdir(parents=True)
    Places(tmp_path).run_lock(RUN.id).touch()
    ended = replace(RUN, status="SUCCESS", ended=110.0)
    store.save_run(ended)
    assert settled(store, tmp_path, RUN) == ended
    assert store.get_run(RUN.id) == ended


def test_without_a_log_the_last_time_in_the_record_is_the_end(store: Store, tmp_path: Path) -> None:
    Places(tmp_path).run(RUN.id).mkdir(parents=True)
    Places(tmp_path).run_lock(RUN.id).touch()
    assert settled(store, tmp_path, RUN).ended == 104.5


def test_a_history_that_cannot_be_written_is_shown_all_the_same(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(run: RunRecord) -> None:
        raise StoreLost(Diagnostic("PG706", "full"))

    Places(tmp_path).run(RUN.id).mkdir(parents=True)
    Places(tmp_path).run_lock(RUN.id).touch()
    monkeypatch.setattr(store, "save_run", full)
    assert settled(store, tmp_path, RUN).status == "INTERRUPTED"
