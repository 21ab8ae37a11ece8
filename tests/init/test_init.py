"""`pipegen init` as a user calls it: what it writes works at once, and what is there stays."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from typing_commands import BIN, done, files_of, shell

from pipegen.app import starting
from pipegen.emit import text


@pytest.mark.engine
def test_the_next_command_that_init_names_runs_the_new_project(tmp_path: Path) -> None:
    said = done("pipegen init demo", tmp_path)
    assert said == "wrote 11 files in demo\nnext: cd demo && pipegen generate && dvc repro\n"
    done(said.partition("next: ")[2], tmp_path)
    demo = tmp_path / "demo"
    assert (demo / "artifacts/count/data.jsonl").read_text() == (
        '{"word":"be","times":2}\n{"word":"to","times":2}\n{"word":"is","times":1}\n'
    )
    assert "didn't change" in done("git status --short && dvc repro", demo)
    assert ".pipegen" not in done("git status --short --untracked-files=all", demo)


def test_a_new_project_is_checked_tested_and_formatted(tmp_path: Path) -> None:
    done("pipegen init . --name 'Übung 7'", tmp_path)
    assert "nothing wrong" in done("pipegen check --backend dvc --strict", tmp_path)
    done("pipegen generate && pipegen generate --check && python -m pytest -q", tmp_path)
    done("ruff check --select E,F,W,I,N,B,UP,SIM,PTH,ANN,RUF . && ruff format --check .", tmp_path)
    done("mypy --strict --explicit-package-bases src", tmp_path, MYPYPATH="src")
    assert (tmp_path / "src/ubung_7/pipeline.py").is_file()


def test_a_new_project_is_a_git_repository_unless_it_is_in_one_or_none_is_wanted(tmp_path: Path) -> None:
    done("pipegen init own && pipegen init none --no-git", tmp_path)
    done("git init -q outer && cd outer && pipegen init inner", tmp_path)
    assert (tmp_path / "own/.git").is_dir()
    assert not (tmp_path / "none/.git").exists()
    assert not (tmp_path / "outer/inner/.git").exists()


def test_without_git_the_project_is_written_all_the_same(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin/pipegen").symlink_to(BIN / "pipegen")
    result = subprocess.run(
        [BIN / "pipegen", "init", "demo"],
        cwd=tmp_path,
        env={**os.environ, "PATH": str(tmp_path / "bin")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "there is no Git here, which DVC needs: git init" in result.stderr
    assert "pip install 'pipegen-compiler[dvc]' && dvc repro" in result.stderr


def test_steps_are_added_beside_the_pipeline_with_a_test_that_passes(tmp_path: Path) -> None:
    done("pipegen init demo", tmp_path)
    demo = tmp_path / "demo"
    said = done("pipegen init --step Score --step 'http fetch'", demo)
    assert "next: import it where your pipeline is: from demo.score import Score\n" in said
    assert "next: import it where your pipeline is: from demo.http_fetch import HttpFetch\n" in said
    assert "3 passed" in done("python -m pytest -q && ruff format --check .", demo)


@pytest.mark.parametrize(
    ("target", "file", "module"),
    [
        ("reviews.py", "score.py", "score"),
        ("acme/reviews.py", "acme/score.py", "acme.score"),
        ("acme.reviews:nightly", "acme/score.py", "acme.score"),
        ("jobs/reviews.py", "jobs/score.py", "score"),
        ("", "score.py", "score"),
    ],
)
def test_a_step_goes_where_the_projects_target_is(
    tmp_path: Path, target: str, file: str, module: str
) -> None:
    (tmp_path / "acme").mkdir()
    (tmp_path / "acme/__init__.py").touch()
    (tmp_path / "jobs").mkdir()
    named = f'target = "{target}"' if target else ""
    (tmp_path / "pyproject.toml").write_text(f"[tool.pipegen]\n{named}\n")
    said = done("pipegen init --step Score", tmp_path)
    assert said.startswith(f"wrote {file}, tests/test_score.py\n")
    assert f"from {module} import Score\n" in said


@pytest.mark.parametrize("given", ["ScoreRows", "score-rows", "score_rows", "score rows"])
def test_the_name_of_a_step_may_be_written_in_any_way(tmp_path: Path, given: str) -> None:
    (tmp_path / "pyproject.toml").touch()
    done(f"pipegen init --step '{given}'", tmp_path)
    assert "class ScoreRows(Step):" in (tmp_path / "score_rows.py").read_text()


REFUSED = {
    "a project that is there": ("pipegen init", "PG363", "'.' is a project already"),
    "a name without letters": (
        "pipegen init new --name '!!'",
        "PG361",
        "'!!' cannot be the name of a project",
    ),
    "a module of Python": ("pipegen init json", "PG361", "a package called 'json' would hide"),
    "a keyword": ("pipegen init class", "PG361", "a package called 'class' would hide"),
    "what steps import": ("pipegen init new --name pydantic", "PG361", "a package called 'pydantic'"),
    "a step that hides its base": ("pipegen init --step Step", "PG361", "a step called 'Step' would hide"),
    "a step that is a number": ("pipegen init --step 9", "PG361", "'9' cannot be the name of a step"),
    "a step that is a path": (
        "pipegen init --step ../x --step /",
        "PG361",
        "'/' cannot be the name of a step",
    ),
    "no project": (
        "pipegen init elsewhere --step Score",
        "PG362",
        "there is no pyproject.toml in 'elsewhere'",
    ),
    "a name for a project that has one": (
        "pipegen init --dockerfile --name x",
        "PG189",
        "--name is for a new",
    ),
    "a folder that is a file": ("pipegen init file.txt", "PG417", "'file.txt' is a file, not a folder"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_refused_is_said_and_nothing_is_written(tmp_path: Path, case: str) -> None:
    command, code, message = REFUSED[case]
    project = tmp_path / "project"
    project.mkdir()
    (project / "pyproject.toml").write_text("[project]\n")
    (project / "file.txt").touch()
    where = project
    if case == "no project":
        where = tmp_path
        (tmp_path / "elsewhere").mkdir()
    before = files_of(tmp_path)
    result = shell(command, where)
    assert result.returncode == 2
    assert f"[{code}]" in result.stderr
    assert message in result.stderr
    assert "Traceback" not in result.stderr
    assert files_of(tmp_path) == before


def test_files_that_are_there_are_overwritten_by_force_alone(tmp_path: Path) -> None:
    done("pipegen init demo && cd demo && pipegen init --dockerfile --ci github --ci gitlab", tmp_path)
    demo = tmp_path / "demo"
    rendered = files_of(demo)
    (demo / "Dockerfile").write_text("FROM scratch\n")
    (demo / ".gitlab-ci.yml").unlink()
    mine = files_of(demo)
    result = shell("pipegen init --dockerfile --ci gitlab", demo)
    assert result.returncode == 2
    assert "'Dockerfile' exists and was not generated by pipegen" in result.stderr
    assert files_of(demo) == mine, "the CI job must not be written when the Dockerfile cannot be"
    done("pipegen init --dockerfile --ci gitlab --force", demo)
    assert files_of(demo) == rendered


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    done("pipegen init --step Score", tmp_path)
    assert done("pipegen init --step Score", tmp_path).startswith("2 files up to date\n")


def test_every_template_is_rendered_by_some_form_of_init(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rendered: set[str] = set()

    def render(template: str, /, **values: object) -> str:
        rendered.add(template)
        return text.render(template, **values)

    monkeypatch.setattr(starting, "render", render)
    starting.write(starting.project(tmp_path / "demo", None))
    starting.additions(tmp_path / "demo", ["Score"], True, ["github", "gitlab"])
    ours = {one for one in text.template_names() if not one.startswith("airflow/")}  # a backend's
    assert rendered == ours
