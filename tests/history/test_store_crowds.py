"""Many threads in many processes write to one store, and some are killed: nothing is lost, nothing is torn."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

HAMMER = Path(__file__).with_name("hammer.py")


def hammer(*words: object) -> str:
    done = subprocess.run(
        [sys.executable, str(HAMMER), *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return done.stderr


def test_sqlite_loses_nothing_in_a_crowd(tmp_path: Path) -> None:
    hammer("crowd", "sqlite:///history.db", tmp_path)


@pytest.mark.engine
def test_postgres_loses_nothing_in_a_crowd(postgres_url: str, tmp_path: Path) -> None:
    hammer("crowd", postgres_url, tmp_path)


@pytest.mark.engine
def test_mysql_loses_nothing_in_a_crowd(mysql_url: str, tmp_path: Path) -> None:
    hammer("crowd", mysql_url, tmp_path)


def test_a_killed_writer_leaves_every_record_whole(tmp_path: Path) -> None:
    hammer("kill", tmp_path)
