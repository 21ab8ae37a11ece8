"""Hundreds of stages in one dvc.yaml."""

from __future__ import annotations

import pytest
from repository import Repository

pytestmark = pytest.mark.engine

MANY = """
from pipegen import Pipeline, step

@step
def part(before: list[int] = []) -> int:
    return sum(before) + 1

rows = [[part(f"part-0-{column}") for column in range(10)]]
for row in range(1, 30):
    rows.append([part(f"part-{row}-{column}", before=[rows[-1][column], rows[-1][column - 1]]) for column in range(10)])
many = Pipeline("many", *rows[-1])
"""


def test_three_hundred_stages(repository: Repository) -> None:
    """Each run of a stage costs DVC a rewrite of the whole dvc.lock, so a part of them runs for real."""
    repository.write(many_py=MANY).generate("many.py")
    listed = repository.ok("dvc", "stage", "list", "--name-only").out.split()
    assert len(listed) == 300
    graph = repository.ok("dvc", "dag", "--dot").out
    assert graph.count("->") == 29 * 10 * 2
    ran = repository.repro("part-5-3")
    assert len(ran) == 1 + 2 + 3 + 4 + 5 + 6
    assert repository.read("artifacts/part-5-3/data.json").strip() == str(2**6 - 1)
    assert repository.repro("part-5-3") == []
    assert len(repository.repro("part-6-3")) == 7, "one new column"


def test_a_wide_fan_in(repository: Repository) -> None:
    repository.write(
        wide_py="""
from pipegen import Pipeline, step

@step
def part() -> list[int]:
    return [1, 2]

@step
def gathered(lists: list[list[int]]) -> int:
    return len(lists)

@step
def chained(numbers: list[int]) -> int:
    return sum(numbers)

parts = [part(f"part-{number}") for number in range(12)]
wide = Pipeline("wide", parts >> gathered(), parts >> chained())
"""
    ).generate("wide.py")
    assert len(repository.repro()) == 14
    assert repository.read("artifacts/gathered/data.json").strip() == "12"
    assert repository.read("artifacts/chained/data.json").strip() == "36"
