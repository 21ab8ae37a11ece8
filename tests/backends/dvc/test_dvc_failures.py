"""A stage that fails, and what is left of the pipeline then."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from repository import Repository

pytestmark = pytest.mark.engine

FLOW = """
import os
import subprocess
import time
from pathlib import Path

from pipegen import Pipeline, Retry, Settings, Step, step


@step
def first() -> int:
    return 1


class HowSettings(Settings):
    fail: bool = False
    text: str = "fine"


class Middle(Step):
    settings: HowSettings

    def run(self, number: int) -> str:
        if self.settings.fail:
            raise RuntimeError("as was asked for")
        return f"{self.settings.text} {number}"


@step
def last(text: str) -> str:
    return text.upper()


flow = Pipeline("flow", last(text=Middle(number=first())))


@step(retry=Retry(limit=2, backoff="0.1s"))
def flaky() -> int:
    tries = Path("tries")
    tries.write_text((tries.read_text() if tries.exists() else "") + "x")
    if len(tries.read_text()) < 3:
        raise RuntimeError("not yet")
    return len(tries.read_text())


retried = Pipeline("retried", flaky())


@step(timeout="1s")
def slow() -> int:
    child = subprocess.Popen(["sleep", "600"])
    Path("child").write_text(str(child.pid))
    time.sleep(600)
    return 1


timed = Pipeline("timed", slow())
"""


@pytest.fixture
def flow(repository: Repository) -> Repository:
    return repository.write(flow_py=FLOW).generate("flow.py:flow")


def test_a_failure_stops_what_is_behind_it_and_a_fix_goes_on_from_there(flow: Repository) -> None:
    said = flow.run("dvc", "repro", MIDDLE__FAIL="1")
    assert said.code != 0
    assert said.ran == ["first", "middle"]
    assert "RuntimeError: as was asked for" in said.text
    assert "failed to reproduce 'middle'" in said.text
    assert {one.name for one in (flow.path / "artifacts").iterdir()} - {".gitignore"} == {"first"}
    assert flow.repro() == ["middle", "last"]
    assert flow.read("artifacts/last/data.json").strip() == '"FINE 1"'


def test_what_was_there_before_a_failure_is_one_checkout_away(flow: Repository) -> None:
    flow.repro()
    said = flow.run("dvc", "repro", MIDDLE__FAIL="1")
    assert said.ran == ["middle"]
    assert flow.read("artifacts/last/data.json").strip() == '"FINE 1"'
    assert not (flow.path / "artifacts/middle").exists(), "DVC removes what a stage is about to make"
    flow.ok("dvc", "checkout", "artifacts/middle")
    assert flow.read("artifacts/middle/data.json").strip() == '"fine 1"'
    assert flow.repro() == []


def test_an_artifact_that_persists_survives_a_failure(flow: Repository) -> None:
    flow.write(values_yaml="dvc: {stages: {middle: {persist: true}}}\n").generate("flow.py:flow")
    flow.repro()
    assert flow.run("dvc", "repro", MIDDLE__FAIL="1").ran == ["middle"]
    assert flow.read("artifacts/middle/data.json").strip() == '"fine 1"'
    assert flow.repro(MIDDLE__TEXT="better") == ["middle", "last"]
    assert flow.read("artifacts/last/data.json").strip() == '"BETTER 1"'
    assert not [one for one in (flow.path / "artifacts").rglob("*") if "partial" in one.name]


def test_going_on_after_a_failure_runs_what_does_not_need_it(repository: Repository) -> None:
    repository.write(
        flow_py=FLOW.replace(
            'flow = Pipeline("flow", last(text=Middle(number=first())))',
            'number = first()\nflow = Pipeline("flow", last(text=Middle(number=number)), '
            'last("other", text=Middle("fine", number=number)))',
        )
    ).generate("flow.py:flow")
    said = repository.run("dvc", "repro", "--keep-going", MIDDLE__FAIL="1", FINE__FAIL="0")
    assert said.code != 0
    assert sorted(said.ran) == ["fine", "first", "middle", "other"]
    assert repository.repro() == ["middle", "last"]


def test_retries_are_carried_by_the_command(repository: Repository) -> None:
    repository.write(flow_py=FLOW).generate("flow.py:retried")
    assert repository.repro() == ["flaky"]
    assert repository.read("tries") == "xxx"


def test_a_timeout_ends_the_stage_and_all_that_it_started(repository: Repository) -> None:
    repository.write(flow_py=FLOW).generate("flow.py:timed")
    said = repository.run("dvc", "repro")
    assert said.code != 0
    assert "exited with 124" in said.text
    child = int(repository.read("child"))
    deadline = time.monotonic() + 5
    while _is_alive(child) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_alive(child)


def _is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
        state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"
