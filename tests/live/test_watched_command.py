"""`pipegen run` as it is watched, and `pipegen runs report`, with the real engine."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import termios
import time
from pathlib import Path

import pytest
from command_runs import pipegen
from terminal_emulator import Terminal, terminal

FLOW = """
import time
from pipegen import Pipeline, Retry, Settings, Step
from pydantic import SecretStr

class FetchSettings(Settings):
    token: SecretStr = SecretStr("x")

class Fetch(Step):
    settings: FetchSettings
    def run(self) -> list[int]:
        print("sent", self.settings.token.get_secret_value())
        return [1, 2, 3]

class Score(Step):
    retry = Retry(limit=1, backoff="0.2s")
    def run(self, rows: list[int]) -> int:
        print("looking at", rows, flush=True)
        raise ValueError("five is no number")

class Wait(Step):
    def run(self, rows: list[int]) -> int:
        time.sleep(float(len(rows)) * SECONDS)
        return 1

fetch = Fetch()
flow = Pipeline("flow", Wait(rows=fetch), SINKS)
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return written(tmp_path, sinks="Score(rows=fetch)")


def written(folder: Path, sinks: str = "", seconds: float = 0.1) -> Path:
    code = FLOW.replace("SINKS", sinks).replace("SECONDS", str(seconds))
    (folder / "flow.py").write_text(code, encoding="utf-8")
    (folder / "pyproject.toml").touch()  # whatever lies above it, this is the project
    return folder


def on_terminal(screen: Terminal, folder: Path, *words: str) -> subprocess.Popen[bytes]:
    """The command in a terminal of its own, as a shell starts it."""
    plain = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CI", "COLUMNS")}
    return subprocess.Popen(
        ["setsid", "--ctty", sys.executable, "-m", "pipegen", *words],
        cwd=folder,
        env={**plain, "TERM": "xterm-256color"},
        stdin=screen.theirs,
        stdout=screen.theirs,
        stderr=screen.theirs,
    )


def test_a_pipe_gets_a_line_for_each_thing_that_happens_and_a_summary(project: Path) -> None:
    said = pipegen(project, "run", "flow.py", "-j", "2", env={"FETCH__TOKEN": "hunter2-hunter2"})
    assert said.code == 1 and said.out == ""
    words = [line.split()[1:3] for line in said.err.splitlines() if re.match(r" +\d+\.\d  ", line)]
    assert words[0] == ["run", "flow"] and words[-1] == ["ended", "flow"]
    for expected in (["done", "fetch"], ["retrying", "score"], ["failed", "score"], ["done", "wait"]):
        assert words.count(expected) == 1
    assert words.count(["started", "score"]) == 2
    assert "score failed after 2 attempts (" in said.err
    assert "  | ValueError: five is no number\n" in said.err and "  | looking at [1, 2, 3]\n" in said.err
    assert "  again: pipegen run flow.py -j 2 --from score\n" in said.err
    assert re.search(
        r"^flow: FAILED in .*: 1 failed, 2 done  \(run \d{8}-\d{6}-\w+\)$", said.err, re.MULTILINE
    )
    again = pipegen(project, "run", "flow.py", "-j", "2", "--from", "score")
    assert again.code == 1 and "score failed" in again.err


def test_quiet_says_how_it_ended_and_json_says_nothing_else(tmp_path: Path) -> None:
    folder = written(tmp_path)
    quiet = pipegen(folder, "run", "flow.py", "-q")
    assert quiet.out == "" and re.fullmatch(r"flow: SUCCESS in .*\n", quiet.err)
    as_json = pipegen(folder, "run", "flow.py", "--json")
    assert as_json.err == "" and isinstance(json.loads(as_json.out), dict)


def test_a_terminal_shows_it_live(project: Path) -> None:
    with terminal(100, 30) as screen:
        running = on_terminal(screen, project, "run", "flow.py", "-j", "2")
        while running.poll() is None:
            screen.read()
            time.sleep(0.02)
        screen.read()
        shown = screen.shown()
        assert running.returncode == 1
        assert sorted(line[:7] for line in shown if line.startswith(("✓", "✗"))) == [
            "✓ fetch",
            "✓ wait ",
            "✗ score",
        ]
        assert any(line.startswith("↻ score") and "again in 0.2 s: ValueError" in line for line in shown)
        assert any(line.startswith("flow: FAILED in") for line in shown)
        assert not any("░" in line or "running" in line for line in shown), "the moving lines are gone"
        assert b"\x1b[2J" not in b"".join(screen.written)


def test_ctrl_c_leaves_a_terminal_as_it_was(tmp_path: Path) -> None:
    with terminal(80, 24) as screen:
        before = termios.tcgetattr(screen.theirs)
        running = on_terminal(screen, written(tmp_path, seconds=20), "run", "flow.py")
        deadline = time.monotonic() + 60
        while not any("1 running" in line for line in screen.shown()):
            assert time.monotonic() < deadline and running.poll() is None, screen.shown()
            screen.read()
            time.sleep(0.02)
        os.write(screen.ours, b"\x03")
        running.wait(60)
        screen.read()
        assert running.returncode != 0
        assert termios.tcgetattr(screen.theirs) == before
        assert not screen.screen.cursor.hidden and screen.screen.cursor.x == 0
        assert any(line.startswith("flow: CANCELLED after") for line in screen.shown())
        assert not any("░" in line or "^C" in line for line in screen.shown())


def test_a_report_is_one_file_in_which_no_secret_is(project: Path) -> None:
    secret = {"FETCH__TOKEN": "hunter2-hunter2"}
    pipegen(project, "run", "flow.py", env=secret)
    said = pipegen(project, "runs", "report", "-o", "out/run.html", env=secret)
    assert said.code == 0 and re.fullmatch(r"wrote out/run.html: flow, run \S+, FAILED\n", said.err)
    page = (project / "out" / "run.html").read_text(encoding="utf-8")
    found = json.loads(re.findall(r'id="data" type="application/json">(.*?)</script>', page, re.DOTALL)[0])
    fetch, *_ = found["run"]["tasks"]
    assert "hunter2" not in page and fetch["logs"][0]["text"] == "sent ***"
    assert fetch["settings"] == [["token", "***"]]
    assert fetch["artifact"]["type"] == "list[int]"
    assert re.search(r'<rect class="failed"', page), "the first attempt is told from the second"
    assert pipegen(project, "runs", "report", "last", "-o", "-", env=secret).out == page


def test_a_report_of_a_pipeline_that_cannot_be_loaded_any_more_says_so(project: Path) -> None:
    pipegen(project, "run", "flow.py")
    (project / "flow.py").write_text("import nothing_there\n", encoding="utf-8")
    said = pipegen(project, "runs", "report")
    assert said.code == 0
    assert "the graph is left out, for the pipeline cannot be loaded: " in said.err
    assert "could not be loaded" in (project / "report.html").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (("20990101",), 2, "there is no run '20990101'"),
        (("last", "-o", "flow.py"), 2, "'flow.py' is there already"),
        (("last", "-o", "flow.py/x.html"), 2, "'flow.py/x.html' cannot be written"),
    ],
)
def test_what_cannot_be_reported_is_refused(
    words: tuple[str, ...], code: int, message: str, project: Path
) -> None:
    pipegen(project, "run", "flow.py")
    said = pipegen(project, "runs", "report", *words)
    assert said.code == code and message in said.err and "Traceback" not in said.err
