"""What users may write with the newer Pythons of this machine works there, and the same on all of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pythons import pythons
from sample import ok, pipegen, write

NEW_SYNTAX = """
from dataclasses import dataclass

from pydantic import BaseModel

from pipegen import Pipeline, Step, step

type Scores = list[int]
type Pair[X, Y] = dict[Y, X]
type Tree = dict[str, Tree] | list[Tree] | str | int | None


class Page[T](BaseModel):
    items: list[T]


@dataclass
class Box[T]:
    item: T


@step
def scores() -> Scores: ...


@step
def pairs(scores: list[int]) -> Pair[int, str]: ...


@step
def page(pairs: dict[str, int]) -> Page[int]: ...


class First[T](Step):
    def run(self, page: Page[T]) -> Box[int]: ...


@step
def tell[X: float](value: Box[int]) -> X: ...


@step
def end(value: Tree) -> None: ...


p = Pipeline("p", scores() >> pairs() >> page() >> First() >> tell())
tree = Pipeline("tree", scores() >> end())
"""
WRONG = NEW_SYNTAX.replace("-> Pair[int, str]", "-> Pair[str, int]")
LAZY = """
from pipegen import Pipeline, Settings, Step


class Late(Step):
    settings: LateSettings

    def run(self, rows: list[Row] | None = None) -> list[Row]: ...


class LateSettings(Settings):
    limit: int = 3


class Row:
    pass


p = Pipeline("p", Late())
"""


def newer(minor: int) -> list[tuple[str, str]]:
    return [(version, python) for version, python in pythons().items() if int(version.split(".")[1]) >= minor]


@pytest.mark.engine
def test_type_aliases_and_parameters_of_types_are_understood(tmp_path: Path) -> None:
    for version, python in newer(12):
        folder = write(
            tmp_path / version, {"pyproject.toml": "[project]\nname='acme'\n", "flow.py": NEW_SYNTAX}
        )
        ok(pipegen(folder, "check", "flow.py", python=python))
        write(folder, {"wrong.py": WRONG})
        said = pipegen(folder, "check", "wrong.py", python=python)
        assert "error[PG126]: task 'page' takes dict[str, int] as 'pairs'" in said.stderr


@pytest.mark.engine
def test_annotations_that_look_ahead_need_no_quotes_where_python_needs_none(tmp_path: Path) -> None:
    for version, python in pythons().items():
        needs = "" if version >= "3.14" else "from __future__ import annotations\n"
        folder = write(
            tmp_path / version, {"pyproject.toml": "[project]\nname='acme'\n", "flow.py": needs + LAZY}
        )
        assert "LATE__LIMIT" in ok(pipegen(folder, "env", "flow.py", python=python))
