"""Row by row, when values say so: the types along the edges are judged anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_runs import pipegen

CODE = """
from collections.abc import Iterable
from typing import Any
from pipegen import Pipeline, step

@step
def numbers() -> list[int]:
    return [1, 2, 3]

@step
def double(x: Any) -> Any:
    return x * 2

@step(mode="row")
def inc(x: int) -> int:
    return x + 1

@step
def total(xs: Iterable[int]) -> int:
    return sum(xs)

rows = Pipeline("rows", total(xs=inc(x=double(x=numbers()))))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "rows.py").write_text(CODE)
    return tmp_path


def values(folder: Path, text: str) -> None:
    (folder / "values.yaml").write_text(text)


def test_values_make_a_step_run_row_by_row(folder: Path) -> None:
    assert pipegen(folder, "run", "-q", "rows.py").code == 0
    total = folder / ".pipegen/latest/rows/total/data.json"
    assert total.read_text() == "18\n"  # the list doubled, each of its items one more
    values(folder, "steps: {double: {mode: row}}")
    said = pipegen(folder, "run", "-q", "rows.py")
    assert said.code == 0, said.err
    assert total.read_text() == "15\n"
    generated = pipegen(folder, "generate", "rows.py", "--backend", "dvc", "--stdout").out
    assert "pipegen exec rows:double --name double --mode row" in generated
    shown = pipegen(folder, "inspect", "rows.py", "--json")
    assert '"mode": "row"' in shown.out


@pytest.mark.parametrize(
    "text", ["steps: {inc: {mode: batch}}", "pipelines: {rows: {steps: {inc: {mode: batch}}}}"]
)
def test_what_no_longer_fits_is_refused_with_the_place_in_values(folder: Path, text: str) -> None:
    values(folder, text)
    said = pipegen(folder, "check", "rows.py")
    assert said.code == 1
    assert "error[PG126]: task 'total' takes Iterable[int] as 'xs', but 'inc' returns int" in said.err
    assert "the mode that values give to task 'inc'" in said.err
    assert "values.yaml:1:" in said.err
    assert "PG244" not in said.err


def test_a_document_knows_types_by_name_alone(folder: Path) -> None:
    (folder / "rows.json").write_text(pipegen(folder, "export", "rows.py").out)
    values(folder, "steps: {double: {mode: row}}")
    said = pipegen(folder, "check", "rows.json")
    assert said.code == 1
    assert "error[PG244]" in said.err
