"""The page about a run: what it holds, and what it does not."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from played_runs import BEGAN, LOGS, finished, pipeline, record, small
from reported_runs import HOSTILE, hostile, reviews, troubled, written

from pipegen.engine.masking import Mask
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.engine.report import draw
from pipegen.engine.report.excerpts import LINES, excerpts
from pipegen.engine.report.gantt import gantt
from pipegen.ir import Pipeline


def data(page: str) -> Any:
    found = re.search(r'<script id="data" type="application/json">(.*?)</script>', page, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def of(run: RunRecord, drawn: Pipeline | None, root: Path, mask: Mask | None = None) -> Any:
    return data(draw(run, drawn, root, mask))["run"]


def test_it_holds_what_is_known_of_a_run(tmp_path: Path) -> None:
    found = of(troubled(tmp_path), reviews(), tmp_path)
    assert found["status"] == "FAILED"
    assert dict(found["about"]) == {
        "run": "20261118-113640-4f2ac1",
        "target": "reviews.py",
        "started": "2026-11-18 11:06:40 UTC",
        "ended": "2026-11-18 11:06:52 UTC",
        "took": "12.5 s",
        "workers": "2",
        "reason": "asked for",
    }
    assert found["parameters"] == [["limit", "20"]]
    assert [(one["type"], one["ok"], one["took"]) for one in found["processors"]] == [
        ("archive", True, "0.3 s"),
        ("copy", False, "1.2 s"),
    ]
    assert found["critical"] == {"seconds": "12.5 s", "tasks": [0, 2, 4]}
    assert found["forecast"] == [[1, "17.0 s", 1.0], [2, "12.5 s", 0.735]]


def test_it_holds_what_is_known_of_a_task(tmp_path: Path) -> None:
    fetch, eu, us, rank, tidy = of(troubled(tmp_path), reviews(), tmp_path)["tasks"]
    assert fetch["artifact"]["path"].startswith(".pipegen/artifacts/")
    assert (fetch["artifact"]["type"], fetch["artifact"]["size"], fetch["rows"]) == (
        "list[Review]",
        "37.5 KB",
        1200,
    )
    assert (len(fetch["artifact"]["files"]), fetch["artifact"]["more"]) == (20, 5)
    assert fetch["settings"] == [["url", "https://example.org"], ["token", "***"]]
    assert fetch["logs"] == [{"attempt": 1, "path": f"{LOGS}/fetch.1.log", "text": "", "cut": False}]
    assert eu["artifact"]["gone"] is True
    assert eu["logs"][0]["text"] is None
    assert (us["status"], us["attempts"], us["took"], us["error"]) == (
        "FAILED",
        2,
        "10.0 s",
        "ValueError: five",
    )
    first, last = us["logs"]
    assert (first["attempt"], first["text"]) == (1, "first try\nTimeoutError: no answer")
    assert last["cut"] and len(last["text"].splitlines()) == LINES
    assert last["text"].endswith("line 299\nValueError: five")
    assert (rank["status"], rank["began"], rank["logs"]) == ("SKIPPED", None, [])
    assert tidy["took"] == "0.5 s"


def test_no_folder_of_this_machine_is_in_it(tmp_path: Path) -> None:
    run = replace(troubled(tmp_path), target="/home/jo/reviews.py:reviews")
    page = draw(run, reviews(), tmp_path)
    assert str(tmp_path) not in page and "/home/jo" not in page


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    run = troubled(tmp_path)
    assert draw(run, reviews(), tmp_path) == draw(run, reviews(), tmp_path)


def test_what_is_to_be_hidden_is_nowhere_in_it(tmp_path: Path) -> None:
    secret = "hunter2-hunter2"
    run = troubled(tmp_path)
    log = written(tmp_path, "score-us", 2, f"sent {secret}\n\x1b[31m{secret}\x1b[0m\n")
    tasks = tuple(
        replace(one, error=f"bad {secret}", log=log) if one.name == "score-us" else one for one in run.tasks
    )
    details = {
        **run.details,
        "settings": {"fetch": {"url": f"https://u:{secret}@x"}},
        "more": [{"k": secret}],
    }
    run = replace(run, tasks=tasks, details=details, error=f"no {secret}", parameters={"p": secret})
    assert secret in draw(run, reviews(), tmp_path)
    mask = Mask.of(reviews(), {"FETCH__TOKEN": secret})
    page = draw(run, reviews(), tmp_path, mask)
    assert secret not in page and "sent ***" in page


@pytest.mark.parametrize(
    ("name", "hidden"),
    [("API_TOKEN", True), ("AWS_SECRET_ACCESS_KEY", True), ("DB_PASSWORD", True), ("TOKENIZER", False)],
)
def test_variables_that_sound_secret_are_hidden_too(name: str, hidden: bool) -> None:
    assert Mask.of(None, {name: "a-long-value"})("it is a-long-value") == (
        "it is ***" if hidden else "it is a-long-value"
    )


def test_short_values_hide_nothing() -> None:
    assert Mask.hiding(["1", "on", ""])("1 on") == "1 on"


def test_attacks_arrive_as_text(tmp_path: Path) -> None:
    run, drawn = hostile(tmp_path)
    page = draw(run, drawn, tmp_path)
    assert page.count("<script") == 2 and page.count("</script") == 2
    assert (
        "<img" not in page
        and "onload=alert" not in re.sub(r"&[a-z#0-9]+;|\\u003c", " <", page).split("<svg", 1)[0]
    )
    assert [task["error"] for task in data(page)["run"]["tasks"]] == list(HOSTILE)
    assert data(page)["run"]["tasks"][0]["logs"][0]["text"].split("\n") == list(HOSTILE)


def test_it_asks_for_nothing(tmp_path: Path) -> None:
    page = draw(troubled(tmp_path), reviews(), tmp_path).replace("https://example.org", "")
    assert set(re.findall(r"[a-z]+:?//[^\"'\s)]+", page)) == {"http://www.w3.org/2000/svg"}
    assert not re.search(r"@import|url\((?!#)|src=|\bfetch\(|XMLHttpRequest|eval\(|innerHTML", page)
    assert "default-src 'none'" in page


def test_without_its_pipeline_a_run_is_shown_by_its_tasks(tmp_path: Path) -> None:
    found = data(draw(troubled(tmp_path), None, tmp_path))
    assert [one["name"] for one in found["tasks"]] == ["fetch", "score-eu", "score-us", "rank", "tidy"]
    assert found["edges"] == [] and "could not be loaded" in found["run"]["note"]


def test_a_run_of_other_tasks_than_the_pipeline_has_now_says_so(tmp_path: Path) -> None:
    found = data(draw(troubled(tmp_path), small(), tmp_path))
    assert found["edges"] == []
    assert found["run"]["note"] == (
        "the pipeline has changed since this run: 'rank', 'tidy' is not in it any more, so edges are not shown"
    )


def test_a_part_of_a_pipeline_is_shown_within_the_whole(tmp_path: Path) -> None:
    run = troubled(tmp_path)
    found = data(draw(replace(run, tasks=run.tasks[:2]), reviews(), tmp_path))
    assert [bool(one) for one in found["run"]["tasks"]] == [True, True, False, False, False]
    assert len(found["edges"]) == 3 and found["run"]["note"] == ""


@pytest.mark.parametrize("status", ["RUNNING", "INTERRUPTED", "CANCELLED"])
def test_a_run_that_did_not_come_to_its_end_has_a_page(status: str, tmp_path: Path) -> None:
    tasks = (TaskRecord("fetch", "RUNNING", 1, BEGAN + 1), TaskRecord("score-eu"))
    run = replace(record(small(), status), tasks=tasks)  # type: ignore[arg-type]
    assert dict(of(run, small(), tmp_path)["about"])["ended"] == "not yet"
    assert "unfinished" in gantt(run, small()).plot


def test_a_run_without_tasks_has_a_page(tmp_path: Path) -> None:
    empty = Pipeline("empty", (), {})
    assert of(replace(record(empty), ended=BEGAN), empty, tmp_path)["tasks"] == []


@pytest.mark.parametrize(
    "details",
    [
        {"settings": 1, "processors": "x", "attempts": [1], "workers": "many"},
        {
            "settings": {"fetch": [1]},
            "processors": [1, None],
            "attempts": {"fetch": [[1], "x", [1, 2, 3], ["a", 2]]},
        },
        {"settings": {"fetch": None}, "processors": {"a": 1}, "attempts": {"fetch": 7}, "workers": 0},
    ],
)
def test_details_that_are_not_as_expected_are_no_trouble(details: dict[str, Any], tmp_path: Path) -> None:
    run = replace(finished(small(), {"fetch": (0, 1)}), details=details)
    assert of(run, small(), tmp_path)["processors"] == []


# The chart


def bars(run: RunRecord, drawn: Pipeline) -> list[str]:
    return re.findall(r'<g class="bar.*?</g>', gantt(run, drawn).plot, re.DOTALL)


def test_attempts_and_the_waits_between_them_are_told_apart(tmp_path: Path) -> None:
    us = bars(troubled(tmp_path), reviews())[2]
    assert re.findall(r'class="(wait|failed)"|<rect x', us) == ["wait", "failed", ""]
    assert us.startswith('<g class="bar failed critical"')
    assert ">10.0 s, 2 attempts</text>" in us


def test_each_task_has_a_row_with_its_name(tmp_path: Path) -> None:
    chart = gantt(troubled(tmp_path), reviews())
    assert re.findall(r">([^<>]+)</text>", chart.names) == ["fetch", "score-eu", "score-us", "tidy"]
    assert 'x="16%" width="36%"' in chart.plot


def test_with_many_tasks_those_that_do_not_meet_share_a_row() -> None:
    drawn = pipeline({f"t{at:03}": [] for at in range(400)})
    run = finished(drawn, {f"t{at:03}": (at // 4, at // 4 + 1) for at in range(400)})
    chart = gantt(run, drawn)
    rows = set(re.findall(r'<rect x="[^"]+" width="[^"]+" y="(\d+)"', chart.plot))
    assert len(rows) == 4 and chart.names == ""


@pytest.mark.parametrize("length", [1e-6, 0.004, 1, 59, 61, 3600, 86400, 1e7, 1e9])
def test_the_axis_has_a_few_marks_whatever_the_length(length: float) -> None:
    drawn = pipeline({"a": []})
    marks = re.findall(r'<line class="tick"', gantt(finished(drawn, {"a": (0, length)}), drawn).plot)
    assert 1 <= len(marks) <= 10


# Size


def test_logs_are_cut_to_what_a_page_can_hold_and_failures_come_first(tmp_path: Path) -> None:
    tasks = [
        TaskRecord(
            f"t{at}",
            "FAILED" if at == 299 else "SUCCESS",
            1,
            log=written(tmp_path, f"t{at}", 1, "x" * 99_000),
        )
        for at in range(300)
    ]
    found = excerpts(tasks, tmp_path, Mask())
    sizes = [len(found[task.name][0]["text"] or "") for task in tasks]  # type: ignore[index,call-overload]
    assert 4_000_000 <= sum(sizes) < 4_100_000
    assert sizes[299] > 30_000 and sizes[298] == 0


def test_five_thousand_tasks_make_a_page_of_a_size_that_opens(tmp_path: Path) -> None:
    names = [f"task-{at}" for at in range(5000)]
    drawn = pipeline({name: names[max(at - 90, 0) : max(at - 88, 0)] for at, name in enumerate(names)})
    run = finished(drawn, {name: (at // 8, at // 8 + 1) for at, name in enumerate(names)})
    began = time.process_time()
    page = draw(run, drawn, tmp_path)
    assert time.process_time() - began < 20
    assert len(page) < 8_000_000
