"""As many tasks as $TASKS says, one after the other."""

import os

from pipegen import Pipeline, step


@step
def start() -> int:
    return 0


@step
def more(number: int) -> int:
    return number + 1


last = start("t0") >> more("t1")
for number in range(2, int(os.environ["TASKS"])):
    last = last >> more(f"t{number}")

chain = Pipeline("chain", last)
