"""Without a terminal a run is told line by line, the same for every run that goes the same way."""

from __future__ import annotations

import io
import os
import re
from pathlib import Path

import pytest
from played_runs import BEGAN, Clock, Play, pipeline, small, with_trouble

from pipegen.cli.live import watcher
from pipegen.cli.live.plain import Lines, Silent
from pipegen.engine.records import TaskRecord

GOLDEN = Path(__file__).parent / "golden"


def told(play: object = with_trouble) -> str:
    stream, clock = io.StringIO(), Clock()
    with_trouble(Play(Lines(stream, clock), small(), 2, clock))
    return stream.getvalue()


def test_a_run_reads_like_this(regenerate: bool) -> None:
    path = GOLDEN / "plain.txt"
    if regenerate:
        path.write_text(told(), encoding="utf-8")
    assert told() == path.read_text(encoding="utf-8")


def test_each_line_has_the_seconds_a_word_and_the_task() -> None:
    for line in told().splitlines():
        assert re.fullmatch(r" *\d+\.\d  (run|started|done|cached|skipped|retrying|failed|ended) +\S.*", line)
    assert [line for line in told().splitlines() if "  failed " in line] == [
        "     35.0  failed    score-us  34.9 s, after 2 attempts, ValueError: 'five' is no number"
    ]


def test_no_name_and_no_error_can_move_the_cursor_or_begin_a_line() -> None:
    stream, clock = io.StringIO(), Clock()
    lines = Lines(stream, clock)
    Play(lines, small(), 1, clock).begin()
    error = "bad\x1b[2J\n      0.0  done      all"
    lines.changed(TaskRecord("a\u202eb\nc", "FAILED", 1, BEGAN, BEGAN + 1, error))
    assert "\x1b" not in stream.getvalue() and "\u202e" not in stream.getvalue()
    assert len(stream.getvalue().splitlines()) == 2


def test_a_reader_who_leaves_does_not_end_the_run() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8", closefd=False) as stream:
        with_trouble(Play(Lines(stream, Clock()), small()))
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)  # so that closing has somewhere to flush to
    os.close(writing)


def test_quiet_says_nothing() -> None:
    stream = io.StringIO()
    said = watcher(quiet=True, stream=stream)
    assert isinstance(said, Silent)
    with_trouble(Play(said, small()))
    assert stream.getvalue() == ""


def test_a_pipe_gets_lines() -> None:
    assert isinstance(watcher(stream=io.StringIO()), Lines)


def test_what_is_told_before_a_run_begins_is_no_trouble() -> None:
    stream = io.StringIO()
    play = Play(Lines(stream, Clock(BEGAN + 1)), small())
    play.start("fetch").again("fetch", "late", 1)
    assert stream.getvalue() == ""


def test_an_error_does_not_show_a_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOME_API_TOKEN", "hunter2-hunter2")
    stream = io.StringIO()
    play = Play(Lines(stream, Clock()), small()).begin().start("fetch")
    play.again("fetch", "HTTPError: hunter2-hunter2", 1).start("fetch").failed("fetch", "E: hunter2-hunter2")
    assert "hunter2" not in stream.getvalue()
    assert "HTTPError: ***" in stream.getvalue() and "E: ***" in stream.getvalue()


@pytest.mark.parametrize("count", [1, 2])
def test_numbers_have_their_plural(count: int) -> None:
    stream, clock = io.StringIO(), Clock()
    play = Play(Lines(stream, clock), pipeline({str(n): [] for n in range(count)}), count, clock).begin()
    play.start("0").done("0", items=count)
    plural = "s" if count > 1 else ""
    assert f"{count} task{plural}, {count} worker{plural}\n" in stream.getvalue()
    assert f"{count} row{plural}\n" in stream.getvalue()
