"""The CI jobs and the Dockerfile that `pipegen init` writes."""

from __future__ import annotations

import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from typing_commands import BIN, done, files_of, shell

SCHEMAS = {
    "github": (".github/workflows/pipegen.yml", "vendor.github-workflows", ()),
    "gitlab": (".gitlab-ci.yml", "vendor.gitlab-ci", ("--data-transform", "gitlab-ci")),
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    done("pipegen init demo && cd demo && pipegen init --dockerfile --ci github --ci gitlab", tmp_path)
    return tmp_path / "demo"


@pytest.mark.parametrize("system", SCHEMAS)
def test_a_ci_job_fits_the_schema_of_its_system(project: Path, system: str) -> None:
    assert_fits_schema(project, system)


def assert_fits_schema(project: Path, system: str) -> None:
    path, schema, more = SCHEMAS[system]
    command = [BIN / "check-jsonschema", "--builtin-schema", schema, *more, path]
    checked = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def lines_of(project: Path, system: str, job: str) -> list[str]:
    document = yaml.safe_load((project / SCHEMAS[system][0]).read_text())
    if system == "github":
        return [step["run"] for step in document["jobs"][job]["steps"] if "run" in step]
    return [*document[".pipegen"]["before_script"], *document[job]["script"]]


@pytest.mark.parametrize("system", SCHEMAS)
def test_the_check_job_passes_what_is_up_to_date_and_fails_what_is_not(project: Path, system: str) -> None:
    install, *checks = lines_of(project, system, "check")
    assert shlex.split(install)[-1] == "pipegen-compiler[dvc]"
    done("pipegen generate", project)
    for line in checks:
        done(line, project)
    with (project / "values.yaml").open("a") as values:
        values.write("  artifacts: out\n")
    failed = shell(checks[-1], project)
    assert failed.returncode == 1
    assert "+      - out/read" in failed.stdout


def test_a_pipeline_for_gitlab_is_no_job_that_is_written_over(tmp_path: Path) -> None:
    done("pipegen init demo", tmp_path)
    project = tmp_path / "demo"
    settings = (project / "pyproject.toml").read_text().replace('"dvc"', '"gitlab"')
    (project / "pyproject.toml").write_text(settings)
    (project / "values.yaml").write_text("defaults: {image: 'app:1'}\n")
    done("pipegen generate", project)
    before = files_of(project)
    refused = shell("pipegen init --ci gitlab", project)
    assert refused.returncode == 2
    assert "PG364" in refused.stderr and "gitlab.file: ci/pipegen.gitlab-ci.yml" in refused.stderr
    assert files_of(project) == before
    (project / ".gitlab-ci.yml").unlink()
    (project / "values.yaml").write_text(
        "defaults: {image: 'app:1'}\ngitlab: {file: ci/pipegen.gitlab-ci.yml}\n"
    )
    said = done("pipegen init --ci gitlab && pipegen generate && pipegen generate --check", project)
    assert "set gitlab.file: ci/pipegen.gitlab-ci.yml" in said
    assert_fits_schema(project, "gitlab")
    document = yaml.safe_load((project / ".gitlab-ci.yml").read_text())
    assert (project / document["run"]["trigger"]["include"]).is_file()


@pytest.mark.engine
@pytest.mark.parametrize("system", SCHEMAS)
def test_the_run_job_runs_the_pipeline(project: Path, system: str) -> None:
    done("pipegen generate", project)
    _, *lines = lines_of(project, system, "run")
    for line in lines:
        done(line, project)
    assert (project / "artifacts/count/artifact.json").is_file()


@pytest.mark.parametrize("backend", ["argo", "cronjob"])
@pytest.mark.parametrize("system", SCHEMAS)
def test_the_apply_job_applies_what_is_compiled(project: Path, system: str, backend: str) -> None:
    """What it does in a cluster, tests/cluster shows."""
    config = project / "pyproject.toml"
    config.write_text(config.read_text().replace('backend = "dvc"', f'backend = "{backend}"'))
    done(f"pipegen init --force --ci {system}", project)
    assert_fits_schema(project, system)
    install, apply = lines_of(project, system, "apply")
    assert shlex.split(install)[-1] == "pipegen-compiler[kubernetes]"
    assert apply == f"pipegen apply --backend {backend}"


def test_the_ci_job_of_another_backend_runs_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.pipegen]\nbackend = "acme"\n')
    done("pipegen init --ci github", tmp_path)
    document = yaml.safe_load((tmp_path / SCHEMAS["github"][0]).read_text())
    assert list(document["jobs"]) == ["check"]  # what to do with its files, only its users know
    assert "dvc" not in (tmp_path / SCHEMAS["github"][0]).read_text()


def instructions(dockerfile: str) -> list[tuple[str, str]]:
    """(FROM, its rest) and so on, with continued lines in one."""
    whole = dockerfile.replace("\\\n", " ").splitlines()
    return [
        (line.split()[0], line.partition(" ")[2])
        for line in whole
        if line.strip() and not line.startswith("#")
    ]


def test_the_image_runs_as_a_user_that_is_not_root_by_number(project: Path) -> None:
    found = instructions((project / "Dockerfile").read_text())
    last_stage = found[max(number for number, (word, _) in enumerate(found) if word == "FROM") :]
    users = [rest for word, rest in last_stage if word == "USER"]
    assert users == ["1000:1000"]
    after = [word for word, _ in last_stage[last_stage.index(("USER", "1000:1000")) + 1 :]]
    assert after == ["ENTRYPOINT"], "nothing is written after the user has changed"


def test_the_image_is_based_on_what_its_builder_says(project: Path) -> None:
    found = instructions((project / "Dockerfile").read_text())
    assert found[0] == ("ARG", "PYTHON=python:3.13-slim")
    assert [rest for word, rest in found if word == "FROM"] == ["${PYTHON} AS build", "${PYTHON}"]


def test_all_that_the_image_copies_is_there_and_no_secret_goes_with_it(project: Path) -> None:
    found = instructions((project / "Dockerfile").read_text())
    for word, rest in found:
        if word == "COPY" and not rest.startswith("--from"):
            assert (project / rest.split()[0]).exists(), rest
    ignored = (project / ".dockerignore").read_text().splitlines()
    assert {".git", ".env", ".pipegen", ".dvc"} <= set(ignored)


def test_a_task_writes_to_its_output_alone(project: Path, tmp_path: Path) -> None:
    """The image's folder belongs to root: a task that wrote there would fail in a pod."""
    before = files_of(project)
    out = tmp_path / "elsewhere/out"
    done(
        f"{sys.executable} -m pipegen exec demo.steps:Read --out {out}",
        project,
        PYTHONDONTWRITEBYTECODE="1",
    )
    assert files_of(project) == before
    assert sorted(path.name for path in out.iterdir()) == ["artifact.json", "data.jsonl"]
