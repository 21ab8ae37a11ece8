"""What `make` does on a machine that has little."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from installing import ROOT

TOOLS = ("sh", "env", "ls", "rm", "mkdir", "cat", "touch", "make", "awk")

# Stands in for an interpreter: it says a version, and makes an environment with nothing in it.
STUB = """#!/bin/sh
case "$1" in
    -c) [ {minor} -ge 11 ] && echo 3.{minor} ;;
    -m) mkdir -p "$3" && touch "$3/pyvenv.cfg" ;;
    --version) echo "Python 3.{minor}.0" ;;
esac
"""


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A PATH with the plainest commands and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        found = shutil.which(name)
        assert found, name
        (folder / name).symlink_to(found)
    return folder


def add_python(folder: Path, name: str, minor: int) -> None:
    path = folder / name
    path.write_text(STUB.format(minor=minor), encoding="utf-8")
    path.chmod(0o755)


def make_venv(path: Path, target: Path, **env: str) -> tuple[int, str]:
    done = subprocess.run(
        [ROOT / "tools" / "venv.sh", target],
        env={"PATH": str(path), **env},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.returncode, done.stdout


def test_without_python_it_says_what_is_needed(bare: Path, tmp_path: Path) -> None:
    code, said = make_venv(bare, tmp_path / "venv")
    assert code == 1
    assert "pipegen needs Python 3.11 or newer, and none was found" in said


def test_an_old_python_is_named(bare: Path, tmp_path: Path) -> None:
    add_python(bare, "python3", 9)
    code, said = make_venv(bare, tmp_path / "venv")
    assert code == 1
    assert "The python3 on PATH is: Python 3.9.0" in said


@pytest.mark.parametrize(
    ("pythons", "chosen"),
    [
        ({"python3": 11}, "3.11"),
        ({"python3": 9, "python3.12": 12}, "3.12"),
        ({"python3": 11, "python3.11": 11, "python3.13": 13, "python3.14": 14}, "3.14"),
    ],
)
def test_the_newest_python_is_chosen(
    bare: Path, tmp_path: Path, pythons: dict[str, int], chosen: str
) -> None:
    for name, minor in pythons.items():
        add_python(bare, name, minor)
    code, said = make_venv(bare, tmp_path / "venv")
    assert code == 0
    assert f"with Python {chosen}" in said
    assert (tmp_path / "venv" / "pyvenv.cfg").is_file()


def test_a_python_can_be_named(bare: Path, tmp_path: Path) -> None:
    add_python(bare, "python3.14", 14)
    add_python(bare, "mine", 12)
    assert "with Python 3.12" in make_venv(bare, tmp_path / "venv", PYTHON="mine")[1]
    code, said = make_venv(bare, tmp_path / "other", PYTHON="nowhere")
    assert code == 1
    assert "PYTHON=nowhere is not a Python 3.11 or newer" in said


def test_a_folder_that_is_something_else_is_left_alone(bare: Path, tmp_path: Path) -> None:
    add_python(bare, "python3", 12)
    precious = tmp_path / "venv" / "thesis.txt"
    precious.parent.mkdir()
    precious.touch()
    code, said = make_venv(bare, tmp_path / "venv")
    assert code == 1
    assert "is no virtual environment" in said
    assert precious.exists()


def make(*words: str) -> str:
    env = {key: value for key, value in os.environ.items() if not key.startswith("MAKE")}
    return subprocess.run(
        ["make", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    ).stdout


def test_make_help_lists_every_target() -> None:
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    assert set(re.findall(r"^  make (\w+)", make("help"), re.MULTILINE)) == set(phony[1].split())


@pytest.mark.parametrize("target", ["demo", "test"])
def test_a_second_call_installs_nothing(tmp_path: Path, target: str) -> None:
    assert "tools/install.sh" in make("--dry-run", target, f"VENV={tmp_path}")
    for name in ("pyvenv.cfg", ".demo", ".dev"):  # as a first call leaves them
        (tmp_path / name).touch()
    assert "tools/install.sh" not in make("--dry-run", target, f"VENV={tmp_path}")
