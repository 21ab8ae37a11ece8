"""What mypy, in strict mode, makes of a module that a user writes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from written import write

MODULE = '''
from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import assert_type

from pydantic import BaseModel, Field, SecretStr

from pipegen import Cache, Parameter, Pipeline, Resources, Retry, Settings, Step, step, workdir


class Review(BaseModel):
    id: int
    text: str


class Scored(Review):
    score: float


class FetchSettings(Settings):
    url: str
    limit: int = Field(default=100, ge=1)
    token: SecretStr | None = None


class Fetch(Step):
    """Download the reviews."""

    settings: FetchSettings
    retry = Retry(limit=3, backoff="30s")
    timeout = "1h"
    resources = Resources(cpu="500m", memory="2Gi")
    cache = Cache(key=("v2",))
    trigger = "all_done"
    env = {"TZ": "UTC"}
    labels = {"team": "search"}
    metadata = {"requires_gpu": True}

    def run(self) -> Iterator[Review]:
        (self.workdir / "page").touch()
        yield Review(id=self.settings.limit, text=self.settings.url)


class Score(Step):
    slug = "score-it"
    cache = False
    retry = 2
    mode = "batch"

    def run(self, reviews: Iterable[Review]) -> list[Scored]:
        return [Scored(id=one.id, text=one.text, score=1.0) for one in reviews]


class ByRow(Step):
    mode = "row"

    def run(self, review: Review) -> Scored:
        return Scored(id=review.id, text=review.text, score=1.0)


class Report(Step):
    def run(self, scores: list[Scored], reviews: list[Review] | None = None) -> Path:
        return workdir() / "report.md"


class Better(Score):
    def run(self, reviews: Iterable[Review]) -> list[Scored]:
        return super().run(reviews)


@step
def clean(rows: list[Review]) -> list[Review]:
    """Drop what is empty."""
    return [row for row in rows if row.text]


@step(retry=Retry(limit=2), mode="row", slug="clean-one")
def clean_one(row: Review, settings: FetchSettings) -> Review:
    return row


fetch = Fetch()
assert_type(fetch, Fetch)
score = fetch >> Score()
assert_type(score, Score)
assert_type(fetch >> [Score("a"), Score("b")], list[Score])
eu, us = Score("score-eu", reviews=fetch), Score("score-us", reviews=fetch)
report = [eu, us] >> Report(reviews=fetch)
assert_type(report, Report)
both = (fetch >> [Score("a"), Better("b")]) >> Report("both")
cleaned = fetch >> clean() >> clean_one("one", timeout="5m")
last = Report(scores=score, reviews=fetch, retry=1, labels={"a": "b"})

daily = Pipeline(
    "reviews",
    report,
    last,
    [both, cleaned],
    schedule="0 4 * * *",
    timezone="Europe/Berlin",
    concurrency="forbid",
    deadline="2h",
    parameters=[Parameter("limit", "fetch.limit", default=10, choices=(10, 100))],
    on_exit=Fetch("sweep"),
    labels={"team": "search"},
)

rows = clean.call([Review(id=1, text="good")])
assert_type(rows, list[Review])
assert_type(clean.call(rows=[]), list[Review])
scored: list[Scored] = Score().call(rows)
reviews = Fetch().call(settings=FetchSettings(url="http://x"))
settings = FetchSettings(url="http://x", limit=5)
assert_type(settings.limit, int)
'''


def mypy(folder: Path, code: str) -> str:
    write(folder, {"flow.py": code})
    words = [sys.executable, "-m", "mypy", "--strict", "--no-incremental", "--cache-dir=/dev/null", "flow.py"]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    return done.stdout + done.stderr


def test_a_users_module_is_clean_under_strict_mypy(tmp_path: Path) -> None:
    assert mypy(tmp_path, MODULE) == "Success: no issues found in 1 source file\n"


WRONG = {
    "Fetch().nonsense": "has no attribute",
    "fetch >> Score": "operator",
    "fetch >> 5": "operator",
    "5 >> fetch": "operator",
    "clean.call(5)": "arg-type",
    "Pipeline('x', fetch, concurrency='sometimes')": "arg-type",
    "Pipeline('x', 5)": "arg-type",
    "Retry(limit='3')": "arg-type",
    "Score(5)": "arg-type",
    "class Wrong(Step):\n    retry = 'often'\n    def run(self) -> int: ...": "assignment",
    "class Wrong(Step):\n    mode = 'rows'\n    def run(self) -> int: ...": "assignment",
    "class Wrong(Step):\n    labels = {1: 2}\n    def run(self) -> int: ...": "dict-item",
}


def test_mistakes_that_types_can_tell_are_told_by_mypy(tmp_path: Path) -> None:
    start = len(MODULE.splitlines())
    said = mypy(tmp_path, MODULE + "\n".join(WRONG)).splitlines()
    line = start
    for code, problem in WRONG.items():
        lines = range(line, line + len(code.splitlines()))
        about = [one for one in said if any(one.startswith(f"flow.py:{number}: error") for number in lines)]
        assert any(problem in one for one in about), f"{code}: {about}"
        line += len(code.splitlines())


@pytest.mark.parametrize(
    "name", ["Step", "step", "Pipeline", "Settings", "Retry", "Resources", "Cache", "Parameter"]
)
def test_everything_a_user_imports_has_a_docstring(name: str) -> None:
    import pipegen

    assert (getattr(pipegen, name).__doc__ or "").strip()
