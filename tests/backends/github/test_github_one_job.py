"""Layout `job`: what one run leaves for the next one, and what the engine carries out there."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from command_runs import pipegen
from machine import Machine
from workflow_pipelines import config_of, data_of, pipeline, task

from pipegen.backends.github import GithubBackend
from pipegen.ir import Options

FLOW = """
import os
import time

from pipegen import Pipeline, step


@step
def first() -> str:
    return "{text}"


@step
def fails(text: str) -> str:
    if os.environ.get("BROKEN"):
        raise ValueError("on purpose")
    return text


@step
def sleeps(text: str) -> str:
    time.sleep(60)
    return text


@step
def tidy() -> str:
    return "tidied"


p = Pipeline("p", first() >> fails("{name}"))
late = Pipeline("late", first() >> sleeps(), deadline="1s", on_exit=tidy())
"""
WORDS = ("--backend", "github", "--stdout", "--set=github.install=[true]", "--set=github.layout=job")


def written(folder: Path, text: str = "one", name: str = "second") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / "flow.py").write_text(FLOW.format(text=text, name=name), encoding="utf-8")
    (folder / "pyproject.toml").write_text("[project]\nname = 'flow'\n", encoding="utf-8")
    return folder


def run(machine: Machine, target: str = "flow.py:p") -> list[str]:
    """The folders in its artifact after one more run."""
    machine.number += 1
    machine.log.clear()
    machine.results.clear()
    said = pipegen(machine.repository, "generate", target, *WORDS)
    assert said.code == 0, said.err
    machine.run(said.out)
    ((name, _),) = machine.artifacts.items()
    top = machine.unpacked(name, machine.repository.parent / str(machine.number))
    return sorted(one.name for one in top.iterdir())


def test_what_a_failed_run_has_made_is_taken_from_the_cache(tmp_path: Path) -> None:
    machine = Machine(written(tmp_path / "project"), environment={"BROKEN": "1"})
    top = run(machine)
    assert machine.results == {"pipeline": "failure"} and top == ["first"]
    machine.environment = {}
    top = run(machine)
    assert machine.results == {"pipeline": "success"} and top == ["first", "second"]
    assert any("1 cached" in one for one in machine.log), "\n".join(machine.log)


def test_an_older_run_leaves_nothing_in_the_artifact(tmp_path: Path) -> None:
    machine = Machine(written(tmp_path / "project"))
    run(machine)
    written(tmp_path / "project", text="two", name="renamed")
    assert run(machine) == ["first", "renamed"]
    written(tmp_path / "project", text="three")
    machine.environment = {"BROKEN": "1"}
    assert run(machine) == ["first"]


def test_what_is_kept_does_not_grow_with_every_run(tmp_path: Path) -> None:
    machine = Machine(written(tmp_path / "project"))
    for number in range(7):
        written(tmp_path / "project", text=str(number))
        run(machine)
    kept = list(machine.cached.values())
    runs = [len(list((one / "runs").iterdir())) for one in kept]
    assert runs == [1, 2, 3, 4, 5, 5, 5]
    artifacts = [len(list((one / "artifacts").glob("*/*"))) for one in kept]
    assert artifacts[4] == artifacts[5] == artifacts[6]


def test_the_engine_keeps_the_deadline(tmp_path: Path) -> None:
    machine = Machine(written(tmp_path / "project"))
    top = run(machine, "flow.py:late")
    assert machine.results == {"pipeline": "failure"}
    assert top == ["first", "tidy"]
    assert any("the run took longer than 1s" in one for one in machine.log)


@pytest.mark.parametrize("layout", ["job", "jobs"])
def test_a_deadline_is_refused_where_nothing_would_keep_it(tmp_path: Path, layout: str) -> None:
    said = pipegen(
        written(tmp_path), "check", "flow.py:late", "--backend", "github", f"--set=github.layout={layout}"
    )
    assert (said.code, "github cannot do deadline" in said.err) == (
        (0, False) if layout == "job" else (1, True)
    )


def test_the_cache_is_restored_before_the_run_and_saved_after_it(tmp_path: Path) -> None:
    said = pipegen(written(tmp_path), "generate", "flow.py:p", *WORDS, "--set=github.working_directory=a/b")
    steps = yaml.safe_load(said.out)["jobs"]["pipeline"]["steps"]
    halves = [one for one in steps if one.get("uses", "").startswith("actions/cache/")]
    assert [one["with"]["path"] for one in halves] == ["a/b/.pipegen/", "a/b/.pipegen/"]
    assert halves[0]["with"]["key"] == halves[1]["with"]["key"]
    assert halves[1]["if"] == "${{ !cancelled() }}"


@pytest.mark.parametrize(
    ("deadline", "said", "minutes"),
    [
        ("2h", "runs_on: [self-hosted]", None),
        ("10h", "runs_on: [self-hosted]", 610),
        ("10h", "runs_on: [self-hosted], timeout_minutes: 700", 700),
        ("10h", "", None),
        (None, "runs_on: [self-hosted]", 430),
    ],
)
def test_the_job_has_the_time_that_the_run_may_take(
    deadline: str | None, said: str, minutes: int | None
) -> None:
    tasks = (task("fetch", options=Options(timeout="7h")), task("score", reviews="fetch"))
    one = pipeline("p", *tasks, deadline=deadline)
    job = data_of(one, f"{{layout: job, {said}}}")["jobs"]["pipeline"]
    assert job.get("timeout-minutes") == minutes


def test_a_deadline_beyond_what_github_gives_is_warned_of() -> None:
    one, values = pipeline("p", deadline="10h"), config_of("{layout: job}")
    (note,) = GithubBackend().notes(one, values)
    assert note.message == "pipeline 'p' may take 600 minutes, and its job there 360"
