"""What the wheel and the sdist hold."""

from __future__ import annotations

import tarfile
import zipfile
from email.parser import Parser
from pathlib import Path

import pytest
from installing import ROOT

pytestmark = pytest.mark.engine


def names_in(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as archive:
        return set(archive.namelist())


def text_in(wheel: Path, ending: str) -> str:
    with zipfile.ZipFile(wheel) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(ending))).decode()


def test_the_wheel_holds_every_source_file_and_nothing_of_the_tests(wheel: Path) -> None:
    modules = {path.relative_to(ROOT / "src").as_posix() for path in (ROOT / "src").rglob("*.py")}
    names = names_in(wheel)
    assert modules <= names
    assert {name.split("/")[0].partition("-")[0] for name in names} == {"pipegen", "pipegen_compiler"}


def test_the_wheel_ships_the_templates(wheel: Path) -> None:
    shipped = {
        f"pipegen/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / "templates").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert shipped
    assert shipped <= names_in(wheel)


def test_the_wheel_ships_every_data_file_of_the_package(wheel: Path) -> None:
    data = {
        path.relative_to(ROOT / "src").as_posix()
        for path in (ROOT / "src").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert data <= names_in(wheel)


def test_the_wheel_says_that_it_is_typed_and_under_which_license(wheel: Path) -> None:
    assert "pipegen/py.typed" in names_in(wheel)
    assert "Apache License" in text_in(wheel, "dist-info/licenses/LICENSE")
    metadata = Parser().parsestr(text_in(wheel, "dist-info/METADATA"))
    assert metadata["License-Expression"] == "Apache-2.0"
    assert metadata["Requires-Python"] == ">=3.11"


def test_every_dependency_has_a_lower_bound(wheel: Path) -> None:
    metadata = Parser().parsestr(text_in(wheel, "dist-info/METADATA"))
    needed = metadata.get_all("Requires-Dist", [])
    assert needed
    assert [one for one in needed if ">=" not in one.partition(";")[0]] == []


def test_the_extra_all_takes_what_every_other_extra_takes(wheel: Path) -> None:
    metadata = Parser().parsestr(text_in(wheel, "dist-info/METADATA"))
    by_extra: dict[str, set[str]] = {}
    for one in metadata.get_all("Requires-Dist", []):
        requirement, _, extra = one.partition("; extra == ")
        by_extra.setdefault(extra.strip("'"), set()).add(requirement)
    everything = by_extra.pop("all")
    core = by_extra.pop("")
    assert core
    assert everything == set().union(*by_extra.values())


def test_the_wheel_is_small(wheel: Path) -> None:
    assert wheel.stat().st_size < 1_000_000


def test_the_sdist_holds_what_is_needed_to_build_and_test(built: Path) -> None:
    with tarfile.open(next(built.glob("*.tar.gz"))) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    assert {"pyproject.toml", "LICENSE", "README.md", "Makefile", "src/pipegen/__init__.py"} <= names
    assert {"tests/conftest.py", "tests/packaging/installing.py"} <= names
    assert {"tools/venv.sh", "tools/demo.sh", "bench/__main__.py", ".importlinter"} <= names
