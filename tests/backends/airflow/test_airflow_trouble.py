"""Tasks that go wrong end in Airflow as they should, and leave nothing behind."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from airflows import Airflow
from command_runs import pipegen

pytestmark = pytest.mark.engine
PROJECT = Path(__file__).with_name("project")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seen") / "pids"


@pytest.fixture(scope="module")
def runs(airflow_3: Airflow, seen: Path, tmp_path_factory: pytest.TempPathFactory) -> Any:
    project = Path(shutil.copytree(PROJECT, tmp_path_factory.mktemp("trouble") / "project"))
    place = f"airflow.artifacts.path={project.parent / 'artifacts'}"
    said = pipegen(project, "generate", "trouble.py", "--backend", "airflow", "-o", "dags", "--set", place)
    assert said.code == 0, said.err
    with airflow_3.playing(project / "dags", {"SEEN": str(seen)}) as player:
        assert player.found["errors"] == {} and player.found["warnings"] == []
        return {dag_id: player.run(dag_id) for dag_id in ("hanging", "giving-up", "leaving")}


def test_a_task_that_fails_each_time_is_tried_as_often_as_asked(runs: Any) -> None:
    assert runs["giving-up"]["state"] == "failed"
    assert runs["giving-up"]["tasks"] == {"always-fails": "failed"}
    assert runs["giving-up"]["tries"] == {"always-fails": 2}


def test_no_exit_code_is_taken_for_a_skip(runs: Any) -> None:
    assert runs["leaving"]["tasks"] == {"leaves-with-99": "failed"}


def test_a_task_over_its_time_fails_and_its_processes_are_gone(runs: Any, seen: Path) -> None:
    assert runs["hanging"]["tasks"] == {"hangs": "failed"}
    until = time.monotonic() + 10
    for pid in map(int, seen.read_text().split()):
        while _is_alive(pid):
            assert time.monotonic() < until, f"process {pid} goes on"
            time.sleep(0.1)


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
