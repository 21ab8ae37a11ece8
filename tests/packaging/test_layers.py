"""The layers of .importlinter hold, and would be seen to break."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from installing import ROOT

_LINT = "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_cache=True))"


def lint_imports(folder: Path) -> tuple[int, str]:
    env = {"PYTHONPATH": str(folder / "src"), "COLUMNS": "200"}
    done = subprocess.run(
        [sys.executable, "-c", _LINT], cwd=folder, env=env, capture_output=True, text=True, check=False
    )
    return done.returncode, done.stdout + done.stderr


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The sources and their layers, to plant something in."""
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    return tmp_path


def test_imports_only_point_down() -> None:
    code, said = lint_imports(ROOT)
    assert code == 0, said


PLANTED = [
    ("ir.py", "from pipegen.cli import main", "pipegen.ir is not allowed to import pipegen.cli"),
    ("ir.py", "import yaml", "pipegen.ir is not allowed to import yaml"),
    ("emit/files.py", "import pipegen.dsl.step", "pipegen.emit is not allowed to import pipegen.dsl"),
    ("backends/command.py", "import pipegen.backends.dvc", "backends.command is not allowed to import"),
    ("graph/__init__.py", "import pipegen.backends.dvc", "pipegen.graph is not allowed to import"),
]


@pytest.mark.parametrize(("file", "line", "complaint"), PLANTED)
def test_an_import_that_points_up_is_found(copy: Path, file: str, line: str, complaint: str) -> None:
    path = copy / "src" / "pipegen" / file
    path.write_text(f"{path.read_text(encoding='utf-8')}\n{line}\n", encoding="utf-8")
    code, said = lint_imports(copy)
    assert code == 1
    assert complaint in said


def test_a_new_module_must_be_given_a_layer(copy: Path) -> None:
    (copy / "src" / "pipegen" / "helpers.py").touch()
    code, said = lint_imports(copy)
    assert code == 1
    assert "helpers" in said
