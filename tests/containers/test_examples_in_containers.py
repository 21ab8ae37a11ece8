"""The files that the examples have in the repository, run as they stand: as a workflow, as a pod, by DVC."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from containers import images
from containers.buckets import Bucket
from containers.cluster import Cluster, Data
from containers.engine import Engine
from containers.jobs import Job
from containers.places import ROOT, Artifacts, by_dvc, copied, tree
from containers.workflows import Workflow

pytestmark = pytest.mark.engine

EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/pyproject.toml"))
RUNNING = ("CronWorkflow", "Workflow", "WorkflowTemplate", "CronJob", "Job")
SECRETS = {
    "reviews": {"FETCH__SALT": "pepper-and-salt"},
    "s3-credentials": {"access-key": "me", "secret-key": "mine"},
}
ENV = SECRETS["reviews"]  # the same, beside DVC


def workloads(project: Path, backend: str) -> Iterator[tuple[str, list[Data]]]:
    """What runs among the committed files of a backend, by the pipeline's name."""
    for path in sorted((project / backend).glob("*.yaml")):
        documents = list(yaml.safe_load_all(path.read_text(encoding="utf-8")))
        running = [one for one in documents if one["kind"] in RUNNING]
        if running:
            yield path.name.partition(".")[0], running


def images_in(documents: Any) -> Iterator[str]:
    """Every image that documents name."""
    if isinstance(documents, list):
        yield from (image for one in documents for image in images_in(one))
    elif isinstance(documents, dict):
        for key, value in documents.items():
            yield from [value] if key == "image" else images_in(value)


def of_pipeline(name: str, made: Artifacts) -> Artifacts:
    """The artifacts of one pipeline among those of a dvc.yaml, where several have prefixes."""
    own = {task.removeprefix(f"{name}-"): one for task, one in made.items() if task.startswith(f"{name}-")}
    return own or made


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_hands_on_the_same_on_every_target(
    example: str, container_engine: Engine, s3: Any, tmp_path: Path
) -> None:
    project = copied(ROOT / "examples" / example, tmp_path)
    image = images.of_project(container_engine, project, example)
    everything = [documents for kind in ("argo", "cronjob") for _, documents in workloads(project, kind)]
    assert everything
    cluster = Cluster(tmp_path / "cluster", SECRETS, {}, dict.fromkeys(images_in(everything), image))
    by_name = {place.name: tree(place) for place in by_dvc(project, ENV).iterdir() if place.is_dir()}
    for name, documents in workloads(project, "argo"):
        bucket = Bucket(s3, cluster)
        workflow = Workflow(documents, cluster, container_engine, bucket, tmp_path / f"{name}-pods")
        assert workflow.run() == "Succeeded", workflow.log
        wanted = of_pipeline(name, by_name)
        made = {task: workflow.artifact(task, tmp_path / "made" / name / task) for task in workflow.calls}
        assert {task: tree(place) for task, place in made.items() if place} == wanted
    for name, documents in workloads(project, "cronjob"):
        (job,) = documents
        run = Job(job, cluster, container_engine, tmp_path / f"{name}-job")
        assert run.run(), run.log
        assert {place.name: tree(place) for place in run.artifacts.iterdir()} == of_pipeline(name, by_name)
