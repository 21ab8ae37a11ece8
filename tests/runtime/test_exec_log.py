"""What `pipegen exec` says on stderr: nothing when all is well, and JSON lines when asked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from task_runs import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_success_is_silent(project: Project) -> None:
    assert project.task("Fetch", "--retry", "2", "--timeout", "1h").err == ""


def test_the_events_of_a_success(project: Project) -> None:
    start, attempt, done = project.task("Fetch", "--log", "json").events
    assert (start["event"], start["task"], start["target"], start["attempts"]) == (
        "start",
        "fetch",
        "steps:Fetch",
        1,
    )
    assert (attempt["event"], attempt["attempt"]) == ("attempt", 1)
    assert (done["event"], done["rows"]) == ("done", 3)
    assert 0 < done["seconds"] < 30  # type: ignore[operator]
    assert all("time" in one for one in (start, attempt, done))


def test_the_events_of_retries(project: Project) -> None:
    found = project.task("Flaky", "--log", "json", "--retry", "2", "--backoff", "0.01s").events
    assert [one["event"] for one in found] == [
        "start", "attempt", "error", "retry", "attempt", "error", "retry", "attempt", "done",
    ]  # fmt: skip
    assert found[2]["message"] == "RuntimeError: try 1"
    assert "steps.py" in str(found[2]["traceback"])
    assert (found[6]["attempt"], found[6]["wait"], found[6]["reason"]) == (2, 0.02, "RuntimeError: try 2")


def test_the_events_of_wrong_input(project: Project) -> None:
    found = project.task("Fetch", "--log", "json", FETCH__LIMIT="0", FETCH__LIMTI="1").events
    assert [one["event"] for one in found] == ["start", "attempt", "error", "error", "failed"]
    assert [one.get("code") for one in found[2:]] == ["PG303", "PG304", 2]
    assert found[3]["hint"] == "did you mean 'FETCH__LIMIT'?"


def test_the_event_of_a_timeout(project: Project) -> None:
    found = project.task("Hangs", "--log", "json", "--timeout", "0.4s", "--grace", "1s").events
    assert [one["event"] for one in found] == ["start", "attempt", "failed"]
    assert (found[-1]["code"], found[-1]["reason"]) == (124, "timed out after 0.4s")


def test_help_goes_to_stdout(project: Project) -> None:
    found = project.exec("--help")
    assert (found.code, found.err) == (0, "")
    assert "--env-file FILE" in found.out


def test_help_may_be_read_in_part(project: Project) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as left:
        words = [sys.executable, "-m", "pipegen", "exec", "--help"]
        found = subprocess.run(words, stdout=left, stderr=subprocess.PIPE, text=True, check=False)
    assert (found.returncode, found.stderr) == (0, "")


def test_a_wrong_command_line_is_one_plain_line_and_a_hint(project: Project) -> None:
    found = project.exec("steps:Fetch", "--out", "o", "--retrys=3")
    assert (found.code, found.out) == (2, "")
    assert found.err == "error[PG301]: there is no option '--retrys'\n  hint: did you mean '--retry'?\n"
