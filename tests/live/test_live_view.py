"""The live view on a real pseudo-terminal, as an emulator shows it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import termios
import time
from dataclasses import replace
from pathlib import Path

import pytest
from played_runs import BEGAN, FOLDERS, Clock, Play, all_at_once, pipeline, small, with_trouble
from terminal_emulator import Terminal, terminal
from terminal_picture import drawn

from pipegen.cli.live import watcher
from pipegen.cli.live.plain import Lines
from pipegen.cli.live.screen import Screen
from pipegen.cli.live.view import Live
from pipegen.cli.live.words import Line
from pipegen.cli.paint import cells
from pipegen.engine.events import BY_SIGNAL, Plan
from pipegen.engine.records import RunRecord, TaskRecord

GOLDEN = Path(__file__).parent / "golden"
PICTURE = Path(__file__).parents[2] / "docs" / "assets" / "watching.svg"
SECONDS = (0.2, 2, 10, 33)
NOISY = (b"\x1b[2J", b"\x1b[H", b"\x1bc", b"\x1b[?1049h", b"\x1b[?25l", b"\x1b[3J")


def filmed(columns: int) -> str:
    """What is shown at some moments of a run, and at its end."""
    pictures, due = [], list(SECONDS)
    with terminal(columns) as screen:
        clock = Clock()

        def look(now: float) -> None:
            screen.read()
            if due and now - BEGAN >= due[0]:
                pictures.append(f"--- {due.pop(0)} s\n" + "\n".join(screen.shown()))

        with_trouble(Play(screen.live(clock), small(), 2, clock, look))
        screen.read()
        pictures.append("--- the end\n" + "\n".join(screen.shown()))
        assert not any(noise in written for written in screen.written for noise in NOISY)
        assert max(len(one) for one in screen.written) < 1000
    return "\n".join(pictures) + "\n"


@pytest.mark.parametrize("columns", [30, 80, 200])
def test_a_run_looks_like_this(columns: int, regenerate: bool) -> None:
    path, shown = GOLDEN / f"live-{columns}.txt", filmed(columns)
    if regenerate:
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")
    assert max(map(cells, shown.splitlines())) <= columns


def test_the_picture_in_the_documentation_is_what_a_terminal_shows(regenerate: bool) -> None:
    pictures, due = [], [1.0, 33.0]
    names = [f"clean-{at}" for at in range(12)]
    with terminal(84) as screen:
        clock = Clock()

        def look(now: float) -> None:
            screen.read()
            if due and now - BEGAN >= due[0]:
                due.pop(0)
                pictures.append(screen.letters())

        feeds = {**{name: [] for name in names}, "score-us": names[:5], "report": [*names[5:], "score-us"]}
        play = Play(screen.live(clock), pipeline(feeds), 4, clock, look).begin().cached(*names[:5])
        play.start(*names[5:8]).until(0.8).start("clean-8").until(1.8).done(*names[5:7], items=1200)
        play.start("score-us").until(2.2).again("score-us", "TimeoutError: no answer", 30).until(3)
        play.done("clean-7", "clean-8", items=310).start(*names[9:]).until(32.2).start("score-us").until(33.2)
    path, shown = PICTURE, drawn(pictures, 84)
    if regenerate:
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def busy(screen: Terminal, size: int, workers: int) -> None:
    """Many independent tasks with names of their own."""
    names = [f"task-{at:05}" for at in range(size)]
    clock = Clock()
    play = Play(screen.live(clock), pipeline(dict.fromkeys(names, ())), workers, clock, screen.read).begin()
    all_at_once(play, {name: 0.3 + at % 17 / 4 for at, name in enumerate(names)}, names)
    play.end()
    screen.read()


@pytest.mark.parametrize(("columns", "rows"), [(20, 8), (38, 12), (80, 24), (200, 50), (80, 2), (8, 1)])
def test_many_tasks_scroll_up_once_each_and_nothing_is_left_behind(columns: int, rows: int) -> None:
    with terminal(columns, rows) as screen:
        busy(screen, 300, 40)
        lines = [*screen.scrolled(), *screen.shown()]
        if columns >= 30:
            ended = [line.split()[1] for line in lines if line.startswith("✓")]
            assert sorted(ended) == [f"task-{at:05}" for at in range(300)]
        assert all(line.startswith("✓") for line in lines), "the moving lines are gone"
        assert not any(noise in written for written in screen.written for noise in NOISY)
        assert max(len(one) for one in screen.written) < 200 * max(rows, 12)


def plan(size: int) -> tuple[Plan, tuple[TaskRecord, ...]]:
    names = [f"task-{at:05}" for at in range(size)]
    drawn = pipeline(dict.fromkeys(names, ()))
    tasks = tuple(TaskRecord(name) for name in names)
    return Plan(drawn, RunRecord("r", "many", "t", "RUNNING", BEGAN, tasks=tasks), Path(), 64), tasks


def test_ten_thousand_tasks_that_end_at_once_are_told_in_a_few_lines() -> None:
    given, tasks = plan(10_000)
    with terminal(80) as screen:
        live = screen.live(Clock())
        live.started(given)
        began = time.process_time()
        for task in tasks:
            live.changed(replace(task, status="CACHED"))
        live.tick(BEGAN + 1)
        live.ended(replace(given.run, status="SUCCESS"), FOLDERS)
        spent = time.process_time() - began
        screen.read()
        (line,) = screen.shown()
        assert line.startswith("≡ 10,000 tasks cached: task-00000, task-00001, ")
        assert sum(map(len, screen.written)) < 1500
        assert spent < 1, "about 5 microseconds a task"


def test_the_cost_of_a_tick_does_not_grow_with_the_tasks() -> None:
    given, tasks = plan(10_000)
    with terminal(80) as screen:
        live = screen.live(Clock())
        live.started(given)
        for task in tasks[:5000]:
            live.changed(replace(task, status="RUNNING", attempts=1, started=BEGAN))
        screen.read()
        began = time.process_time()
        for at in range(100):
            live.tick(BEGAN + at)
            screen.read()
        assert time.process_time() - began < 2
        assert "and 4,989 more" in "\n".join(screen.shown())
        assert max(map(len, screen.written[1:])) < 1500


def test_failures_are_told_one_by_one_however_much_ends_beside_them() -> None:
    given, tasks = plan(3000)
    with terminal(80) as screen:
        live = screen.live(Clock())
        live.started(given)
        for at, task in enumerate(tasks):
            failed = replace(task, status="FAILED", attempts=1, error=f"ValueError: {at}")
            live.changed(failed if at % 1000 == 7 else replace(task, status="SUCCESS"))
        live.tick(BEGAN + 1)
        screen.read()
        shown = screen.shown()
        assert [line.split()[1] for line in shown if line.startswith("✗")] == [
            "task-00007",
            "task-01007",
            "task-02007",
        ]
        assert "✓ 2,997 tasks done: task-00000," in "\n".join(shown)


def test_colours_are_left_out_where_nobody_wants_them() -> None:
    with terminal(80) as screen:
        clock = Clock()
        with_trouble(Play(screen.live(clock, colored=False, utf8=False), small(), 2, clock, screen.read))
        screen.read()
        written = b"".join(screen.written)
    assert written.isascii()
    assert not re.search(rb"\x1b\[[\d;]*m", written)


@pytest.mark.parametrize(
    ("columns", "reason", "told"),
    [
        (80, BY_SIGNAL, "1/3  stopping  Ctrl-C ends it at once  2 s  1 running"),
        (40, BY_SIGNAL, "1/3  stopping  Ctrl-C ends it at once"),
        (80, "the run took longer than 2s", "1/3  stopping  2 s  1 running"),
    ],
)
def test_a_run_that_is_stopping_says_what_may_be_done(columns: int, reason: str, told: str) -> None:
    with terminal(columns) as screen:
        clock = Clock()
        play = Play(screen.live(clock), pipeline({"fetch": [], "score": ["fetch"], "bye": []}), 2, clock)
        play.begin().start("fetch").until(1).done("fetch").start("score").until(2)
        play.watcher.stopping(reason)
        play.watcher.tick(BEGAN + 2.5)
        screen.read()
        assert screen.shown()[-1].lstrip("█░ ") == told
        play.done("score").start("bye").until(4)
        screen.read()
        assert "stopping" not in screen.shown()[-1]


def test_the_view_follows_a_window_that_grows_and_shrinks() -> None:
    with terminal(80, 24) as screen:
        clock = Clock()
        play = Play(screen.live(clock), small(), 2, clock, screen.read).begin().start("fetch").until(1)
        play.until(2)
        screen.resize(200, 24)
        play.until(3).done("fetch").until(3.2)
        screen.resize(120, 24)
        play.start("score-eu").until(9).done("score-eu").end()
        screen.read()
        assert screen.shown() == ["✓ fetch       3.0 s", "✓ score-eu    5.8 s"]


@pytest.mark.parametrize(("columns", "up"), [(80, 1), (40, 2), (20, 5), (10, 9)])
def test_lines_that_a_narrower_window_has_wrapped_are_counted(columns: int, up: int) -> None:
    with terminal(80) as screen:
        drawn = Screen(screen.theirs)
        drawn.show([], [Line("x" * 50, 50), Line("y" * 48, 48)])
        screen.read()
        screen.resize(columns, 24)
        drawn.show([], [Line("z", 1)])
        screen.read()
        rows = -(-50 // columns) + -(-48 // columns) - 1
        assert rows >= up
        assert screen.written[-1].startswith(f"\r\x1b[{rows}A".encode())


def test_a_terminal_that_was_stopped_does_not_stop_the_run() -> None:
    with terminal(80) as screen:
        clock = Clock()
        play = Play(screen.live(clock), small(), 2, clock).begin().start("fetch")
        termios.tcflow(screen.theirs, termios.TCOOFF)  # what Ctrl-S does
        began = time.monotonic()
        play.until(60).done("fetch").start("score-eu").until(90)
        assert time.monotonic() - began < 5
        screen.read()
        termios.tcflow(screen.theirs, termios.TCOON)
        play.until(91).end()
        screen.read()
        assert screen.shown() == ["✓ fetch      1m 00s"]


def test_a_terminal_that_is_gone_does_not_end_the_run() -> None:
    with terminal(80) as screen:
        clock = Clock()
        play = Play(screen.live(clock), small(), 2, clock).begin()
        screen.hang_up()
        play.start("fetch").until(2).done("fetch").end()


PROGRAM = """
import sys
from played_runs import Play, pipeline, small, with_trouble
import time
from pipegen.cli.live import watcher

play = Play(watcher(), small())
play.clock.now = time.time()
print("before", file=sys.stderr)
play.begin()
if sys.argv[1] == "interrupt":
    try:
        play.start("fetch")
        play.watcher.tick(time.time() + 1)
        print("ready", flush=True)
        time.sleep(60)
    except KeyboardInterrupt:
        play.end("CANCELLED")
        raise SystemExit(130)
play.cached("fetch").end()
print("after", file=sys.stderr)
"""


def started(screen: Terminal, how: str, **env: str) -> subprocess.Popen[bytes]:
    plain = {key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "CI", "COLUMNS")}
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, how],
        env={**plain, "PYTHONPATH": str(Path(__file__).parent), "TERM": "xterm-256color", **env},
        stdin=screen.theirs,
        stderr=screen.theirs,
        stdout=subprocess.PIPE,
    )


def test_what_is_said_before_and_after_stands_above_and_below() -> None:
    with terminal(80) as screen:
        running = started(screen, "once")
        running.communicate(timeout=60)
        assert running.returncode == 0
        screen.read()
        assert screen.shown() == ["before", "≡ fetch      cached", "after"]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGKILL])
def test_whoever_stops_a_run_finds_the_cursor_where_it_belongs(stop: signal.Signals) -> None:
    with terminal(80) as screen:
        before = termios.tcgetattr(screen.theirs)
        running = started(screen, "interrupt")
        assert running.stdout is not None and running.stdout.readline() == b"ready\n"
        running.send_signal(stop)
        running.communicate(timeout=60)
        assert running.returncode == (130 if stop == signal.SIGINT else -9)
        assert termios.tcgetattr(screen.theirs) == before
        screen.read()
        assert not screen.screen.cursor.hidden
        assert b"\x1b[?" not in b"".join(screen.written), "no mode of the terminal was ever changed"
        if stop == signal.SIGINT:
            assert screen.shown() == ["before"]
            assert (screen.screen.cursor.x, screen.screen.cursor.y) == (0, 1)


@pytest.mark.parametrize(
    ("env", "kind"),
    [
        ({}, Live),
        ({"TERM": "dumb"}, Lines),
        ({"CI": "true"}, Lines),
        ({"CI": "1"}, Lines),
        ({"CI": "false"}, Live),
        ({"CI": ""}, Live),
    ],
)
def test_a_terminal_gets_the_live_view_unless_it_cannot_show_one(
    env: dict[str, str], kind: type, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    with terminal() as screen, open(screen.theirs, "w", encoding="utf-8", closefd=False) as stream:
        assert isinstance(watcher(stream=stream), kind)
