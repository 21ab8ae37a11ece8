"""A small project that the commands work on."""

from __future__ import annotations

from pathlib import Path

import pytest

REVIEWS = '''\
"""Reviews, scored."""

from pydantic import Field, SecretStr

from pipegen import Parameter, Pipeline, Settings, Step


class FetchSettings(Settings):
    url: str = Field(description="where reviews are read")
    limit: int = Field(100, ge=1)
    token: SecretStr
    proxy: str | None = None


class Fetch(Step):
    """Download the reviews."""

    settings: FetchSettings

    def run(self) -> list[str]:
        return ["good"] * self.settings.limit


class Score(Step):
    """Give each review a score."""

    def run(self, reviews: list[str]) -> list[int]:
        return [len(one) for one in reviews]


fetch = Fetch()
score = fetch >> Score()
limit = Parameter("limit", "fetch.limit", default=20, description="how many")
reviews = Pipeline("reviews", score, parameters=[limit])
'''


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A folder with one pipeline in reviews.py."""
    folder = tmp_path / "acme"
    folder.mkdir()
    (folder / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (folder / "reviews.py").write_text(REVIEWS, encoding="utf-8")
    return folder


TWO = """
from pipegen import Pipeline, Step


class Fetch(Step):
    def run(self) -> str: ...


day = Pipeline("day", Fetch("by-day"))
night = Pipeline("night", Fetch("by-night"))
"""


@pytest.fixture
def two(project: Path) -> Path:
    """The project with a module of two pipelines beside."""
    (project / "two.py").write_text(TWO, encoding="utf-8")
    return project
