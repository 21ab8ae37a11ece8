"""Tasks that go wrong end in Airflow as they should, and leave nothing behind."""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path
from typing import Any

import pytest
from airflows import Airflow
from command_runs import pipegen

pytestmark = pytest.mark.engine
RUN = ("hanging", "giving-up", "leaving", "left-out", "not-run")
PROJECT = Path(__file__).with_name("project")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("seen") / "pids"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = Path(shutil.copytree(PROJECT, tmp_path_factory.mktemp("trouble") / "project"))
    place = f"airflow.artifacts.path={found.parent / 'artifacts'}"
    said = pipegen(found, "generate", "trouble.py", "--backend", "airflow", "-o", "dags", "--set", place)
    assert said.code == 0, said.err
    return found


@pytest.fixture(scope="module")
def runs(airflow_3: Airflow, seen: Path, project: Path) -> Any:
    with airflow_3.playing(project / "dags", {"SEEN": str(seen)}) as player:
        assert player.found["errors"] == {} and player.found["warnings"] == []
        return {dag_id: player.run(dag_id) for dag_id in RUN}


def test_a_task_that_fails_each_time_is_tried_as_often_as_asked(runs: Any) -> None:
    assert runs["giving-up"]["state"] == "failed"
    assert runs["giving-up"]["tasks"] == {"always-fails": "failed"}
    assert runs["giving-up"]["tries"] == {"always-fails": 2}


def test_no_exit_code_is_taken_for_a_skip(runs: Any) -> None:
    assert runs["leaving"]["tasks"] == {"leaves-with-99": "failed"}


def test_a_failure_counts_though_a_skip_came_before_it(runs: Any) -> None:
    states = runs["left-out"]["tasks"]
    assert (states["rescue"], states["breaks"], states["both"]) == ("skipped", "failed", "upstream_failed")
    assert runs["left-out"]["state"] == "failed"


def test_a_task_that_never_ran_needs_no_rescue(runs: Any) -> None:
    states = runs["not-run"]["tasks"]
    assert (states["rescue"], states["again"]) == ("upstream_failed", "upstream_failed")
    assert runs["not-run"]["state"] == "failed"


def test_a_task_over_its_time_fails_and_its_processes_are_gone(runs: Any, seen: Path) -> None:
    assert runs["hanging"]["tasks"] == {"hangs": "failed"}
    until = time.monotonic() + 10
    for pid in map(int, seen.read_text().split()):
        while _is_alive(pid):
            assert time.monotonic() < until, f"process {pid} goes on"
            time.sleep(0.1)


def test_the_command_of_airflow_comes_to_the_same_states(
    airflow_3: Airflow, seen: Path, project: Path
) -> None:
    env = {"AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags"), "SEEN": str(seen)}
    ran = airflow_3.call("airflow", "dags", "test", "mixed", env=env)
    assert ran.returncode == 1, ran.stdout + ran.stderr
    (made,) = (project.parent / "artifacts" / "mixed").iterdir()
    words = ("tasks", "states-for-dag-run", "mixed", made.name, "--output", "json")
    states = airflow_3.call("airflow", *words, env=env)
    found = {one["task_id"]: one["state"] for one in json.loads(states.stdout.splitlines()[-1])}
    assert found == {"always-fails": "failed", "works-the-second-time": "success"}


def _is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"
