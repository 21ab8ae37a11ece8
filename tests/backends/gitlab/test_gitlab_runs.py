"""What GitLab's jobs hand on when gitlab-ci-local runs them, each in a clean folder: the same as by `pipegen run`.

gitlab-ci-local knows neither retries nor the end of a job that was skipped, for which whatever comes after a stage
waits for ever. `test_gitlab_triggers.py` holds what GitLab itself makes of those.
"""

from __future__ import annotations

from pathlib import Path

import ci_local
import pytest
from command_runs import pipegen
from equivalence.engines import by_folder, by_run, differences
from equivalence.flows import FLOWS, Flow

# What comes after a stage with a job that was skipped.
AFTER_SKIPPED = {"rules.py:triggers": {"afterwards"}, "rules.py:failing": {"alert", "tidy"}}


def generated(project: Path, *words: str) -> Path:
    said = pipegen(project, "generate", "--backend", "gitlab", *words)
    assert said.code == 0, said.err
    return project


@pytest.mark.engine
@pytest.mark.parametrize("flow", FLOWS, ids=str)
def test_jobs_make_what_the_engine_makes(flow: Flow, tmp_path: Path) -> None:
    here, there = tmp_path / "engine", tmp_path / "gitlab"
    for folder in (here, there):
        folder.mkdir()
    wanted = by_run(flow.copied(here), flow.target, flow.env(here))
    ran = ci_local.run(generated(flow.copied(there), flow.target), flow.env(there))
    left_out = AFTER_SKIPPED.get(flow.target, set())
    expected = {name: one for name, one in wanted.artifacts.items() if name not in left_out}
    assert differences(ran.artifacts, by_folder(expected)) == [], ran.said
    assert (ran.code != 0) == (flow.code != 0 or "triggers" in flow.target), ran.said


ODD = """
import os
from pathlib import Path

from pipegen import Cache, Parameter, Pipeline, Settings, Step, step

ODD = ["a b", "\\u00fcbung", "\\u6570\\u636e", "$HOME", "${{ x }}", "$[[ inputs.x ]]", "*", "[a]", "it's", "-rf", "#"]
ODD += ["%PATH%", "$$HOME", "{{ x }}"]


class TellSettings(Settings):
    text: str = "nothing"
    size: int = 1


class Tell(Step):
    settings: TellSettings

    def run(self) -> list[str]:
        found = [os.environ.get(f"ODD_{number}", "?") for number in range(len(ODD))]
        return [self.settings.text, str(self.settings.size), *found]


@step
def files(texts: list[str], path: Path | None = None) -> Path:
    folder = Path("made")
    (folder / "empty").mkdir(parents=True)
    for name in ODD:
        (folder / name).mkdir()
        (folder / name / f"{name}.txt").write_text("|".join(texts))
    (folder / "run.sh").write_text("true")
    (folder / "run.sh").chmod(0o755)
    (folder / ".hidden").write_text("x")
    (folder / "link").symlink_to("a b/a b.txt")
    return folder


@step
def found(folder: Path) -> list[str]:
    return sorted(
        f"{one.relative_to(folder)} {oct(one.lstat().st_mode & 0o100)} {one.is_symlink()} {one.is_dir()}"
        for one in folder.rglob("*")
    )


@step
def tell() -> str:
    return "told"


@step
def broken() -> int:
    raise ValueError("broken on purpose")


@step(trigger="all_done")
def after(number: int | None = None, text: str = "") -> str:
    return f"{number} {text}"


@step(trigger="one_failed")
def rescue(number: int | None = None) -> str:
    return f"rescued from {number}"


odd = Pipeline(
    "odd",
    Tell(env={f"ODD_{n}": text for n, text in enumerate(ODD)}, cache=Cache(key=("$HOME `id`",)))
    >> files("$HOME `id` it's") >> found(),
    parameters=[Parameter("text", "tell.text", default="$X `id` \\"'\\n$$"), Parameter("size", "tell.size")],
    description="$HOME # ${{ x }}",
    labels={"team": "a"},
)
trouble = broken()
handled = Pipeline("handled", after(number=trouble, text=tell()), rescue(number=trouble), on_exit=tell("tidy"))
failing = Pipeline("failing", [broken(), tell()], on_failure=tell("alert"), on_exit=tell("tidy"))
fine = Pipeline("fine", tell(), on_failure=tell("alert"), on_exit=tell("tidy"))
"""
PROJECT = {"pyproject.toml": "[project]\nname = 'odd'\n", "odd.py": ODD}
RUNS: dict[str, dict[str, str]] = {
    "odd.py:odd": {},
    "odd.py:odd, a parameter": {"ODD__SIZE": "4", "ODD__TEXT": "`id` it's"},
    "odd.py:odd, settings": {"TELL__SIZE": "5", "TELL__TEXT": "mine"},
    "odd.py:handled": {},
    "odd.py:failing": {},
    "odd.py:fine": {},
}


@pytest.mark.engine
@pytest.mark.parametrize("case", RUNS)
def test_odd_names_texts_and_failures_make_the_same(case: str, tmp_path: Path) -> None:
    target = case.partition(",")[0]
    for name in ("engine", "gitlab"):
        (tmp_path / name).mkdir()
        for path, text in PROJECT.items():
            (tmp_path / name / path).write_text(text, encoding="utf-8")
    wanted = by_run(tmp_path / "engine", target, RUNS[case])
    ran = ci_local.run(generated(tmp_path / "gitlab", target), RUNS[case])
    assert wanted.artifacts
    assert differences(ran.artifacts, by_folder(wanted.artifacts)) == [], ran.said
    assert (ran.code != 0) == (wanted.code != 0 or "handled" in case)


@pytest.mark.engine
def test_parameters_that_are_inputs_make_the_same(tmp_path: Path) -> None:
    for name in ("engine", "gitlab"):
        (tmp_path / name).mkdir()
        for path, text in PROJECT.items():
            (tmp_path / name / path).write_text(text.replace("$[[ inputs.x ]]", "$[ x ]"), encoding="utf-8")
    wanted = by_run(tmp_path / "engine", "odd.py:odd", {"ODD__TEXT": "`id` it's $HOME"})
    project = generated(tmp_path / "gitlab", "odd.py:odd", "--set", "gitlab.parameters=inputs")
    ran = ci_local.run(project, {}, inputs={"text": "`id` it's $HOME"})
    assert differences(ran.artifacts, by_folder(wanted.artifacts)) == [], ran.said


@pytest.mark.engine
def test_more_needs_than_gitlab_allows_make_the_same(tmp_path: Path) -> None:
    (flow,) = [one for one in FLOWS if one.target == "shapes.py:fan_in"]
    wanted = by_run(flow.copied(tmp_path), flow.target, {})
    project = flow.copied(tmp_path / "gitlab")
    ran = ci_local.run(generated(project, flow.target, "--set", "gitlab.max_needs=8"), {})
    assert "-gather-" in (project / ".gitlab-ci.yml").read_text(encoding="utf-8")
    assert differences(ran.artifacts, by_folder(wanted.artifacts)) == [], ran.said


@pytest.mark.engine
def test_a_project_in_a_folder_of_the_repository_runs_there(tmp_path: Path) -> None:
    (flow,) = [one for one in FLOWS if one.target == "shapes.py:diamond"]
    wanted = by_run(flow.copied(tmp_path), flow.target, {})
    repository = tmp_path / "repository"
    project = flow.copied(repository)
    generated(project, flow.target, "--set", f"gitlab.directory={project.name}", "--out", "..")
    ran = ci_local.run(repository, {})
    assert differences(ran.artifacts, by_folder(wanted.artifacts)) == [], ran.said


SOURCES = {
    "schedule": True,
    "web": True,
    "parent_pipeline": True,
    "push": False,
    "merge_request_event": False,
}


@pytest.mark.engine
@pytest.mark.parametrize("source", SOURCES)
def test_jobs_are_made_only_for_what_the_rules_name(source: str, tmp_path: Path) -> None:
    text = ODD + "\nscheduled = Pipeline('scheduled', tell('lone'), schedule='@daily')\n"
    (tmp_path / "odd.py").write_text(text, encoding="utf-8")
    (tmp_path / "pyproject.toml").write_text(PROJECT["pyproject.toml"], encoding="utf-8")
    ran = ci_local.run(generated(tmp_path, "odd.py:scheduled"), {}, source=source)
    assert bool(ran.artifacts) == SOURCES[source], ran.said
