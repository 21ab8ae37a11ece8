"""TASKS tasks that do nothing: all apart, or each after the one before."""

import os

from pipegen import Pipeline, step

TASKS = int(os.environ["TASKS"])


@step
def nothing() -> None:
    pass


@step
def link(before: int = 0) -> int:
    return before + 1


if os.environ["FORM"] == "apart":
    flow = Pipeline("flow", *(nothing(f"t{number}") for number in range(TASKS)))
else:
    last = link("t0")
    for number in range(1, TASKS):
        last = link(f"t{number}", before=last)
    flow = Pipeline("flow", last)
