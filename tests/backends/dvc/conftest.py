"""A fresh repository for each test; git and DVC set one up once, the rest are copies."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from repository import Repository


@pytest.fixture(scope="session")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project under git and DVC with nothing in it."""
    repository = Repository(tmp_path_factory.mktemp("fresh") / "project")
    repository.path.mkdir()
    repository.put("pyproject.toml", '[project]\nname = "acme"\n')
    repository.put(".gitignore", "__pycache__/\n")
    repository.ok("git", "init", "--quiet")
    repository.ok("dvc", "init", "--quiet")
    repository.ok("dvc", "config", "core.check_update", "false")  # nothing is asked of the network
    return repository.path


@pytest.fixture
def repository(fresh: Path, tmp_path: Path) -> Repository:
    return Repository(Path(shutil.copytree(fresh, tmp_path / "project")))
