"""What stands at the end of a run, for whoever has to do something about it."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from played_runs import BEGAN, FOLDERS, LOGS, Play, finished, pipeline, record, small, with_trouble

from pipegen.cli.live.plain import Silent
from pipegen.cli.paint import Paint
from pipegen.cli.summary import Summary, chain, lines
from pipegen.engine.events import Plan
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.ir import Draft, Pipeline, Setting, Step, Task
from pipegen.link import link

GOLDEN = Path(__file__).parent / "golden"
PLAIN = Paint(False, 100)
RUN = "20261118-113640-4f2ac1"


def again(name: str, plan: Plan) -> str:
    return f"pipegen run reviews.py --from {name}"


def said(run: RunRecord, drawn: Pipeline, root: Path = Path(), workers: int = 2, brief: bool = False) -> str:
    return "\n".join(lines(run, Plan(drawn, run, root, workers), again, PLAIN, brief=brief)) + "\n"


def written(root: Path, name: str, content: str) -> str:
    path = root / LOGS / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content, encoding="utf-8")
    return f"{LOGS}/{name}"


def troubled(root: Path) -> RunRecord:
    log = written(root, "score-us.2.log", "".join(f"line {at}\n" for at in range(30)) + "ValueError: x\n")
    run = with_trouble(Play(Silent(), small()))
    tasks = tuple(replace(one, log=log) if one.name == "score-us" else one for one in run.tasks)
    return replace(run, tasks=tasks, details={"workers": 2})


def test_a_failed_run_reads_like_this(tmp_path: Path, regenerate: bool) -> None:
    path, shown = GOLDEN / "summary-failed.txt", said(troubled(tmp_path), small(), tmp_path)
    if regenerate:
        path.write_text(shown, encoding="utf-8")
    assert shown == path.read_text(encoding="utf-8")


def test_a_run_that_went_well_says_what_it_waited_for_and_what_more_workers_would_change() -> None:
    names = [f"part-{at}" for at in range(8)]
    drawn = pipeline({"fetch": [], **dict.fromkeys(names, ("fetch",)), "report": names})
    times = {"fetch": (0.0, 1.0), "report": (33.0, 34.0)}
    times |= {name: (1.0 + at // 2 * 8, 9.0 + at // 2 * 8) for at, name in enumerate(names)}
    run = finished(drawn, times, details={"workers": 2})
    assert said(run, drawn).splitlines() == [
        "critical path 10.0 s: fetch > part-0 > report",
        "with 8 workers instead of 2 about 10.0 s instead of 34.0 s",
        f"reviews: SUCCESS in 34.0 s: 10 done  (run {RUN})",
    ]
    assert said(run, drawn, brief=True) == f"reviews: SUCCESS in 34.0 s: 10 done  (run {RUN})\n"


def test_a_quick_run_says_one_line() -> None:
    run = finished(small(), {task.name: (0.0, 0.1) for task in small().tasks})
    assert said(run, small()) == f"reviews: SUCCESS in 0.1 s: 4 done  (run {RUN})\n"


def test_of_many_failures_some_are_told_in_full_and_the_others_named(tmp_path: Path) -> None:
    drawn = pipeline({f"t{at:02}": [] for at in range(40)})
    tasks = tuple(replace(one, status="FAILED", attempts=1, error="E: no") for one in record(drawn).tasks)
    shown = said(replace(record(drawn, "FAILED"), tasks=tasks, ended=BEGAN + 1), drawn, tmp_path)
    assert shown.count("  again: pipegen run") == 5
    assert "\n35 more failed: t05, t06, t07, t08, t09, t10, t11, t12, t13, t14 and 25 more\n" in shown


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "score-us.2.log is empty"),
        (None, "score-us.2.log is gone"),
        ("a\tb\n", "| a   b"),
        ("\x1b[31mred\x1b[0m\n", "| red"),
        ("\x1b[2Jmoved\n", "| \\x1b[2Jmoved"),
        ("10%\r50%\r100%\n", "| 100%"),
        ("x" * 5000, "| " + "x" * 400 + "…"),
        ("no end of line", "| no end of line"),
    ],
)
def test_the_end_of_the_log_is_shown_as_text(content: str | None, expected: str, tmp_path: Path) -> None:
    run = troubled(tmp_path)
    log = tmp_path / LOGS / "score-us.2.log"
    log.unlink() if content is None else log.write_text(content, encoding="utf-8")
    assert expected in said(run, small(), tmp_path).splitlines()[1 if "log is" in expected else 2]


def test_a_log_that_is_no_text_is_shown_too(tmp_path: Path) -> None:
    run = troubled(tmp_path)
    (tmp_path / LOGS / "score-us.2.log").write_bytes(bytes(range(256)) * 4096)
    assert "\x00" not in said(run, small(), tmp_path)


SECRET = Setting("token", "SecretStr", required=True, secret=True)


@pytest.mark.parametrize(
    "env",
    [
        {"FETCH__TOKEN": "hunter2-hunter2"},
        {"FIRST__TOKEN": "hunter2-hunter2"},
        {"FETCH__TOKEN__INNER": "hunter2-hunter2"},
        {"FETCH__TOKEN": "begin\nhunter2-hunter2\nend"},
        {"FETCH__TOKEN": "hunter2-hunter2\n"},
    ],
)
def test_what_a_secret_is_set_to_is_not_shown(
    env: Mapping[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    kind = Step("fetch", "acme:Fetch", settings=(SECRET,), prefix="FETCH")
    drawn = link(Draft("secrets", (Task("first", "fetch"),), {"fetch": kind}))
    log = written(tmp_path, "first.1.log", "sent hunter2-hunter2 to the API\nValueError: hunter2-hunter2\n")
    failed = TaskRecord("first", "FAILED", 1, BEGAN, BEGAN + 1, "ValueError: hunter2-hunter2", log=log)
    run = replace(record(drawn, "FAILED"), tasks=(failed,), ended=BEGAN + 1)
    shown = said(run, drawn, tmp_path)
    assert "hunter2-hunter2" not in shown
    assert "| sent *** to the API" in shown and "first failed (1.0 s): ValueError: ***" in shown


def test_a_run_that_was_stopped_does_not_blame_its_tasks(tmp_path: Path) -> None:
    tasks = (TaskRecord("a", "FAILED", 1, BEGAN, BEGAN + 1, "stopped by SIGINT"), TaskRecord("b"))
    drawn = pipeline({"a": [], "b": ["a"]})
    run = replace(record(drawn, "CANCELLED"), tasks=tasks, error="stopped by SIGINT", ended=BEGAN + 1.5)
    assert said(run, drawn, tmp_path) == (
        f"reviews: CANCELLED after 1.5 s: 1 failed, 1 not started; stopped by SIGINT  (run {RUN})\n"
    )


def test_a_post_processor_that_failed_is_named() -> None:
    results = [
        {"type": "noop", "ok": True, "message": "fine"},
        {"type": "copy", "ok": False, "message": "'/x' cannot be written"},
    ]
    run = finished(small(), {"fetch": (0.0, 0.1)}, "FAILED", details={"processors": results})
    assert said(run, small()).splitlines()[0] == "post-processor copy failed: '/x' cannot be written"


@pytest.mark.parametrize(
    ("names", "shown"),
    [
        ("a", "a"),
        ("abcdef", "a > b > c > d > e > f"),
        ("abcdefg", "a > b > c > (2 more) > f > g"),
    ],
)
def test_a_long_path_is_shown_by_its_ends(names: str, shown: str) -> None:
    assert chain(tuple(names)) == shown


def test_it_is_said_on_the_stream_when_the_run_ends() -> None:
    stream, run = io.StringIO(), record(small())
    summary = Summary(again, stream=stream)
    summary.ended(run, FOLDERS)
    assert stream.getvalue() == "", "a run that never began has none"
    summary.started(Plan(small(), run, Path(), 2))
    summary.tick(BEGAN)
    summary.ended(replace(run, status="SUCCESS", ended=BEGAN + 1), FOLDERS)
    assert stream.getvalue() == f"reviews: SUCCESS in 1.0 s: 4 not started  (run {RUN})\n"
