"""Whoever can run a pipeline: each returns what every task handed on, file by file."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from command_runs import PLAIN
from containers.engine import Engine
from containers.places import Artifacts, by_dvc, tree

from pipegen.names import folder_names

Env = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run went: what it handed on, and how often each task was tried."""

    code: int
    artifacts: Artifacts
    attempts: dict[str, int]


def by_run(project: Path, target: str, env: Env, *words: str) -> Ran:
    """`pipegen run`, in forks of the engine; with `--isolation process` among the words, in new interpreters."""
    command = [sys.executable, "-m", "pipegen", "run", *([target] if target else []), "--json", *words]
    done = subprocess.run(
        command, cwd=project, env={**PLAIN, **env}, capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1) and done.stdout, f"{target}: exit code {done.returncode}\n{done.stderr}"
    data: Any = json.loads(done.stdout)
    tasks = {name: one for name, one in data["tasks"].items() if one["attempts"]}
    made = {name: tree(project / one["artifact"]) for name, one in tasks.items() if one["artifact"]}
    return Ran(done.returncode, made, {name: one["attempts"] for name, one in tasks.items()})


def in_containers(
    project: Path, target: str, env: Env, engine: Engine, shared: Path | None = None, **config: object
) -> Ran:
    """`pipegen run --runner docker`, by podman; the tasks see `shared` under its own path."""
    volumes = [f"{shared}:{shared}"] if shared else []
    file = project.parent / "docker.json"
    whole = {"type": "docker", "pull": "never", "network": "none", "volumes": volumes, **config}
    file.write_text(json.dumps(whole), encoding="utf-8")
    return by_run(project, target, {**env, **engine.environment}, "--runner-config", str(file))


def with_dvc(project: Path, target: str, env: Env, *words: str) -> Artifacts:
    """`dvc repro` of what is generated; the names are those of the artifacts' folders."""
    folder = by_dvc(project, env, target, *words)
    return {place.name: tree(place) for place in folder.iterdir() if place.is_dir()}


def by_folder(artifacts: Artifacts) -> Artifacts:
    """Artifacts of tasks by the names of their folders."""
    names = folder_names(artifacts)
    return {names[task]: one for task, one in artifacts.items()}


def differences(one: Artifacts, other: Artifacts) -> list[str]:
    """Which files of which tasks differ; nothing when all is as it should be."""
    return [
        f"{task}/{path}"
        for task in sorted({*one, *other})
        for path in sorted({*one.get(task, {}), *other.get(task, {})} or {""})
        if one.get(task, {}).get(path) != other.get(task, {}).get(path) or (task in one) != (task in other)
    ]
