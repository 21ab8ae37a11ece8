"""The examples for GitLab: what is committed is what would be generated, and gitlab-ci-local runs it as it stands."""

from __future__ import annotations

import shutil
from pathlib import Path

import ci_local
import pytest
from command_runs import pipegen
from containers.places import copied
from equivalence.engines import by_folder, by_run, differences

EXAMPLES = Path(__file__).parents[3] / "examples"
# By example and variables of the run: the pipeline that runs, what its jobs' names begin with.
RUNS = {
    "reviews": ("reviews.py:reviews", {}),
    "two-pipelines": ("shop.py:weekly", {"PIPELINE": "weekly"}),
}
# Those that are committed for other targets run on GitLab all the same.
OTHERS = {
    "features": ("features.py", {}),
    "streaming": ("traffic.py", {}),
    "docs-to-index": ("notes.pipeline", {}),
}


@pytest.mark.parametrize("name", RUNS)
def test_what_is_committed_is_what_would_be_generated(name: str) -> None:
    said = pipegen(EXAMPLES / name, "generate", "--backend", "gitlab", "--check")
    assert (said.code, said.out) == (0, ""), said.out + said.err
    assert pipegen(EXAMPLES / name, "check", "--backend", "gitlab", "--strict").code == 0


@pytest.mark.engine
@pytest.mark.parametrize("name", [*RUNS, *OTHERS])
def test_an_example_makes_there_what_it_makes_here(name: str, tmp_path: Path) -> None:
    target, env = {**RUNS, **OTHERS}[name]
    (tmp_path / "engine").mkdir()
    wanted = by_run(copied(EXAMPLES / name, tmp_path / "engine"), target, {})
    project = copied(EXAMPLES / name, tmp_path)
    if name in OTHERS:
        assert pipegen(project, "generate", "--backend", "gitlab").code == 0
    ran = ci_local.run(project, env)
    assert differences(ran.artifacts, by_folder(wanted.artifacts)) == [], ran.said
    assert ran.code == 0


@pytest.mark.engine
def test_a_push_runs_the_check_that_stands_beside_included_files(tmp_path: Path) -> None:
    project = copied(EXAMPLES / "two-pipelines", tmp_path)
    ran = ci_local.run(project, {}, source="push")
    assert (ran.code, ran.artifacts) == (0, {}), ran.said
    assert "2 files up to date" in ran.said
    stale = Path(shutil.copytree(EXAMPLES / "two-pipelines", tmp_path / "stale"))
    (stale / "shop.py").write_text((stale / "shop.py").read_text().replace("A forecast of the", "A guess at"))
    ran = ci_local.run(stale, {}, source="push")
    assert ran.code != 0
    assert "1 file stale: ci/weekly.gitlab-ci.yml" in ran.said
