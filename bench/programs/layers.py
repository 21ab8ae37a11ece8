"""As many tasks as $TASKS says, in layers of 100; each reads three tasks of the layer above."""

import os

from pipegen import Pipeline, step

WIDTH = 100


@step
def source() -> int:
    return 1


@step
def add(a: int, b: int, c: int) -> int:
    return a + b + c


above = [source(f"t0-{column}") for column in range(WIDTH)]
for layer in range(1, int(os.environ["TASKS"]) // WIDTH):
    above = [
        add(f"t{layer}-{column}", a=above[column], b=above[column - 1], c=above[column - 7])
        for column in range(WIDTH)
    ]

layers = Pipeline("layers", *above)
