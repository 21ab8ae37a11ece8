"""Pipelines by the shape of their graph: lines, diamonds, many into one, one into many."""

from __future__ import annotations

from collections.abc import Iterable

from pipegen import Parameter, Pipeline, Settings, Step, step


class NumberSettings(Settings):
    value: int = 3


class Number(Step):
    settings: NumberSettings

    def run(self) -> int:
        return self.settings.value


class AddSettings(Settings):
    more: int = 1


class Add(Step):
    settings: AddSettings

    def run(self, numbers: list[int]) -> list[int]:
        return [one + self.settings.more for one in numbers]


@step
def rows() -> list[int]:
    return [3, 1, 2, 2, 1]


@step
def total(numbers: list[int]) -> list[int]:
    return [*numbers, sum(numbers)]


@step
def nested(lists: list[list[int]], names: list[str]) -> dict[str, list[int]]:
    return {f"{number} {names[number]}": one for number, one in enumerate(lists)}


@step
def text(numbers: Iterable[int]) -> str:
    return " ".join(map(str, numbers))


@step
def both(left: list[int], right: list[int], extra: str = "nothing more") -> dict[str, list[int] | str]:
    return {"right": right, "left": left, "extra": extra}


chain = Pipeline("chain", rows() >> Add() >> total() >> text())

source = rows()
diamond = Pipeline("diamond", both(left=source >> Add(), right=source >> total()))

first = rows("a")
second = [Add(f"b{n}", numbers=first) for n in range(2)]
third = [both(f"c{n}", left=second[0], right=second[1]) for n in range(2)]
lattice = Pipeline("lattice", *third, both("d", left=first, right=second[1], extra=text(numbers=second[0])))

origin = rows()
fan_out = Pipeline("fan-out", *(origin >> [Add(), total(), text()]))

MANY = 50
fan_in = Pipeline(
    "fan-in",
    total(numbers=[Number(f"number-{n}") for n in range(MANY)]),
    parameters=[Parameter(f"value_{n}", f"number-{n}.value", default=n * n) for n in range(MANY)],
)

one, some = Number(), rows()
twice = Pipeline(  # one step under several names, some of which no target takes as they are
    "Zweimal das Gleiche",
    both(left=Add("Ünlike any other", numbers=some), right=Add("add_数据", numbers=some)),
)
feeds = Pipeline(  # lists that are gathered, lists in a row, and the same list twice
    "feeds",
    nested(
        lists=[total("gathered", numbers=[one, one]), total("in-a-row", numbers=[some, Add(numbers=some)])],
        names=[text("left", numbers=some), text("right", numbers=some)],
    ),
)
