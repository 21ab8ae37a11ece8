"""Generated workflows are run here, artifacts moved by key, and hand on the same bytes as any other engine."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from command_runs import pipegen
from controller import Controller, Runs

STEPS = """
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel

from pipegen import Parameter, Pipeline, Retry, Settings, Step


class Review(BaseModel):
    id: int
    text: str


class FetchSettings(Settings):
    text: str
    limit: int = 3


class Fetch(Step):
    settings: FetchSettings

    def run(self) -> Iterator[Review]:
        for number in range(self.settings.limit):
            yield Review(id=number, text=f"{self.settings.text} {number}")


class ScoreSettings(Settings):
    model: str = "small"


class Score(Step):
    settings: ScoreSettings
    retry = Retry(limit=2)

    def run(self, reviews: Iterable[Review]) -> list[dict[str, str]]:
        tries = Path("tries")
        tries.write_text(tries.read_text() + "x" if tries.exists() else "x")
        if self.settings.model == "broken":
            raise ValueError("the model is broken")
        return [{"id": str(one.id), "score": f"{self.settings.model} {len(one.text)}"} for one in reviews]


class Merge(Step):
    def run(self, scores: list[list[dict[str, str]]]) -> int:
        return len(scores)


class Rescue(Step):
    trigger = "one_failed"

    def run(self, scores: list[dict[str, str]] | None = None) -> str:
        return f"rescued from {scores}"


class Report(Step):
    trigger = "all_done"

    def run(self, merged: int | None, reviews: list[Review], rescue: str = "nothing to rescue") -> Path:
        folder = self.workdir / "report"
        (folder / "empty").mkdir(parents=True)
        (folder / "report.txt").write_text(f"{merged} {len(reviews)} {rescue}")
        return folder


class Alert(Step):
    def run(self) -> None:
        Path("alert").touch()


class Tidy(Step):
    def run(self) -> None:
        Path("tidy").touch()


fetch = Fetch()
eu = fetch >> Score("score-eu")
us = fetch >> Score("score-us")
merged = [eu, us] >> Merge()
rescue = Rescue(scores=eu)
report = Report("Ünlike any other", merged=merged, reviews=fetch, rescue=rescue)
reviews = Pipeline(
    "reviews", report, schedule="0 4 * * *", on_failure=Alert(), on_exit=Tidy(),
    parameters=[Parameter("model", "score-eu.model", default="large"), Parameter("limit", "fetch.limit")],
)
"""
TEXT = '$(HOME) $$(HOME) $$ it\'s {{ x }} {{workflow.name}} \u2028 "é" $é'
VALUES = f"""
defaults: {{image: 'registry.example.com/app:1'}}
steps: {{fetch: {{env: {{FETCH__TEXT: {yaml.safe_dump(TEXT, allow_unicode=False).strip()}}}}}}}
"""
STORES = ["{}", "{store: azure, bucket: a, endpoint: e}", "{store: volume}"]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "pyproject.toml").touch()
    (folder / "reviews.py").write_text(STEPS, encoding="utf-8")
    return folder


def run(project: Path, folder: Path, argo: str = "{}", **parameters: str) -> tuple[str, Runs]:
    (project / "values.yaml").write_text(f"{VALUES}argo: {argo}\n", encoding="utf-8")
    said = pipegen(project, "generate", "reviews.py", "--backend", "argo", "--force")
    assert said.code == 0, said.err
    text = (project / "reviews.cronworkflow.yaml").read_text(encoding="utf-8")
    controller = Controller(list(yaml.safe_load_all(text)), parameters)
    runs = Runs(folder, project, [sys.executable, "-m", "pipegen"])
    status = controller.walk(controller.own["main"], controller.own, runs)
    controller.finish(runs, status)
    return status, runs


def tree(folder: Path) -> dict[str, bytes]:
    """Every file below a folder; an empty folder is one too."""
    found = {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"folder"
        for path in sorted(folder.rglob("*"))
    }
    return {name: text for name, text in found.items() if "/." not in f"/{name}"}


def test_whatever_the_store_the_same_artifacts_come_out(project: Path, tmp_path: Path) -> None:
    made = []
    for number, store in enumerate(STORES):
        status, runs = run(project, tmp_path / str(number), f"{{artifacts: {store}}}")
        assert (status, set(runs.ended.values())) == ("Succeeded", {0}), runs.logs
        place = "store" if "volume" in store else "bucket"
        made.append(tree(tmp_path / str(number) / place / "run-1"))
    assert all(one == made[0] for one in made)
    assert sum(name.endswith("artifact.json") for name in made[0]) == 6
    assert "rescue" not in runs.ended and "alert" not in runs.ended and "tidy" in runs.ended


def test_the_artifacts_are_those_that_the_commands_make_by_themselves(project: Path, tmp_path: Path) -> None:
    run(project, tmp_path / "pods")
    env = {"PATH": os.environ["PATH"], "HOME": "/nonexistent", "FETCH__TEXT": TEXT}
    commands = [
        ["reviews:Fetch", "--name", "fetch"],
        ["reviews:Score", "--name", "score-eu", "--in", "reviews=fetch", "--default", 'model="large"'],
        ["reviews:Score", "--name", "score-us", "--in", "reviews=fetch"],
    ]
    place = tmp_path / "alone"
    place.mkdir()
    for target, *words in commands:
        out = ["--out", str(place / words[1])]
        local = [word.replace("=fetch", f"={place}/fetch") for word in words]
        subprocess.run(
            [sys.executable, "-m", "pipegen", "exec", target, *local, *out], cwd=project, env=env, check=True
        )
    made = tree(tmp_path / "pods" / "bucket" / "run-1")
    wanted = tree(place)
    assert {name: made[name] for name in wanted} == wanted
    assert any(TEXT.encode()[:40] in text for text in wanted.values())


def test_a_run_may_set_parameters(project: Path, tmp_path: Path) -> None:
    status, _ = run(project, tmp_path / "pods", model='json:"x" {{y}}'.replace("{{y}}", "y"), limit="1")
    assert status == "Succeeded"
    made = tree(tmp_path / "pods" / "bucket" / "run-1")
    assert made["fetch/data.jsonl"].count(b"\n") == 1
    assert b'json:\\"x\\" y' in made["score-eu/data.json"]
    assert b"small" in made["score-us/data.json"]


def test_a_failure_is_tried_again_and_wakes_what_waits_for_it(project: Path, tmp_path: Path) -> None:
    status, runs = run(project, tmp_path / "pods", model="broken")
    assert runs.ended["score-eu"] == 1
    assert len((project / "tries").read_text()) == 3 + 1
    assert "merge" not in runs.ended
    made = tree(tmp_path / "pods" / "bucket" / "run-1")
    assert b"rescued from None" in made["rescue/data.json"]
    report = next(text for name, text in made.items() if name.endswith("report.txt"))
    assert report == b"None 3 rescued from None"
    assert not any(name.startswith("score-eu") for name in made), "a failed task hands on nothing"
    assert status == "Succeeded"  # as Argo has it: what waited for the failure went well
    assert (project / "tidy").exists()
