"""The lower bounds in pyproject.toml are true: the oldest versions they allow still work."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
import yaml
from installing import ROOT, Venv, make_venv, ok, once

pytestmark = pytest.mark.engine

# Named one by one, because the resolver takes the lowest version only of what it is asked for directly.
NEEDED = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
OLDEST_PYTHON = "3.11"  # releases of that age have no wheels for a newer one


@pytest.fixture(scope="module")
def oldest(shared: Path, wheel: Path) -> Venv:
    """The wheel with the oldest direct dependencies that it says it works with."""
    venv, lowest = shared / "oldest", ("--resolution", "lowest-direct")
    return Venv(once(venv, lambda: make_venv(venv, *lowest, wheel, *NEEDED, python=OLDEST_PYTHON)))


def test_the_oldest_versions_are_really_there(oldest: Venv, tmp_path: Path) -> None:
    asked = dict(one.split(">=") for one in NEEDED)
    code = f"from importlib.metadata import version; print(*[version(one) for one in {list(asked)}])"
    found = ok(oldest.python(code, cwd=tmp_path)).out.split()
    for bound, version in zip(asked.values(), found, strict=True):
        assert version.startswith(bound)


def test_a_pipeline_compiles_and_its_tasks_run(oldest: Venv, project: Path) -> None:
    ok(oldest.pipegen("generate", "reviews.py", "--backend", "dvc", cwd=project))
    stages = yaml.safe_load((project / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    for stage in stages.values():
        ok(oldest.shell(stage["cmd"], cwd=project))
    assert len(list(project.rglob("artifact.json"))) == 2


MODELS = '''
from pydantic import BaseModel, Field, SecretStr

from pipegen import Pipeline, Settings, Step


class Review(BaseModel):
    id: int
    text: str


class FetchSettings(Settings):
    limit: int = Field(3, ge=1)
    token: SecretStr | None = None


class Fetch(Step):
    """Download the reviews."""

    settings: FetchSettings

    def run(self) -> list[Review]:
        return [Review(id=number, text="good") for number in range(self.settings.limit)]


class Count(Step):
    def run(self, reviews: list[Review]) -> int:
        return len(reviews)


reviews = Pipeline("reviews", Count(reviews=Fetch()), description="Counts.")
'''


def test_models_and_settings_work(oldest: Venv, project: Path) -> None:
    (project / "reviews.py").write_text(MODELS, encoding="utf-8")
    ok(oldest.pipegen("generate", "reviews.py", "--backend", "dvc", cwd=project))
    stages = yaml.safe_load((project / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    for stage in stages.values():
        ok(oldest.shell(stage["cmd"], cwd=project))
    assert len(list(project.rglob("artifact.json"))) == 2


COMMANDS = [
    ["--help"],
    ["generate", "--help"],
    ["check", "reviews.py"],
    ["inspect", "reviews.py", "--json"],
    ["env", "reviews.py"],
    ["export", "reviews.py"],
    ["values", "init"],
    ["values", "schema"],
    ["graph", "reviews.py", "--format", "html"],
    ["backends", "create", "dvc"],
    ["explain", "PG101"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_works(oldest: Venv, project: Path, words: list[str]) -> None:
    done = ok(oldest.pipegen(*words, cwd=project))
    assert done.out + done.err
