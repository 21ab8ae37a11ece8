"""What the tests of the local engine share."""

from __future__ import annotations

from pathlib import Path

import pytest
from engine_project import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A new project without anything in it."""
    (tmp_path / "pyproject.toml").write_text("[tool.pipegen]\n")
    return Project(tmp_path)
