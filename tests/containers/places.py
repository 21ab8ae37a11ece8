"""A user's project on this machine: what is generated for it, and what DVC makes of it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from command_runs import pipegen
from repository import Repository

Tree = dict[str, tuple[str, bytes]]
Artifacts = dict[str, Tree]  # by task

FLOWS = Path(__file__).with_name("project")
ROOT = Path(__file__).parents[2]
_NOT_COPIED = shutil.ignore_patterns(
    "artifacts", ".dvc", ".pipegen", "dvc.lock", "__pycache__", ".pytest_cache"
)


def copied(source: Path, folder: Path) -> Path:
    """A project as its owner has it, somewhere else."""
    return Path(shutil.copytree(source, folder / source.name, ignore=_NOT_COPIED))


def documents(project: Path, backend: str, *words: str) -> list[dict[str, Any]]:
    """The objects that `generate` writes, read as a cluster reads them."""
    said = pipegen(project, "generate", "--backend", backend, "--stdout", *words)
    assert said.code == 0, said.err
    return [one for one in yaml.safe_load_all(said.out) if one]


def by_dvc(project: Path, env: Mapping[str, str], *words: str) -> Path:
    """The folder with the artifacts of `dvc repro`, one folder a task; the words are those of `generate`."""
    repository = Repository(project, env)
    repository.ok("git", "init", "--quiet")
    repository.ok("dvc", "init", "--quiet")
    repository.ok("dvc", "config", "core.check_update", "false")
    repository.generate(*words, "--force")
    repository.repro("--quiet")
    return project / "artifacts"


def tree(folder: Path) -> Tree:
    """Every file below a folder with what it is: bytes, a link's target, a script; folders too."""
    return {path.relative_to(folder).as_posix(): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path: Path) -> tuple[str, bytes]:
    if path.is_symlink():
        return "link", str(path.readlink()).encode()
    if path.is_dir():
        return "folder", b""
    return "script" if path.stat().st_mode & 0o100 else "file", path.read_bytes()
