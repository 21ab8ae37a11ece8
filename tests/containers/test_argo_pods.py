"""Generated workflows, run pod by pod in containers, hand on what `dvc repro` does, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from containers.buckets import Bucket
from containers.engine import Engine
from containers.flows_around import NASTY, RESTRICTED, cluster, words_of
from containers.places import FLOWS, Artifacts, documents, tree
from containers.workflows import Workflow

pytestmark = pytest.mark.engine

Run = Callable[..., Workflow]
Dvc = Callable[[str], Artifacts]
VALUES = {
    "the cluster's repository": "{}",
    "S3 with keys, file by file": "{artifacts: {store: s3, bucket: artifacts, endpoint: s3.example.com, "
    "region: eu-central-1, archive: none, prefix: 'runs/{pipeline}/{workflow}', "
    "access_key: {name: s3, key: id}, secret_key: {name: s3, key: secret}}}",
    "zip, in one inline graph": "{artifacts: {archive: zip}, layout: inline}",
    "a volume for each run": "{artifacts: {store: volume}, version: '3.5'}",
    "a volume that is there": "{artifacts: {store: volume, claim: shared, prefix: 'runs/{workflow}'}}",
}


@pytest.fixture
def run(container_engine: Engine, flows_image: str, s3: Any, tmp_path: Path) -> Run:
    """Generate a workflow and make it ready to run."""

    def one(target: str, values: str = "{}", **parameters: str) -> Workflow:
        given = [f"argo.{key}={json.dumps(value)}" for key, value in yaml.safe_load(values).items()]
        sets = [word for each in given for word in ("--set", each)]
        around = cluster(tmp_path / "cluster", flows_image)
        generated = documents(FLOWS, "argo", *words_of(target), *sets)
        name = f"{target}-{tmp_path.name}".replace("_", "-")
        bucket = Bucket(s3, around)
        return Workflow(generated, around, container_engine, bucket, tmp_path / "pods", parameters, name)

    return one


def artifacts(workflow: Workflow, folder: Path) -> Artifacts:
    """What each task handed on, as the next one would get it."""
    found = {task: workflow.artifact(task, folder / task) for task in workflow.calls}
    return {task: tree(place) for task, place in found.items() if place is not None}


def results(workflow: Workflow, folder: Path) -> dict[str, Any]:
    """The same for tasks that return a value: what they returned."""
    return {task: json.loads(made["data.json"][1]) for task, made in artifacts(workflow, folder).items()}


@pytest.mark.parametrize("values", VALUES)
def test_a_diamond_hands_on_what_dvc_does(run: Run, dvc: Dvc, values: str, tmp_path: Path) -> None:
    workflow = run("diamond", VALUES[values])
    assert workflow.run() == "Succeeded", workflow.log
    made, wanted = artifacts(workflow, tmp_path / "made"), dvc("diamond")
    if "file by file" in values:  # which keeps the bytes of files, and neither modes nor empty folders
        made, wanted = _bytes_alone(made), _bytes_alone(wanted)
    assert made == wanted
    assert len(wanted) == 4


def _bytes_alone(made: Artifacts) -> Artifacts:
    return {
        task: {name: ("", data) for name, (kind, data) in files.items() if kind != "folder"}
        for task, files in made.items()
    }


def test_text_of_any_kind_arrives_as_it_was_given(run: Run, tmp_path: Path) -> None:
    """From a ConfigMap, from a parameter of the run, and from values."""
    text = "`id` $HOME %s \u2028'\"\n{} $(HOME)"
    workflow = run("diamond", model=text.replace("$(", "$$("))  # as `-p` takes it
    assert workflow.run() == "Succeeded", workflow.log
    made = artifacts(workflow, tmp_path / "made")
    rows = [json.loads(line) for line in made["fetch"]["data.jsonl"][1].splitlines()]
    assert [row["text"] for row in rows] == [f"{NASTY} {number}" for number in range(3)]
    given = yaml.safe_load((FLOWS / "diamond.yaml").read_text(encoding="utf-8"))
    models = {"score-eu": text, "score-us": given["steps"]["score-us"]["env"]["SCORE_US__MODEL"]}
    for task, model in models.items():
        found = json.loads(made[task]["data.json"][1])
        assert [one["score"] for one in found] == [f"{model} {len(NASTY) + 2}"] * 3


def test_fifty_tasks_hand_on_to_one_as_with_dvc(run: Run, dvc: Dvc, tmp_path: Path) -> None:
    workflow = run("fan_in", value_7="-7")
    assert workflow.run() == "Succeeded", workflow.log
    made, wanted = artifacts(workflow, tmp_path / "made"), dvc("fan_in")
    assert json.loads(made["total"]["data.json"][1])[7] == -7
    assert {name for name in made if made[name] != wanted[name]} == {"number-7", "total"}


def test_the_third_try_counts_and_the_others_leave_nothing(run: Run, dvc: Dvc, tmp_path: Path) -> None:
    workflow = run("retried")
    assert workflow.run() == "Succeeded", workflow.log
    assert workflow.codes("flaky") == [1, 1, 0]
    assert workflow.uploads == [("flaky", True), ("double", True)]
    assert artifacts(workflow, tmp_path / "made") == dvc("retried")


def test_a_stream_fits_into_less_memory_than_it_is_long(run: Run, dvc: Dvc, tmp_path: Path) -> None:
    workflow = run("streamed")
    assert workflow.run() == "Succeeded", workflow.log
    assert artifacts(workflow, tmp_path / "made") == dvc("streamed")


def test_the_limit_of_memory_is_one(run: Run) -> None:
    workflow = run("greedy")
    assert workflow.run() == "Failed"
    assert workflow.codes("greedy") == [137]


def test_what_waits_for_failures_runs_when_they_happen(run: Run, tmp_path: Path) -> None:
    workflow = run("rules")
    assert workflow.run() == "Succeeded"
    assert results(workflow, tmp_path / "made") == {
        "rescue": "rescued from None",
        "afterwards": "None, rescued from None",
        "tidy": "tidy",
    }


def test_handlers_run_after_a_failure_which_hands_on_nothing(run: Run, tmp_path: Path) -> None:
    workflow = run("failing")
    assert workflow.run() == "Failed"
    assert "ValueError: broken on purpose" in workflow.log
    assert results(workflow, tmp_path / "made") == {"alert": "somebody was told", "tidy": "tidy"}


def test_a_pod_may_do_no_more_than_the_restricted_standard_lets_it(run: Run, tmp_path: Path) -> None:
    workflow = run("look")
    assert workflow.run() == "Succeeded", workflow.log
    assert results(workflow, tmp_path / "made")["look"] == RESTRICTED


def test_it_is_the_document_that_forbids(run: Run, tmp_path: Path) -> None:
    """Or the test above would say nothing."""
    lax = "{container_security: {readOnlyRootFilesystem: false, runAsUser: 0, runAsNonRoot: false}}"
    workflow = run("look", lax)
    assert workflow.run() == "Succeeded", workflow.log
    found = results(workflow, tmp_path / "made")["look"]
    assert found["user"][0] == 0
    assert set(RESTRICTED["writable"]) < set(found["writable"])
