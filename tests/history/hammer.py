"""Processes that write to one store, as a script: `hammer.py crowd URL ROOT` or `hammer.py kill ROOT`.

The processes are forked with the store already open, as the engine's are.
"""

from __future__ import annotations

import os
import random
import signal
import sys
import time
from pathlib import Path
from threading import Thread

from pipegen.engine.history.opening import open_store
from pipegen.engine.records import RunRecord, TaskRecord

PROCESSES, THREADS, TASKS = 4, 16, 200


def crowd(url: str, root: Path) -> None:
    """Every thread of every process updates tasks of its own, twice; then all of them are counted."""
    store = open_store(url, root)
    names = [f"task-{number}" for number in range(PROCESSES * THREADS * TASKS)]
    store.save_run(RunRecord("crowd", "p", "", "RUNNING", 1.0, tasks=tuple(map(TaskRecord, names))))
    begin = time.monotonic()
    children = [
        fork(lambda number=number: threads(store, names[number::PROCESSES])) for number in range(PROCESSES)
    ]
    failed = [os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children]
    assert failed == [0] * PROCESSES, failed
    print(f"{2 * len(names)} updates in {time.monotonic() - begin:.1f} s", file=sys.stderr)
    found = store.get_run("crowd")
    assert found is not None
    wrong = [
        one
        for one in found.tasks
        if (one.status, one.attempts, one.items) != ("SUCCESS", 1, int(one.name[5:]))
    ]
    assert not wrong, f"{len(wrong)} updates were lost: {wrong[:3]}"
    assert [one.name for one in found.tasks] == names


def threads(store, names: list[str]) -> None:
    errors: list[BaseException] = []

    def work(mine: list[str]) -> None:
        try:
            for name in mine:
                store.update_task_status("crowd", TaskRecord(name, "RUNNING", 1))
                store.update_task_status("crowd", TaskRecord(name, "SUCCESS", 1, items=int(name[5:])))
        except BaseException as error:
            errors.append(error)

    started = [Thread(target=work, args=(names[number::THREADS],)) for number in range(THREADS)]
    for one in started:
        one.start()
    for one in started:
        one.join()
    if errors:
        raise errors[0]


def kill(root: Path) -> None:
    """A writer is killed at random moments; after each, every record is whole."""
    chance = random.Random(11)
    open_store(None, root).close()
    runs = 0
    for _ in range(60):
        begun, told = os.pipe()
        writer = fork(lambda told=told: write(root, told))
        os.close(told)
        os.read(begun, 1)
        os.close(begun)
        time.sleep(chance.uniform(0.0, 0.06))
        os.kill(writer, signal.SIGKILL)
        os.waitpid(writer, 0)
        store = open_store(None, root)
        for run in store.list_runs(limit=5):
            assert len(run.tasks) == 40, run
            assert {str(one.attempts) for one in run.tasks} == {run.error}, run
            assert all(one.status == "PENDING" or one.items is not None for one in run.tasks), run
        runs = len(store.list_runs())
        store.save_run(RunRecord("after", "p", "", "SUCCESS", 0.0, tasks=()))
        store.delete_run("after")
        store.close()
    print(f"{runs} runs", file=sys.stderr)
    assert runs > 0


def write(root: Path, told: int) -> None:
    store = open_store(None, root)
    begin = len(store.list_runs())
    os.write(told, b".")
    for number in range(begin, begin + 10_000):
        run_id = f"run-{number:06}"
        for attempt in range(4):
            tasks = tuple(TaskRecord(f"t{n}", attempts=attempt) for n in range(40))
            store.save_run(
                RunRecord(run_id, "p", "", "RUNNING", float(number), tasks=tasks, error=str(attempt))
            )
            for task in tasks[:10]:
                store.update_task_status(run_id, TaskRecord(task.name, "SUCCESS", attempt, items=attempt))


def fork(work) -> int:
    child = os.fork()
    if child:
        return child
    try:
        work()
        os._exit(0)
    except BaseException as error:
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
    os._exit(1)


if __name__ == "__main__":
    what, *given = sys.argv[1:]
    if what == "crowd":
        crowd(given[0], Path(given[1]))
    else:
        kill(Path(given[0]))
