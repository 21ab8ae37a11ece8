"""One build and one plain installation for all tests of the package."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from installing import ROOT, Venv, build, make_venv, once

sys.path.append(str(ROOT))  # for the package `bench`, which is not installed


@pytest.fixture(scope="session")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that all processes of a parallel run share."""
    mine = tmp_path_factory.getbasetemp()
    return mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine


@pytest.fixture(scope="session")
def built(shared: Path) -> Path:
    """The folder with the wheel and the sdist."""
    dist = shared / "dist"
    return once(dist, lambda: build(dist))


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    return next(built.glob("*.whl"))


@pytest.fixture(scope="session")
def alone(shared: Path, wheel: Path) -> Venv:
    """The wheel in an environment of its own, with its core dependencies and nothing else."""
    venv = shared / "alone"
    return Venv(once(venv, lambda: make_venv(venv, wheel)))


PIPELINE = '''
from dataclasses import dataclass

from pipegen import Pipeline, Step


@dataclass
class Review:
    id: int
    text: str


class Fetch(Step):
    """Download the reviews."""

    def run(self) -> list[Review]:
        return [Review(1, "good"), Review(2, "it's \\"fine\\"")]


class Count(Step):
    """Count the words."""

    def run(self, reviews: list[Review]) -> int:
        return sum(len(one.text.split()) for one in reviews)


reviews = Pipeline("reviews", Count(reviews=Fetch()))
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with a pipeline of two steps."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (tmp_path / "reviews.py").write_text(PIPELINE, encoding="utf-8")
    return tmp_path
