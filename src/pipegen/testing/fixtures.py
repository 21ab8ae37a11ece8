"""Fixtures for the tests of a user's own pipelines. In a conftest.py:

pytest_plugins = ["pipegen.testing.fixtures"]

def test_reviews(run_pipeline):
    result = run_pipeline(reviews, parameters={"limit": 10})
    assert result.value("score") == [...]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pipegen.app.api import Result
from pipegen.app.api import run_pipeline as run
from pipegen.dsl.pipeline import Pipeline
from pipegen.engine.history.opening import VARIABLE
from pipegen.runtime.context import RuntimeContext
from pipegen.runtime.fingerprint import HOME


@pytest.fixture
def run_pipeline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Result]:
    """Runs a pipeline as `Pipeline.run` does, but keeps nothing in the project, and raises when it fails.

    With `check=False`, a run that failed is returned like any other.
    """
    monkeypatch.setenv(HOME, str(tmp_path / "pipegen"))
    monkeypatch.setenv(VARIABLE, "memory:")

    def ran(pipeline: Pipeline, *, check: bool = True, **options: Any) -> Result:
        result = run(pipeline, **options)
        return result.raise_for_status() if check else result

    return ran


@pytest.fixture
def runtime_context(tmp_path: Path) -> Iterator[RuntimeContext]:
    """Objects by reference, for steps that are driven by hand; they are gone after the test."""
    with RuntimeContext(tmp_path / "objects") as found:
        yield found
