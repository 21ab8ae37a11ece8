"""The pod of a generated CronJob, run container by container, hands on what `dvc repro` does, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from containers.engine import Engine
from containers.flows_around import RESTRICTED, cluster, words_of
from containers.jobs import Job
from containers.places import FLOWS, Artifacts, documents, tree

pytestmark = pytest.mark.engine

Run = Callable[..., Job]
Dvc = Callable[[str], Artifacts]


@pytest.fixture
def run(container_engine: Engine, flows_image: str, tmp_path: Path) -> Run:
    """Generate a CronJob or Job and make its pod ready to run."""

    def one(target: str, *more: str, name: str = "job-1") -> Job:
        (generated,) = documents(FLOWS, "cronjob", *words_of(target), *more)
        around = cluster(tmp_path / "cluster", flows_image)
        return Job(generated, around, container_engine, tmp_path / name, name)

    return one


def artifacts(job: Job) -> Artifacts:
    return {
        place.name.lower(): tree(place)
        for place in job.artifacts.iterdir()
        if place.is_dir() and not place.name.startswith(".")
    }


@pytest.mark.parametrize("target", ["diamond", "retried", "streamed", "fan_in"])
def test_a_pod_hands_on_what_dvc_does(run: Run, dvc: Dvc, target: str) -> None:
    job = run(target)
    assert job.run(), job.log
    assert artifacts(job) == dvc(target)


def test_runs_on_a_claim_keep_apart(run: Run, dvc: Dvc) -> None:
    jobs = [run("diamond", "--set", "cronjob.artifacts={claim: shared}", name=f"job-{n}") for n in (1, 2)]
    for job in jobs:
        assert job.run(), job.log
        assert artifacts(job) == dvc("diamond")
    assert len({job.artifacts for job in jobs}) == 2


def test_the_first_failure_is_the_last_container(run: Run) -> None:
    job = run("greedy")
    assert not job.run()
    assert {name: one.code for name, one in job.ended.items()} == {"greedy": 137}
    assert artifacts(job) == {}


def test_a_pod_may_do_no_more_than_the_restricted_standard_lets_it(run: Run) -> None:
    job = run("look")
    assert job.run(), job.log
    assert json.loads(artifacts(job)["look"]["data.json"][1]) == RESTRICTED
