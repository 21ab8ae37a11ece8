"""A task that runs after failures may find nothing where an input should be."""

from __future__ import annotations

from pathlib import Path

import pytest
from task_runs import Project

STEPS = """
import os

from pipegen import Step


class One(Step):
    def run(self) -> int:
        return 1


class Needs(Step):
    def run(self, number: int) -> int:
        return number


class Nullable(Step):
    def run(self, number: int | None) -> str:
        return repr(number)


class Defaulted(Step):
    def run(self, number: int = 7) -> str:
        return repr(number)


class Several(Step):
    def run(self, numbers: list[int]) -> str:
        return repr(numbers)


class Says(Step):
    def run(self) -> list[str]:
        return [os.environ["GREETING"], os.environ["SHELL_LIKE"]]
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = Project(tmp_path)
    (tmp_path / "steps.py").write_text(STEPS)
    (tmp_path / "in" / "empty").mkdir(parents=True)
    assert found.exec("steps:One", "--out", "in/one").code == 0
    return found


OUTCOMES = [
    ("Nullable", ["--in", "number=in/empty"], "None"),
    ("Nullable", ["--in", "number=in/missing"], "None"),
    ("Nullable", ["--in", "number=in/one"], "1"),
    ("Defaulted", ["--in", "number=in/missing"], "7"),
    ("Several", ["--in", "numbers=in/empty", "--in", "numbers=in/one", "--collect", "numbers"], "[1]"),
    ("Several", ["--in", "numbers=in/empty", "--collect", "numbers"], "[]"),
]


@pytest.mark.parametrize(("step", "words", "value"), OUTCOMES)
def test_what_is_absent_is_none_or_the_default_or_left_out_of_a_list(
    project: Project, step: str, words: list[str], value: str
) -> None:
    parameter = words[1].partition("=")[0]
    result = project.task(step, *words, "--optional", parameter)
    assert result.code == 0, result.err
    assert project.value(step) == value


def test_an_input_that_a_step_needs_is_missed_with_a_way_out(project: Project) -> None:
    result = project.task("Needs", "--in", "number=in/empty", "--optional", "number")
    assert result.code == 2
    assert "error[PG316]: input 'number' of task 'needs' is absent" in result.err
    assert "number: ... | None = None" in result.err


def test_without_the_flag_an_empty_folder_is_an_error(project: Project) -> None:
    assert project.task("Nullable", "--in", "number=in/empty").code == 2


def test_a_damaged_artifact_is_not_absent(project: Project) -> None:
    (project.folder / "in" / "one" / "artifact.json").unlink()
    assert project.task("Nullable", "--in", "number=in/one", "--optional", "number").code == 2


def test_variables_given_in_the_command_win_and_carry_any_text(project: Project) -> None:
    words = ["--env", 'json:"GREETING={\\u007bname}} \\u0024(HOME)"', "--env", "SHELL_LIKE=a=b"]
    result = project.task("Says", *words, GREETING="hello", SHELL_LIKE="x")
    assert result.code == 0, result.err
    assert project.value("Says") == ["{{name}} $(HOME)", "a=b"]
