"""`pipegen run` with the runner `docker`, as a user calls it: the same artifacts, and nothing left behind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from containers.engine import Engine

pytestmark = pytest.mark.engine

STEPS = """
import os
import time
from collections.abc import Iterator
from pathlib import Path

from pipegen import Pipeline, Retry, Settings, Step, workdir


class FetchSettings(Settings):
    count: int = 2


class Fetch(Step):
    settings: FetchSettings

    def run(self) -> Iterator[str]:
        for number in range(self.settings.count):
            yield f"it's {number}\\n"


class Page(Step):
    retry = Retry(limit=2)

    def run(self, rows: list[str]) -> Path:
        page = workdir() / "page"
        page.mkdir()
        (page / "page.txt").write_text("".join(rows))
        return page


class Sleep(Step):
    timeout = "2s"

    def run(self) -> None:
        print("asleep", flush=True)
        time.sleep(600)


fetch = Fetch()
pages = Pipeline("pages", Page(rows=fetch))
sleeping = Pipeline("sleeping", Sleep())
"""


@pytest.fixture
def project(pipegen_image: str, tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (tmp_path / "steps.py").write_text(STEPS, encoding="utf-8")
    config = {"type": "docker", "image": pipegen_image, "code": "project", "pull": "never", "network": "none"}
    (tmp_path / "docker.json").write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / "values.yaml").write_text(f"run: {{runner: {json.dumps(config)}}}\n", encoding="utf-8")
    (tmp_path / "none.yaml").write_text("{}\n", encoding="utf-8")
    return tmp_path


def pipegen(engine: Engine, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipegen", *words],
        cwd=folder,
        env={**os.environ, **engine.environment, "FETCH__COUNT": "3"},
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )


def artifacts(folder: Path, pipeline: str) -> dict[str, bytes]:
    found = {}
    for link in (folder / ".pipegen" / "latest" / pipeline).iterdir():
        real = link.resolve()
        for path in real.rglob("*"):
            if path.is_file():
                found[f"{link.name}/{path.relative_to(real).as_posix()}"] = path.read_bytes()
    return found


def test_the_artifacts_are_those_of_a_run_without_containers(container_engine: Engine, project: Path) -> None:
    words = ("run", "steps.py:pages", "--json")
    done = pipegen(container_engine, project, *words, "-f", "none.yaml", "--runner-config", "docker.json")
    assert done.returncode == 0, done.stderr
    in_containers = artifacts(project, "pages")
    assert in_containers["fetch/data.jsonl"].count(b"\n") == 3
    again = pipegen(
        container_engine, project, *words
    )  # the runner of values is the same, and so is the cache
    assert again.returncode == 0, again.stderr
    assert "CACHED" in again.stdout
    done = pipegen(container_engine, project, *words, "--runner", "local", "--force")
    assert done.returncode == 0, done.stderr
    assert artifacts(project, "pages") == in_containers


def test_a_timeout_ends_the_container_for_real(container_engine: Engine, project: Path) -> None:
    done = pipegen(container_engine, project, "run", "steps.py:sleeping")
    assert done.returncode == 1
    assert "sleep" in done.stderr
    running = container_engine.podman("ps", "--quiet", "--filter", "label=pipegen.task=sleep").out
    assert running == ""
