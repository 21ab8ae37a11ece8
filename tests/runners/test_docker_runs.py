"""`pipegen run` with the runner `docker`, as a user calls it: the same artifacts, and nothing left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from container_calls import wait_until
from containers.engine import Engine

pytestmark = pytest.mark.engine

STEPS = """
import os
import signal
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


class WaitSettings(Settings):
    go: Path
    stubborn: bool = False


class Wait(Step):
    # Waits for a file, and hands on how often it was tried.

    settings: WaitSettings
    retry = Retry(limit=1, backoff="0.1s")

    def run(self, rows: list[str]) -> str:
        if self.settings.stubborn:
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        tried = self.settings.go.with_name("tried")
        tried.write_text((tried.read_text() if tried.exists() else "") + "x")
        while not self.settings.go.exists():
            time.sleep(0.05)
        if tried.read_text() == "x":
            raise OSError("once")
        return f"{len(rows)} {tried.read_text()}"


class Sleep(Step):
    timeout = "2s"

    def run(self) -> None:
        print("asleep", flush=True)
        time.sleep(600)


fetch = Fetch()
pages = Pipeline("pages", Page(rows=fetch))
sleeping = Pipeline("sleeping", Sleep())
waiting = Pipeline("waiting", Wait(rows=fetch))
"""


@pytest.fixture
def project(pipegen_image: str, tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (tmp_path / "steps.py").write_text(STEPS, encoding="utf-8")
    shared = tmp_path / "shared"
    shared.mkdir()
    config = {"type": "docker", "image": pipegen_image, "code": "project", "pull": "never", "network": "none",
              "volumes": [f"{shared}:{shared}"]}  # fmt: skip
    (tmp_path / "docker.json").write_text(json.dumps(config), encoding="utf-8")
    (tmp_path / "values.yaml").write_text(f"run: {{runner: {json.dumps(config)}}}\n", encoding="utf-8")
    (tmp_path / "none.yaml").write_text("{}\n", encoding="utf-8")
    return tmp_path


def environment(engine: Engine, folder: Path, **more: str) -> dict[str, str]:
    given = {"FETCH__COUNT": "3", "WAIT__GO": str(folder / "shared" / "go"), **more}
    return {**os.environ, **engine.environment, **given}


def pipegen(engine: Engine, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "pipegen", *words],
        cwd=folder,
        env=environment(engine, folder),
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


def containers(engine: Engine, folder: Path, task: str) -> list[str]:
    """The containers of a task of this project, those that have ended too."""
    said = engine.podman(
        "ps", "--all", "--no-trunc", "--filter", f"label=pipegen.task={task}", "--format={{.Mounts}}"
    )
    return [line for line in said.out.splitlines() if str(folder) in line]


@pytest.mark.parametrize("how", ["Ctrl-C", "Ctrl-C twice", "kill -9"])
def test_a_run_that_is_ended_takes_its_container_along_and_is_resumed(
    container_engine: Engine, project: Path, how: str
) -> None:
    stubborn = {"WAIT__STUBBORN": "true"} if how == "Ctrl-C twice" else {}
    with subprocess.Popen(
        [sys.executable, "-m", "pipegen", "run", "steps.py:waiting"],
        cwd=project,
        env=environment(container_engine, project, **stubborn),
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        wait_until(lambda: (project / "shared" / "tried").exists() or process.poll() is not None, 120)
        assert containers(container_engine, project, "wait")
        process.send_signal(signal.SIGKILL if how == "kill -9" else signal.SIGINT)
        if how == "Ctrl-C twice":
            time.sleep(0.5)
            assert process.poll() is None
            process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
    assert process.returncode == (-signal.SIGKILL if how == "kill -9" else 130), said
    wait_until(lambda: not containers(container_engine, project, "wait"), 30)
    (project / "shared" / "go").touch()
    again = pipegen(container_engine, project, "run", "--resume", "last", "steps.py:waiting", "--json")
    assert again.returncode == 0, again.stderr
    tasks = json.loads(again.stdout)["tasks"]
    assert {name: one["status"] for name, one in tasks.items()} == {"fetch": "CACHED", "wait": "SUCCESS"}
    assert artifacts(project, "waiting")["wait/data.json"] == b'"3 xx"\n'


def test_a_task_that_fails_in_its_container_is_tried_again(container_engine: Engine, project: Path) -> None:
    (project / "shared" / "go").touch()
    done = pipegen(container_engine, project, "run", "steps.py:waiting", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["tasks"]["wait"]["attempts"] == 2
    log = json.loads(done.stdout)["tasks"]["wait"]["log"].replace(".2.log", ".1.log")
    assert "OSError: once" in (project / log).read_text(encoding="utf-8")
    assert artifacts(project, "waiting")["wait/data.json"] == b'"3 xx"\n'
