# mypy: ignore-errors
"""As many steps as $TASKS says, one after the other; Wurzel names a step by its class, so each has its own."""

import os
import types

from wurzel.core import TypedStep
from wurzel.datacontract import PydanticModel


class Number(PydanticModel):
    value: int


def start(self, inpt: None) -> list[Number]:
    return [Number(value=0)]


def more(self, inpt: list[Number]) -> list[Number]:
    return [Number(value=one.value + 1) for one in inpt]


def step(number):
    base = TypedStep[None, list[Number] if number else None, list[Number]]
    body = {"run": more if number else start, "__module__": __name__}
    return types.new_class(f"T{number}", (base,), {}, lambda namespace: namespace.update(body))


for number in range(int(os.environ["TASKS"])):
    globals()[f"T{number}"] = step(number)

chain = T0()  # noqa: F821
for number in range(1, int(os.environ["TASKS"])):
    chain = chain >> globals()[f"T{number}"]()
