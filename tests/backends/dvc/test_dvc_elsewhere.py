"""The same project in another place: copied, cloned, pulled from a remote, or run from elsewhere."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from moto_server import moto_server
from repository import Repository

pytestmark = pytest.mark.engine

FLOW = """
from pipegen import Pipeline, Settings, step

class HowMany(Settings):
    many: int = 3

@step
def numbers(settings: HowMany) -> list[int]:
    return list(range(settings.many))

@step
def total(numbers: list[int]) -> int:
    return sum(numbers)

flow = Pipeline("flow", total(numbers=numbers()))
"""


@pytest.fixture
def flow(repository: Repository) -> Repository:
    repository.write(flow_py=FLOW).generate("flow.py")
    repository.repro()
    repository.commit()
    return repository


def test_nothing_names_the_place_that_it_was_generated_in(flow: Repository) -> None:
    for name in ("dvc.yaml", "dvc.lock"):
        assert str(flow.path) not in flow.read(name)
        assert str(Path.home()) not in flow.read(name)


def test_a_copy_runs_nothing_again_and_leaves_the_original_alone(flow: Repository) -> None:
    before = flow.snapshot()
    copy = flow.copy()
    assert copy.repro() == []
    assert copy.repro(NUMBERS__MANY="5") == ["numbers", "total"]
    assert copy.read("artifacts/total/data.json").strip() == "10"
    assert flow.snapshot() == before
    shutil.rmtree(flow.path)
    assert copy.repro() == []


def test_a_fresh_clone_runs_everything_on_the_first_try(flow: Repository) -> None:
    clone = flow.clone()
    assert clone.repro() == ["numbers", "total"]
    assert clone.ok("git", "status", "--short").out == "", "the same results, so the same lock"


def test_a_clone_that_pulls_runs_nothing(flow: Repository) -> None:
    flow.ok("dvc", "remote", "add", "--default", "shared", "../shared")
    flow.commit()
    flow.ok("dvc", "push")
    pulled, pulling, missing = (flow.clone(name) for name in ("pulled", "pulling", "missing"))
    pulled.ok("dvc", "pull")
    assert pulled.repro() == []
    assert pulling.repro("--pull") == []
    assert pulling.read("artifacts/total/data.json").strip() == "3"
    assert missing.repro("--allow-missing") == []
    assert not (missing.path / "artifacts/total").exists()
    for one in (pulled, pulling, missing):
        assert one.ok("git", "status", "--short").out == ""
    assert pulled.repro(NUMBERS__MANY="2") == ["numbers", "total"]


def test_an_artifact_that_is_not_pushed_stays_here(flow: Repository) -> None:
    flow.write(values_yaml="dvc: {stages: {numbers: {push: false}}}\n").generate("flow.py")
    flow.ok("dvc", "remote", "add", "--default", "shared", "../shared")
    flow.repro()
    flow.commit()
    flow.ok("dvc", "push")
    clone = flow.clone()
    clone.run("dvc", "pull")
    assert clone.read("artifacts/total/data.json").strip() == "3"
    assert not (clone.path / "artifacts/numbers").exists()
    assert clone.repro("--allow-missing") == []


def test_experiments_run_here_and_in_a_folder_of_their_own(flow: Repository) -> None:
    said = flow.ok("dvc", "exp", "run", NUMBERS__MANY="4")
    assert said.ran == ["numbers", "total"]
    assert flow.read("artifacts/total/data.json").strip() == "6"
    flow.ok("git", "checkout", "--quiet", ".")
    flow.ok("dvc", "checkout")
    before = flow.snapshot("artifacts")
    said = flow.ok("dvc", "exp", "run", "--temp", "--name", "beside", NUMBERS__MANY="5")
    assert said.ran == ["numbers", "total"]
    assert flow.snapshot("artifacts") == before
    flow.ok("dvc", "exp", "apply", "beside")
    assert flow.read("artifacts/total/data.json").strip() == "10"
    assert flow.repro(NUMBERS__MANY="5") == []


def test_artifacts_go_through_s3(flow: Repository) -> None:
    with moto_server() as server:
        for bucket in ("most", "total"):
            server.client.create_bucket(Bucket=bucket)
            flow.ok("dvc", "remote", "add", bucket, f"s3://{bucket}/dvc")
            flow.ok("dvc", "remote", "modify", bucket, "endpointurl", server.address)
        flow.write(values_yaml="dvc: {remote: most, stages: {total: {remote: total}}}\n").generate("flow.py")
        assert flow.repro() == []
        flow.commit()
        flow.ok("dvc", "push", **server.env)
        held = {
            bucket: server.client.list_objects_v2(Bucket=bucket).get("KeyCount", 0)
            for bucket in ("most", "total")
        }
        assert held == {"most": 3, "total": 3}, "a list of files, artifact.json and the payload each"
        clone = flow.clone()
        clone.ok("dvc", "pull", **server.env)
        assert clone.read("artifacts/total/data.json").strip() == "3"
        assert clone.repro(**server.env) == []
        assert clone.ok("dvc", "status", "--cloud", **server.env).text.strip().endswith("in sync.")
