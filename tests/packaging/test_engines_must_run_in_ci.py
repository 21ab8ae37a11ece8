"""The rule of tests/conftest.py: in CI, a test of an engine runs or fails."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

CONFTEST = Path(__file__).parents[1] / "conftest.py"
INI = "[pytest]\nmarkers = engine: runs a real engine\n"

SKIPPED_BY_MARK = """
import pytest

@pytest.mark.engine
@pytest.mark.skipif(True, reason="no browser here")
def test_engine():
    pass
"""
SKIPPED_INSIDE = """
import pytest

@pytest.mark.engine
def test_engine():
    pytest.skip("no browser here")
"""
SKIPPED_BY_FIXTURE = """
import pytest

@pytest.fixture
def browser():
    pytest.skip("no browser here")

@pytest.mark.engine
def test_engine(browser):
    pass
"""
SKIPPED_MODULE = """
import pytest

pytest.skip("no browser here", allow_module_level=True)
"""
SKIPPED_PLAIN_TEST = """
import pytest

@pytest.mark.skip(reason="no browser here")
def test_plain():
    pass
"""
FAILS_AS_EXPECTED = """
import pytest

@pytest.mark.engine
@pytest.mark.xfail(reason="no browser here")
def test_engine():
    assert False
"""
RUNS = """
import pytest

@pytest.mark.engine
def test_engine():
    pass
"""


def pytest_says(folder: Path, text: str, *, ci: bool, workers: int = 0) -> tuple[int, str]:
    (folder / "conftest.py").write_text(CONFTEST.read_text(encoding="utf-8"), encoding="utf-8")
    (folder / "pytest.ini").write_text(INI, encoding="utf-8")
    (folder / "test_it.py").write_text(text, encoding="utf-8")
    words = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-n", str(workers)]
    env = {"CI": "true"} if ci else {}
    done = subprocess.run(words, cwd=folder, env=env, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize("text", [SKIPPED_BY_MARK, SKIPPED_INSIDE, SKIPPED_BY_FIXTURE, SKIPPED_MODULE])
def test_a_skipped_engine_test_turns_ci_red_and_says_why(tmp_path: Path, text: str) -> None:
    code, said = pytest_says(tmp_path, text, ci=True)
    assert code != 0
    assert "must not be skipped" in said
    assert "no browser here" in said


@pytest.mark.parametrize("text", [SKIPPED_BY_MARK, SKIPPED_INSIDE, SKIPPED_BY_FIXTURE])
def test_on_a_laptop_it_stays_skipped(tmp_path: Path, text: str) -> None:
    code, said = pytest_says(tmp_path, text, ci=False)
    assert code == 0
    assert "1 skipped" in said


@pytest.mark.parametrize("text", [SKIPPED_PLAIN_TEST, FAILS_AS_EXPECTED, RUNS])
def test_nothing_else_is_touched(tmp_path: Path, text: str) -> None:
    code, said = pytest_says(tmp_path, text, ci=True)
    assert code == 0
    assert "must not be skipped" not in said


def test_it_holds_when_tests_are_spread_over_processes(tmp_path: Path) -> None:
    code, said = pytest_says(tmp_path, SKIPPED_BY_MARK, ci=True, workers=1)
    assert code != 0
    assert "test_engine runs an engine and must not be skipped in CI: " in said
    assert "no browser here" in said
