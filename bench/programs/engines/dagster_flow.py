"""The same in Dagster, in one process."""

import os

from dagster import In, job, op  # type: ignore[import-not-found]

TASKS, APART = int(os.environ["TASKS"]), os.environ["FORM"] == "apart"


@op  # type: ignore[untyped-decorator]
def nothing() -> None:
    pass


@op(ins={"before": In(int)})  # type: ignore[untyped-decorator]
def link(before: int) -> int:
    return before + 1


@op  # type: ignore[untyped-decorator]
def first() -> int:
    return 1


@job  # type: ignore[untyped-decorator]
def flow() -> None:
    if APART:
        for number in range(TASKS):
            nothing.alias(f"t{number}")()
    else:
        last = first()
        for number in range(1, TASKS):
            last = link.alias(f"t{number}")(last)


if __name__ == "__main__":
    assert flow.execute_in_process().success
