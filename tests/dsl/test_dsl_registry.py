"""The palette: what `inspect --json` tells an editor about every step."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from written import write

MODULE = """
from collections.abc import Iterator
from datetime import date
from enum import Enum
from typing import Literal
from pydantic import BaseModel, Field, SecretStr
from pipegen import Pipeline, Settings, Step, step

class Color(Enum):
    RED = "red"

class Api(BaseModel):
    url: str = "http://localhost"
    password: SecretStr = SecretStr("hunter2")

class FetchSettings(Settings):
    limit: int = Field(100, ge=1, description="How many at most")
    since: date | None = None
    color: Color = Color.RED
    size: Literal["small", "big"] = "small"
    tags: set[str] = {"b", "a", "c"}
    ratio: float = float("inf")
    api: Api = Api()
    token: SecretStr

class Fetch(Step):
    \"\"\"Download the reviews.

    All of them.
    \"\"\"
    settings: FetchSettings
    metadata = {"requires_gpu": True, "icon": "cloud"}
    def run(self) -> Iterator[str]: ...

@step(mode="row", slug="score-it")
def score(row: str, weight: float = 1.0) -> float: ...

class Unused(Step):
    def run(self) -> int: ...

class Base(Step):
    def read(self) -> str: ...

p = Pipeline("p", Fetch() >> score("eu"), description="Every night", schedule="@daily", on_exit=Fetch("sweep"))
"""


@pytest.fixture(scope="module")
def palette(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = write(tmp_path_factory.mktemp("registry"), {"p.py": MODULE})
    words = [sys.executable, "-m", "pipegen", "inspect", "p.py", "--json"]
    return json.loads(subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True).stdout)


def step_of(palette: Any, slug: str) -> Any:
    (found,) = [one for one in palette["steps"] if one["slug"] == slug]
    return found


def test_every_step_is_there_once_under_its_slug_placed_or_not(palette: Any) -> None:
    assert [one["slug"] for one in palette["steps"]] == ["fetch", "score-it", "unused"]


def test_two_steps_of_a_module_under_one_slug_are_refused_with_both_named(tmp_path: Path) -> None:
    write(tmp_path, {"p.py": f"{MODULE}\n@step(slug='unused')\ndef other() -> int: ...\n"})
    words = [sys.executable, "-m", "pipegen", "inspect", "p.py", "--json"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "error[PG128]: two steps have the slug 'unused': p.other and p.Unused" in done.stderr


def test_a_step_says_what_it_takes_makes_and_is(palette: Any) -> None:
    found = step_of(palette, "score-it")
    assert found["inputs"] == [
        {"name": "row", "type": "Iterable[str]", "required": True},
        {"name": "weight", "type": "float", "required": False},
    ]
    assert (found["output"], found["execution_mode"]) == ("Iterator[float]", "row")
    line = MODULE.splitlines().index('@step(mode="row", slug="score-it")')
    assert (found["entrypoint"], found["origin"]) == ("p:score", f"p.py:{line}")
    fetch = step_of(palette, "fetch")
    assert fetch["metadata"] == {"requires_gpu": True, "icon": "cloud"}
    assert fetch["doc"] == "Download the reviews.\n\nAll of them."
    assert (fetch["settings_prefix"], fetch["execution_mode"]) == ("FETCH", "streaming")


def test_the_parameters_of_every_step_are_a_valid_json_schema(palette: Any) -> None:
    for one in palette["steps"]:
        Draft202012Validator.check_schema(one["parameters"])


GOOD = {"token": "x", "limit": 5, "since": "2024-01-01", "color": "red", "api": {"url": "http://x"}}


@pytest.mark.parametrize(
    ("key", "value"),
    [("limit", 0), ("limit", "five"), ("size", "huge"), ("color", "blue"), ("nonsense", 1), ("token", 5)],
)
def test_the_schema_takes_what_the_settings_take(palette: Any, key: str, value: object) -> None:
    validator = Draft202012Validator(step_of(palette, "fetch")["parameters"])
    validator.validate(GOOD)
    with pytest.raises(ValidationError):
        validator.validate({**GOOD, key: value})
    with pytest.raises(ValidationError):
        validator.validate({})


def test_a_step_without_settings_has_a_schema_without_properties(palette: Any) -> None:
    validator = Draft202012Validator(step_of(palette, "score-it")["parameters"])
    validator.validate({})
    with pytest.raises(ValidationError):
        validator.validate({"x": 1})


def test_no_secret_is_in_it_and_sets_have_an_order(palette: Any) -> None:
    assert "hunter2" not in json.dumps(palette)
    assert step_of(palette, "fetch")["parameters"]["properties"]["tags"]["default"] == ["a", "b", "c"]


def test_it_is_json_that_every_program_reads(palette: Any) -> None:
    json.loads(json.dumps(palette), parse_constant=lambda text: pytest.fail(text))


def test_the_tasks_of_every_pipeline_are_there_with_what_feeds_them(palette: Any) -> None:
    (found,) = palette["pipelines"]
    options = [task.pop("options") for task in found["tasks"]]
    assert options[0]["resources"] == {"gpu": 1}
    assert options[1] == {}
    assert found == {
        "name": "p",
        "description": "Every night",
        "schedule": "@daily",
        "tasks": [
            {"name": "fetch", "step": "fetch", "execution_mode": "streaming", "inputs": []},
            {
                "name": "eu",
                "step": "score-it",
                "execution_mode": "row",
                "inputs": [{"name": "row", "from": ["fetch"], "feed": "one"}],
            },
        ],
        "on_failure": None,
        "on_exit": "sweep",
    }
