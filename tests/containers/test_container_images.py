"""The image that the Dockerfile of `pipegen init` describes, built and run."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from containers import images
from containers.engine import Engine
from containers.places import FLOWS, copied
from pipegen import __version__

pytestmark = pytest.mark.engine

COMPILED = re.compile(r"^# code object from '?(/\S+\.py)'?$", re.MULTILINE)  # as `python -v` says it


def test_the_image_is_pipegen_itself(container_engine: Engine, pipegen_image: str) -> None:
    said = container_engine.run(pipegen_image, "--version")
    assert (said.code, said.out) == (0, f"pipegen {__version__}\n"), said.log


def test_it_is_safe_without_being_told_so(container_engine: Engine, pipegen_image: str) -> None:
    (found,) = json.loads(container_engine.podman("image", "inspect", pipegen_image).out)
    assert found["Config"]["User"] == "1000:1000"
    assert found["Config"]["WorkingDir"] == "/app"
    assert found["Config"]["Entrypoint"] == ["pipegen"]
    script = "id -u; touch /app/x /opt/venv/x /usr/x 2>&1"
    said = container_engine.run(pipegen_image, "-c", script, options=["--entrypoint=sh"])
    assert said.out.splitlines()[0] == "1000"
    assert said.out.count("Permission denied") == 3


def test_a_start_compiles_nothing(container_engine: Engine, flows_image: str) -> None:
    """On a root that is read-only it would do so every time."""
    options = ["--entrypoint=python", "--read-only"]
    words = ["-v", "-m", "pipegen", "exec", "flows:Alert", "--out", "/dev/shm/out"]
    said = container_engine.run(flows_image, *words, options=options)
    assert said.code == 0 and "import 'flows'" in said.err, said.log[-2000:]
    assert COMPILED.findall(said.err) == []


def test_what_is_not_code_stays_out_and_code_changes_without_a_new_installation(
    container_engine: Engine, packages_image: str, tmp_path: Path
) -> None:
    project = copied(FLOWS, tmp_path)
    for path in (
        ".env",
        ".git/config",
        ".dvc/config",
        ".pipegen/x",
        ".venv/x",
        "artifacts/x",
        "__pycache__/x.pyc",
    ):
        (project / path).parent.mkdir(exist_ok=True)
        (project / path).write_text("TOKEN=secret")
    image = images.of_project(container_engine, project, "flows")
    said = container_engine.run(image, "-A", "/app", options=["--entrypoint=ls"])
    files = {".dockerignore", "Dockerfile", "diamond.yaml", "flows.py", "pyproject.toml", "values.yaml"}
    assert set(said.out.split()) == {*files, "__pycache__"}
    (project / "flows.py").write_text("# changed\n")
    built = container_engine.podman(
        "build", f"--build-arg=PYTHON={packages_image}", "--network=none", project
    )
    installing = built.log.split("RUN uv venv")[1]
    assert "Using cache" in installing.splitlines()[1] + installing.splitlines()[2], built.log
