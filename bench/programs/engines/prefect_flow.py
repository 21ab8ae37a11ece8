"""The same in Prefect, in one process beside the server that it starts for itself."""

import os

from prefect import flow, task  # type: ignore[import-not-found]

TASKS, APART = int(os.environ["TASKS"]), os.environ["FORM"] == "apart"


@task  # type: ignore[untyped-decorator]
def link(before: int) -> int:
    return before + 1


@flow  # type: ignore[untyped-decorator]
def run() -> int:
    last = 0
    for _ in range(TASKS):
        last = link(0 if APART else last)
    return last


if __name__ == "__main__":
    run()
