"""The critical path and the simulation, against networkx and against a slow oracle."""

from __future__ import annotations

import time
from dataclasses import replace

import networkx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from played_runs import BEGAN, finished, pipeline, record, small

from pipegen.engine.analysis import advice, critical_path, forecast, simulated, workers_of
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.ir import Pipeline, Task

Shape = tuple[Pipeline, RunRecord]


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    size = draw(st.integers(1, 14))
    names = [f"t{at}" for at in range(size)]
    feeds = {
        name: draw(st.lists(st.sampled_from(names[:at]), unique=True, max_size=3)) if at else []
        for at, name in enumerate(names)
    }
    drawn = pipeline(feeds)
    seconds = {name: draw(st.integers(0, 40)) / 4 for name in names}
    return drawn, finished(drawn, {name: (0.0, took) for name, took in seconds.items()})


@given(shapes())
def test_the_path_is_as_long_as_networkx_says(shape: Shape) -> None:
    drawn, run = shape
    graph = networkx.DiGraph()
    for task, one in zip(drawn.tasks, run.tasks, strict=True):
        graph.add_edge((task.name, 0), (task.name, 1), weight=one.seconds)
        graph.add_edges_from(((source, 1), (task.name, 0), {"weight": 0}) for source in task.upstream)
    found = critical_path(run, drawn)
    assert found.seconds == pytest.approx(networkx.dag_longest_path_length(graph))
    upstream = {task.name: task.upstream for task in drawn.tasks}
    assert all(one in upstream[other] for one, other in zip(found.tasks, found.tasks[1:], strict=False))


@given(shapes(), st.integers(1, 6))
def test_the_simulation_is_what_a_slow_scheduler_does(shape: Shape, workers: int) -> None:
    drawn, run = shape
    took = {one.name: one.seconds or 0.0 for one in run.tasks}
    assert simulated(run, drawn, workers) == pytest.approx(slowly(drawn, took, workers))


def slowly(drawn: Pipeline, took: dict[str, float], workers: int) -> float:
    """Quarter of a second by quarter of a second: what has ended, then what can begin."""
    waiting, running, done, now = list(drawn.tasks), {}, set[str](), 0.0
    while waiting or running:
        for _ in range(len(drawn.tasks) + 1):  # what takes no time makes room at once
            ended = {name for name, until in running.items() if until <= now}
            done |= ended
            running = {name: until for name, until in running.items() if name not in ended}
            begins = [task for task in waiting if done.issuperset(task.upstream)][: workers - len(running)]
            running |= {task.name: now + took[task.name] for task in begins}
            waiting = [task for task in waiting if task not in begins]
        if running:
            now += 0.25
    return now


@given(shapes())
def test_more_workers_are_between_all_work_and_the_critical_path(shape: Shape) -> None:
    drawn, run = shape
    work = sum(one.seconds or 0.0 for one in run.tasks)
    assert simulated(run, drawn, 1) == pytest.approx(work)
    assert simulated(run, drawn, 64) == pytest.approx(critical_path(run, drawn).seconds)


def test_tasks_that_did_not_run_take_no_time_and_are_not_on_the_path() -> None:
    run = finished(small(), {"score-eu": (0, 3), "report": (3, 5)})
    tasks = tuple(
        replace(one, status="CACHED", started=BEGAN, ended=BEGAN) if one.name == "fetch" else one
        for one in run.tasks
    )
    assert critical_path(replace(run, tasks=tasks), small()).tasks == ("score-eu", "report")


def test_handlers_come_after_everything() -> None:
    tidy = Task("tidy", "work")
    drawn = pipeline({"a": [], "b": []}, on_exit=tidy)
    run = finished(drawn, {"a": (0, 4), "b": (0, 2), "tidy": (4, 5)})
    assert critical_path(run, drawn).tasks == ("a", "tidy")
    assert critical_path(run, drawn).seconds == simulated(run, drawn, 2) == 5


def test_an_unfinished_task_counts_until_the_end_of_the_run() -> None:
    run = replace(
        record(small(), "INTERRUPTED"), tasks=(TaskRecord("fetch", "RUNNING", 1, BEGAN),), ended=BEGAN + 7
    )
    assert critical_path(run, small()).seconds == 7


def test_time_beside_the_tasks_is_not_expected_to_go_away() -> None:
    drawn = pipeline({"a": [], "b": []})
    run = replace(finished(drawn, {"a": (0, 4), "b": (4, 8)}, details={"workers": 1}), ended=BEGAN + 11)
    assert forecast(run, drawn)[1] == 11
    assert forecast(run, drawn)[2] == 7
    found = advice(run, drawn)
    assert found is not None and (found.workers, found.seconds, found.instead_of, found.took) == (2, 7, 1, 11)


def test_there_is_no_advice_where_more_workers_change_little() -> None:
    drawn = pipeline({"a": [], "b": ["a"], "c": ["b"]})
    assert advice(finished(drawn, {"a": (0, 4), "b": (4, 8), "c": (8, 9)}), drawn) is None


def test_how_many_workers_there_were_is_remembered_or_seen() -> None:
    times = {"fetch": (0, 1), "score-eu": (1, 3), "score-us": (2, 4), "report": (4, 5)}
    assert workers_of(finished(small(), times)) == 2
    assert workers_of(finished(small(), times, details={"workers": 8})) == 8
    assert workers_of(record(small())) == 1


def test_nothing_is_said_of_a_run_without_tasks() -> None:
    empty = Pipeline("empty", (), {})
    run = replace(record(empty), ended=BEGAN)
    assert (
        critical_path(run, empty).tasks == () and simulated(run, empty, 2) == 0 and advice(run, empty) is None
    )


def test_ten_thousand_tasks_are_analysed_in_a_moment() -> None:
    feeds: dict[str, list[str]] = {}
    for at in range(10_000):
        layer, place = divmod(at, 100)
        feeds[f"t{at}"] = [f"t{(layer - 1) * 100 + (place + n) % 100}" for n in range(3)] if layer else []
    drawn = pipeline(feeds)
    run = finished(
        drawn, {name: (0.0, 1.0 + at % 7) for at, name in enumerate(feeds)}, details={"workers": 4}
    )
    began = time.process_time()
    run = replace(run, ended=BEGAN + simulated(run, drawn, 4))
    found = advice(run, drawn)
    assert critical_path(run, drawn).seconds > 100
    assert found is not None and found.workers == 64
    assert time.process_time() - began < 3
