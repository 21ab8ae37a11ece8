"""What every store of run history must do, as tests to inherit."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from pipegen.engine.history.contract import Store
from pipegen.engine.records import RunRecord, RunStatus, TaskRecord, TaskStatus

START = 1_800_000_000.0


def a_run(run_id: str = "20270115-080000-000001", **changes: object) -> RunRecord:
    """A run with three tasks, all fields filled in."""
    fetch = TaskRecord(
        "fetch", "SUCCESS", 2, START, START + 1.25, "", "ab" * 32, 40, "cd" * 32, "logs/fetch.2.log"
    )
    score = TaskRecord("score", "RUNNING", 1, START + 1.5, None, log="logs/score.1.log")
    run = RunRecord(
        run_id,
        "reviews",
        "reviews.py:reviews",
        "RUNNING",
        START + 0.123456789,
        tasks=(fetch, score, TaskRecord("report")),
        parameters={"limit": "20", "city": "Zürich"},
        details={"user": "ada", "processors": [{"type": "noop", "ok": True, "seconds": 0.1, "more": None}]},
    )
    return replace(run, **changes)  # type: ignore[arg-type]


def some_runs(store: Store, count: int, pipeline: str = "reviews", begin: int = 0) -> list[RunRecord]:
    """Saved runs, oldest first, a minute apart."""
    runs = [
        a_run(f"20270115-0800{n:02}-{pipeline}", pipeline=pipeline, started=START + 60 * n)
        for n in range(begin, begin + count)
    ]
    for run in runs:
        store.save_run(run)
    return runs


class StoreConformance:
    """Inherit it as `class TestMyStore(StoreConformance)` with a fixture `store`: an open store, empty.

    The fixture `again` may give a second store on the same place, as another process would open it; without
    it, those tests use the same store twice.
    """

    @pytest.fixture
    def again(self, store: Store) -> Store:
        return store

    def test_a_run_comes_back_as_it_was_saved(self, store: Store) -> None:
        run = a_run()
        store.save_run(run)
        assert store.get_run(run.id) == run

    def test_an_unknown_run_is_none(self, store: Store) -> None:
        assert store.get_run("20270115-080000-000001") is None
        store.save_run(a_run("20270115-080000-000001"))
        assert store.get_run("20270115-080000") is None
        assert store.get_run("20270115-080000-00000%") is None

    def test_an_empty_store_lists_nothing(self, store: Store) -> None:
        assert store.list_runs() == []
        assert store.list_runs("reviews", limit=3) == []

    def test_a_run_without_anything_in_it_is_kept_too(self, store: Store) -> None:
        run = RunRecord("1", "p", "", "FAILED", 0.0, 0.0)
        store.save_run(run)
        assert store.get_run("1") == run
        assert store.list_runs() == [run]

    def test_saving_again_replaces_all_of_it(self, store: Store) -> None:
        store.save_run(a_run())
        task = TaskRecord("score", "SUCCESS", 3)
        changed = a_run(
            status="SUCCESS",
            ended=START + 9,
            tasks=(task, TaskRecord("new")),
            parameters={},
            details={},
            error="x",
        )
        store.save_run(changed)
        assert store.get_run(changed.id) == changed
        assert store.list_runs() == [changed]

    def test_tasks_keep_the_order_of_the_run(self, store: Store) -> None:
        names = ["b", "a", "c", "B", "A2", "A10"]
        run = a_run(tasks=tuple(map(TaskRecord, names)))
        store.save_run(run)
        store.update_task_status(run.id, TaskRecord("a", "SUCCESS", 1))
        found = store.get_run(run.id)
        assert found is not None and [one.name for one in found.tasks] == names
        store.save_run(replace(run, tasks=run.tasks[::-1]))
        found = store.get_run(run.id)
        assert found is not None and [one.name for one in found.tasks] == names[::-1]

    @pytest.mark.parametrize("status", ["PENDING", "RUNNING", "SUCCESS", "FAILED", "SKIPPED", "CACHED"])
    def test_a_task_can_have_each_status(self, store: Store, status: TaskStatus) -> None:
        run = a_run()
        store.save_run(run)
        task = TaskRecord(
            "score", status, 2, START, START + 3, "boom", "ef" * 32, 0, "01" * 32, "logs/score.2.log"
        )
        store.update_task_status(run.id, task)
        assert store.get_run(run.id) == replace(run, tasks=(run.tasks[0], task, run.tasks[2]))

    @pytest.mark.parametrize("status", ["RUNNING", "SUCCESS", "FAILED", "INTERRUPTED", "CANCELLED"])
    def test_a_run_can_have_each_status(self, store: Store, status: RunStatus) -> None:
        run = a_run(status=status)
        store.save_run(run)
        assert store.get_run(run.id) == run

    def test_an_update_that_changes_nothing_is_fine(self, store: Store) -> None:
        run = a_run()
        store.save_run(run)
        store.update_task_status(run.id, run.tasks[0])
        store.update_task_status(run.id, run.tasks[0])
        assert store.get_run(run.id) == run

    def test_a_task_goes_back_to_having_no_times_and_no_artifact(self, store: Store) -> None:
        run = a_run()
        store.save_run(run)
        store.update_task_status(run.id, TaskRecord("fetch"))
        found = store.get_run(run.id)
        assert found is not None and found.task("fetch") == TaskRecord("fetch")

    def test_updating_an_unknown_run_or_task_is_a_key_error(self, store: Store) -> None:
        with pytest.raises(KeyError):
            store.update_task_status("20270115-080000-000001", TaskRecord("fetch"))
        assert store.list_runs() == []
        run = a_run()
        store.save_run(run)
        with pytest.raises(KeyError):
            store.update_task_status(run.id, TaskRecord("fetsch"))
        with pytest.raises(KeyError):
            store.update_task_status("another", run.tasks[0])
        assert store.get_run(run.id) == run

    def test_an_update_touches_no_other_run(self, store: Store) -> None:
        first, second = some_runs(store, 2)
        store.update_task_status(second.id, TaskRecord("score", "FAILED", 1, error="boom"))
        assert store.get_run(first.id) == first

    def test_runs_are_listed_newest_first(self, store: Store) -> None:
        runs = [a_run(f"r{n}", started=START + at) for n, at in enumerate([3, 1, 4, 1.5, 9])]
        for run in runs:
            store.save_run(run)
        assert store.list_runs() == sorted(runs, key=lambda one: one.started, reverse=True)

    def test_of_runs_that_began_together_the_last_id_is_first(self, store: Store) -> None:
        for name in ("b", "c", "a"):
            store.save_run(a_run(name))
        assert [one.id for one in store.list_runs()] == ["c", "b", "a"]

    def test_a_limit_keeps_the_newest(self, store: Store) -> None:
        runs = some_runs(store, 4)[::-1]
        for limit, expected in ((None, runs), (0, []), (1, runs[:1]), (3, runs[:3]), (9, runs)):
            assert store.list_runs(limit=limit) == expected

    def test_runs_are_listed_by_pipeline(self, store: Store) -> None:
        day, night = some_runs(store, 3, "day"), some_runs(store, 2, "night", begin=3)
        assert store.list_runs("day") == day[::-1]
        assert store.list_runs("day", limit=2) == day[:0:-1]
        assert store.list_runs(pipeline="night") == night[::-1]
        for unknown in ("Day", "da", "da%", "day ", ""):
            assert store.list_runs(unknown) == []

    @pytest.mark.parametrize(
        "text",
        ["übung", "日本語", "a 'quoted' \"name\"", "100%", "a\\b", "🎉", "x;--", "{{x}}", "$x ?", " padded "],
    )
    def test_any_text_survives(self, store: Store, text: str) -> None:
        task = TaskRecord(text, "FAILED", 1, error=f"{text}\n\ttwo lines", log=text)
        run = a_run(
            pipeline=text,
            target=text,
            error=text,
            tasks=(task,),
            parameters={text: text},
            details={text: [text]},
        )
        store.save_run(run)
        assert store.get_run(run.id) == run
        assert store.list_runs(text) == [run]
        store.update_task_status(run.id, replace(task, status="SUCCESS"))
        assert store.get_run(run.id) == replace(run, tasks=(replace(task, status="SUCCESS"),))

    def test_names_that_differ_in_case_accents_or_blanks_are_different_tasks(self, store: Store) -> None:
        names = ["score", "Score", "scöre", "score ", "ſcore"]
        run = a_run(tasks=tuple(map(TaskRecord, names)))
        store.save_run(run)
        for number, name in enumerate(names):
            store.update_task_status(run.id, TaskRecord(name, "SUCCESS", number))
        found = store.get_run(run.id)
        assert found is not None
        assert [(one.name, one.attempts) for one in found.tasks] == [
            (name, n) for n, name in enumerate(names)
        ]

    def test_what_no_database_takes_loses_nothing_else(self, store: Store) -> None:
        """An exception's message may hold anything: NUL, halves of characters, a megabyte."""
        for error in ("a\0b", "\ud800 half", "x" * 1_000_000):
            run = a_run(tasks=(TaskRecord("score"),), error=error, details={"said": error})
            store.save_run(run)
            store.update_task_status(run.id, TaskRecord("score", "FAILED", 1, error=error))
            found = store.get_run(run.id)
            assert found is not None and found.tasks[0].status == "FAILED"
            assert found.error[:1] == error[:1] or error[:1] == "\ud800"

    def test_a_number_that_json_does_not_know_loses_nothing_else(self, store: Store) -> None:
        run = a_run(details={"scores": [1.5, float("nan")], "best": float("-inf"), "n": 10**15})
        store.save_run(run)
        found = store.get_run(run.id)
        assert found is not None and found.tasks == run.tasks
        assert found.details["n"] == 10**15

    def test_a_deleted_run_is_gone_with_its_tasks(self, store: Store) -> None:
        first, second = some_runs(store, 2)
        store.delete_run(first.id)
        assert store.get_run(first.id) is None
        assert store.list_runs() == [second]
        with pytest.raises(KeyError):
            store.update_task_status(first.id, first.tasks[0])
        store.delete_run(first.id)
        store.delete_run("never there")
        store.save_run(replace(first, tasks=()))
        assert store.get_run(first.id) == replace(first, tasks=())

    def test_a_run_of_ten_thousand_tasks_is_whole(self, store: Store) -> None:
        run = a_run(tasks=tuple(TaskRecord(f"task-{number}") for number in range(10_000)))
        store.save_run(run)
        store.update_task_status(run.id, TaskRecord("task-7", "SUCCESS", 1))
        found = store.get_run(run.id)
        assert found is not None and len(found.tasks) == 10_000
        assert [one.name for one in found.tasks if one.status == "SUCCESS"] == ["task-7"]
        assert found.tasks[-1] == run.tasks[-1]

    def test_a_second_store_on_the_same_place_sees_it_at_once(self, store: Store, again: Store) -> None:
        run = a_run()
        store.save_run(run)
        assert again.get_run(run.id) == run
        task = TaskRecord("score", "SUCCESS", 1)
        again.update_task_status(run.id, task)
        found = store.get_run(run.id)
        assert found is not None and found.task("score") == task
        again.delete_run(run.id)
        assert store.list_runs() == []

    def test_threads_lose_nothing(self, store: Store, again: Store) -> None:
        names = [f"task-{number}" for number in range(160)]
        run = a_run(tasks=tuple(map(TaskRecord, names)))
        store.save_run(run)

        def work(number: int) -> None:
            mine = (store, again)[number % 2]
            for name in names[number::16]:
                mine.update_task_status(run.id, TaskRecord(name, "RUNNING", 1))
                mine.update_task_status(run.id, TaskRecord(name, "SUCCESS", number))

        _in_threads(work, 16)
        found = store.get_run(run.id)
        assert found is not None
        assert [one.attempts for one in found.tasks] == [number % 16 for number in range(160)]
        assert {one.status for one in found.tasks} == {"SUCCESS"}

    def test_threads_that_save_the_same_run_leave_one_of_them_whole(self, store: Store, again: Store) -> None:
        def work(number: int) -> None:
            tasks = tuple(TaskRecord(f"t{n}", "SUCCESS", number) for n in range(number, number + 5))
            (store, again)[number % 2].save_run(a_run(tasks=tasks, error=str(number)))

        _in_threads(work, 8)
        (found,) = store.list_runs()
        assert {str(one.attempts) for one in found.tasks} == {found.error}
        assert len(found.tasks) == 5


def _in_threads(work: Callable[[int], None], count: int) -> None:
    """Each number in a thread of its own; what any of them raised is raised."""
    with ThreadPoolExecutor(count) as pool:
        for done in [pool.submit(work, number) for number in range(count)]:
            done.result()
