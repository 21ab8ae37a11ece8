"""Ctrl-C, time limits, and being killed: nothing is left running, nothing is half-written, and it goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_runs import PLAIN
from engine_project import Project

SLOW = """
    @step
    def first() -> int:
        mark("first")
        return 1

    @step
    def slow(x: int) -> int:
        if os.environ.get("STUBBORN"):
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        subprocess.Popen(["sh", "-c", "setsid sleep 4321 & sleep 4321"])
        mark("slow")
        if Path("fast").exists():
            return x + 1
        time.sleep(60)
        return 0

    @step
    def bye() -> None:
        mark("bye")

    flow = Pipeline("flow", slow(x=first()), on_exit=bye())
"""


@contextmanager
def started(project: Project, *words: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    """A run that has come to its slow task."""
    command = [sys.executable, "-m", "pipegen", "run", "flow.py", *words]
    with subprocess.Popen(
        command, cwd=project.folder, env={**PLAIN, **env}, stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            _until(lambda: "slow" in _marks(project), process)
            yield process
        finally:
            process.kill()


def _marks(project: Project) -> str:
    path = project.folder / "marks"
    return path.read_text() if path.exists() else ""


def _until(true: Callable[[], bool], process: subprocess.Popen[str] | None = None) -> None:
    for _ in range(600):
        if true():
            return
        assert process is None or process.poll() is None, process.communicate()
        time.sleep(0.05)
    raise AssertionError("it did not come to that")


def left_behind(project: Project) -> list[str]:
    """The processes that began in the project's folder and still go on."""
    found = []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            if (path / "cwd").readlink() == project.folder and "4321" in words:
                found.append(words)
        except OSError:
            continue
    return found


def test_ctrl_c_ends_the_whole_tree_and_the_exit_step_still_runs(project: Project) -> None:
    project.write(SLOW)
    with started(project) as process:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert project.tasks() == {"first": "SUCCESS", "slow": "FAILED", "bye": "SUCCESS"}
    assert project.status() == "CANCELLED"
    assert left_behind(project) == []
    assert "--resume" in said


def test_what_a_stopped_run_did_not_come_to_is_skipped_all_of_it(project: Project) -> None:
    graph = """
    @step
    def after(x: int) -> int:
        return x

    flow = Pipeline(
        "flow", [slow(x=first()) >> after(), after("beside", x=first("second"))], on_failure=bye()
    )
"""
    project.write(SLOW.rpartition("    flow =")[0] + graph)
    with started(project, "-j", "1") as process:
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    found = project.tasks()
    assert {found[name] for name in ("after", "beside", "bye")} == {"SKIPPED"}
    assert "1 failed, 3 skipped, 2 done" in said
    assert "not a failure: stopped by a signal" in said


def test_what_waited_for_another_attempt_when_it_was_stopped_has_failed(project: Project) -> None:
    project.write(
        """
        @step(retry=Retry(limit=3, backoff="60s"))
        def slow() -> int:
            mark("slow")
            raise ValueError("no luck")
        flow = Pipeline("flow", slow())
        """
    )
    with started(project) as process:
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert process.returncode == 130
    assert project.tasks() == {"slow": "FAILED"}
    assert "slow failed" in said and "ValueError: no luck" in said


def test_a_second_ctrl_c_is_immediate(project: Project) -> None:
    project.write(SLOW)
    with started(project, STUBBORN="1") as process:
        process.send_signal(signal.SIGINT)
        time.sleep(0.5)
        assert process.poll() is None
        began = time.monotonic()
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=30)
    assert said.count("  stopping  flow  stopped by a signal, a second one ends it at once\n") == 1
    assert time.monotonic() - began < 5
    assert process.returncode == 130
    assert left_behind(project) == []
    assert "bye" not in project.marks()


def test_a_time_limit_ends_grandchildren_too(project: Project) -> None:
    project.write(
        SLOW.replace("def slow", "def slow", 1).replace(
            "@step\n    def slow", '@step(timeout="1s")\n    def slow'
        )
    )
    said = project.run()
    assert said.code == 1
    assert "timed out after 1s" in said.err
    assert left_behind(project) == []


def test_what_a_successful_task_left_running_is_ended(project: Project) -> None:
    project.write(SLOW, fast="")
    assert project.run().code == 0
    assert left_behind(project) == []


def test_a_killed_run_leaves_nothing_running_and_is_resumed(project: Project) -> None:
    project.write(SLOW)
    with started(project) as process:
        process.kill()
        process.communicate()
    _until(lambda: not left_behind(project))
    assert project.tasks()["first"] == "SUCCESS"
    project.marks()
    (project.folder / "fast").touch()
    run, again = project.runs()[0], time.time()
    said = project.run("--resume", "last")
    assert said.code == 0, said.err
    assert project.runs() == [run]
    assert project.marks() == ["slow", "bye"]
    assert project.tasks() == {"first": "CACHED", "slow": "SUCCESS", "bye": "SUCCESS"}
    assert min(project.times()) >= again, "what lay between the two is counted as time that tasks took"


def test_a_run_is_found_in_the_store_that_values_name(project: Project) -> None:
    store = "run: {store: {type: sqlite, path: elsewhere.db}}"
    code = """
        @step
        def fails() -> int:
            mark("fails")
            raise ValueError("no luck")
        flow = Pipeline("flow", fails())
    """
    project.write(code, **{"values.yaml": store})
    assert project.run().code == 1
    assert (project.folder / "elsewhere.db").exists()
    said = project.run("--resume", "last")
    assert said.code == 1, said.err
    assert "ValueError: no luck" in said.err
    assert project.marks() == ["fails", "fails"]


@pytest.mark.parametrize("what", ["goes on", "succeeded", "unknown"])
def test_what_cannot_be_resumed_is_refused(project: Project, what: str) -> None:
    project.write(SLOW)
    if what == "goes on":
        with started(project):
            said = project.run("--resume", "last")
        assert "error[PG774]" in said.err
        assert "it still goes on" in said.err
    elif what == "succeeded":
        project.write(SLOW, fast="").run()
        said = project.run("--resume", "last")
        assert "nothing left to do" in said.err
    else:
        project.write(SLOW, fast="").run()
        said = project.run("--resume", "2020")
        assert "error[PG776]: there is no run '2020'" in said.err
    assert said.code == 2
