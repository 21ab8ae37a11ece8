"""Attempts in processes of their own: timed, stopped with everything they started, tried again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import pytest

LINUX = sys.platform == "linux"

HARNESS = """
import json, os, signal, subprocess, sys, time
from pathlib import Path
from pipegen.runtime.arguments import Policy
from pipegen.runtime.joblog import JobLog
from pipegen.runtime.outcome import Outcome
from pipegen.runtime.supervise import supervise

HERE = Path(__file__).parent

def started(*command):
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with open(HERE / "pids", "a") as file:
        file.write(f"{child.pid}\\n")
    return child

def hang():
    (HERE / "hanging").touch()
    time.sleep(60)

def attempt(number):
    with open(HERE / "attempts", "a") as file:
        file.write(f"{time.monotonic()}\\n")
BODY

outcome = supervise(attempt, POLICY, JobLog("score"))
try:
    os.waitpid(-1, os.WNOHANG)
    left = True
except ChildProcessError:
    left = False
print(json.dumps([outcome.code, outcome.rows, outcome.reason, left]))
"""


@dataclass
class Run:
    code: int
    rows: int | None
    reason: str
    children_left: bool
    out: str
    err: str
    seconds: float


class Supervised:
    """A supervisor in a process of its own, around an attempt given as source text."""

    def __init__(self, folder: Path, body: str, policy: str) -> None:
        self.folder = folder
        script = folder / "harness.py"
        indented = textwrap.indent(textwrap.dedent(body), "    ")
        script.write_text(HARNESS.replace("BODY", indented).replace("POLICY", f"Policy({policy})"))
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            [sys.executable, str(script)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )

    def wait_until_hanging(self) -> None:
        until = time.monotonic() + 20
        while not (self.folder / "hanging").exists() and time.monotonic() < until:
            time.sleep(0.01)

    def result(self) -> Run:
        out, err = self.process.communicate(timeout=30)
        *printed, last = out.splitlines()
        code, rows, reason, left = json.loads(last)
        return Run(code, rows, reason, left, "\n".join(printed), err, time.monotonic() - self.began)

    def attempts(self) -> list[float]:
        return [float(line) for line in (self.folder / "attempts").read_text().split()]

    def pids(self) -> list[int]:
        return [int(line) for line in (self.folder / "pids").read_text().split()]


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


ENDINGS = [
    ("success", "return Outcome(0, 7)", 1, (0, 7, "")),
    ("failure", "return Outcome(1, reason='no')", 3, (1, None, "no")),
    ("third time", "return Outcome(0 if number == 3 else 1, reason='no')", 3, (0, None, "no")),
    ("wrong input", "return Outcome(2, reason='bad')", 1, (2, None, "bad")),
    ("killed", "os.kill(os.getpid(), signal.SIGKILL)", 3, (1, None, "killed by signal 9; out of memory?")),
    ("crash", "os.kill(os.getpid(), signal.SIGSEGV)", 3, (1, None, "killed by signal 11 (SIGSEGV)")),
    ("own exit", "os._exit(0)", 3, (1, None, "the step ended its own process, with exit code 0")),
    ("TERM from elsewhere", "os.kill(os.getpid(), signal.SIGTERM)", 3, (1, None, "stopped by SIGTERM")),
    (
        "a fault",
        "raise RuntimeError('ours')",
        3,
        (1, None, "the step ended its own process, with exit code 1"),
    ),
    ("a long reason", "return Outcome(1, reason='x' * 9000)", 3, (1, None, "x" * 2000)),
]


@pytest.mark.parametrize(("_why", "body", "tries", "expected"), ENDINGS, ids=[one[0] for one in ENDINGS])
def test_an_attempt_ends_as_it_ends(
    tmp_path: Path, _why: str, body: str, tries: int, expected: tuple[int, int | None, str]
) -> None:
    run = Supervised(tmp_path, body, "retries=2, backoff=0.01")
    found = run.result()
    assert (found.code, found.rows, found.reason) == expected
    assert len(run.attempts()) == tries
    assert not found.children_left


def test_each_wait_is_longer_until_the_longest(tmp_path: Path) -> None:
    run = Supervised(tmp_path, "return Outcome(1, reason='no')", "3, 0.1, 3.0, 0.4")
    found = run.result()
    times = run.attempts()
    waits = [after - before for before, after in pairwise(times)]
    assert all(wait >= least for wait, least in zip(waits, [0.1, 0.3, 0.4], strict=True))
    assert waits[2] < 0.9
    assert found.err.splitlines() == [
        "pipegen: score: attempt 1 of 4 failed (no); next in 0.1s",
        "pipegen: score: attempt 2 of 4 failed (no); next in 0.3s",
        "pipegen: score: attempt 3 of 4 failed (no); next in 0.4s",
    ]


GRANDCHILDREN = """
started("sleep", "60")
started("sh", "-c", "trap '' TERM; sleep 60 & wait; sleep 60")
started("setsid", "sleep", "60")
subprocess.run(["sh", "-c", 'setsid sleep 60 >/dev/null 2>&1 & echo $! >> "$0"', str(HERE / "pids")])
try:
    hang()
finally:
    print("cleaned up", flush=True)
"""


@pytest.mark.skipif(not LINUX, reason="orphans can be adopted on Linux only")
def test_a_timeout_ends_everything_that_the_attempt_started(tmp_path: Path) -> None:
    run = Supervised(tmp_path, GRANDCHILDREN, "timeout=0.8, grace=0.4")
    found = run.result()
    assert (found.code, found.reason) == (124, "timed out after 0.8s")
    assert found.out == "cleaned up"
    assert len(run.pids()) == 4
    assert all(gone(pid) for pid in run.pids())
    assert not found.children_left
    assert found.seconds < 5


def test_a_timeout_is_per_attempt_and_tried_again(tmp_path: Path) -> None:
    run = Supervised(tmp_path, "if number < 3: hang()\nreturn Outcome(0)", "retries=2, timeout=0.4, grace=1")
    assert run.result().code == 0
    assert len(run.attempts()) == 3


def test_the_last_attempt_decides_between_timeout_and_failure(tmp_path: Path) -> None:
    body = "if number == 1: hang()\nreturn Outcome(1, reason='no')"
    assert Supervised(tmp_path, body, "retries=1, timeout=0.4, grace=1").result().code == 1


def test_a_step_that_will_not_stop_is_killed_after_the_grace_period(tmp_path: Path) -> None:
    body = """
    while True:
        try:
            hang()
        except BaseException:
            pass
    """
    found = Supervised(tmp_path, body, "timeout=0.3, grace=0.3").result()
    assert found.code == 124
    assert found.seconds < 5


def test_a_thread_that_goes_on_counts_as_running(tmp_path: Path) -> None:
    body = """
    import threading
    threading.Thread(target=time.sleep, args=(60,)).start()
    return Outcome(0)
    """
    assert Supervised(tmp_path, body, "timeout=0.4, grace=0.2").result().code == 124


def test_exit_functions_run_and_output_is_flushed(tmp_path: Path) -> None:
    body = """
    import atexit
    atexit.register(print, "at exit")
    print("said", end=" ")
    return Outcome(0)
    """
    assert Supervised(tmp_path, body, "retries=1").result().out == "said at exit"


def test_what_a_successful_step_leaves_running_is_left_alone(tmp_path: Path) -> None:
    run = Supervised(tmp_path, "started('sleep', '60')\nreturn Outcome(0)", "retries=1")
    found = run.result()
    [pid] = run.pids()
    assert found.code == 0
    os.kill(pid, signal.SIGKILL)


def test_what_a_failed_step_leaves_running_is_ended_before_the_next_attempt(tmp_path: Path) -> None:
    run = Supervised(tmp_path, "started('sleep', '60')\nreturn Outcome(1)", "retries=1")
    assert run.result().code == 1
    assert len(run.pids()) == 2
    assert all(gone(pid) for pid in run.pids())


STOPS = [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]


@pytest.mark.parametrize(("number", "code"), STOPS)
def test_a_signal_is_passed_on_and_the_step_may_clean_up(tmp_path: Path, number: int, code: int) -> None:
    run = Supervised(tmp_path, GRANDCHILDREN, "retries=3, grace=0.4")
    run.wait_until_hanging()
    run.process.send_signal(number)
    found = run.result()
    assert (found.code, found.out, len(run.attempts())) == (code, "cleaned up", 1)
    assert all(gone(pid) for pid in run.pids())
    assert not found.children_left


def test_a_signal_ends_the_wait_between_attempts(tmp_path: Path) -> None:
    run = Supervised(tmp_path, "(HERE / 'hanging').touch()\nreturn Outcome(1)", "retries=1, backoff=60")
    run.wait_until_hanging()
    time.sleep(0.2)
    run.process.send_signal(signal.SIGTERM)
    found = run.result()
    assert found.code == 143
    assert found.seconds < 10


@pytest.mark.skipif(not LINUX, reason="a child learns of its parent's death on Linux only")
def test_a_killed_supervisor_takes_its_attempt_along(tmp_path: Path) -> None:
    run = Supervised(tmp_path, "(HERE / 'pids').write_text(str(os.getpid()))\nhang()", "retries=1")
    run.wait_until_hanging()
    run.process.kill()
    run.process.communicate()
    assert all(gone(pid) for pid in run.pids())
