"""Names and labels of the objects, and what they say in annotations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from pipegen.backends.cronjob.config import CronJobConfig
from pipegen.backends.kubernetes.companions import Pods
from pipegen.backends.kubernetes.labels import belonging, own_name
from pipegen.backends.kubernetes.pod import Data
from pipegen.emit.json import compact
from pipegen.emit.yaml import Yaml
from pipegen.ir import Pipeline
from pipegen.names import legal_names

_SELECTED = ("app.kubernetes.io/name", "app.kubernetes.io/managed-by")


def object_name(pipeline: Pipeline, config: CronJobConfig) -> str:
    """The name of the CronJob; its Jobs and pods get endings, so that only 52 characters are left."""
    return config.name or legal_names([pipeline.name], limit=52, fallback="pipeline")[pipeline.name]


def object_metadata(pipeline: Pipeline, config: CronJobConfig) -> Data:
    """The metadata of the object that is applied."""
    name = object_name(pipeline, config)
    generated = config.generate_name and pipeline.schedule is None
    found: Data = {"generateName": f"{name}-"} if generated else {"name": name}
    if config.namespace is not None:
        found["namespace"] = config.namespace
    own = {**belonging(pipeline, "cronjob"), **_own_labels(pipeline, config)}
    found["labels"] = {**own, **config.object_labels}
    annotations = {**own_name(pipeline), **config.object_annotations}
    if pipeline.description:
        annotations = {"kubernetes.io/description": pipeline.description, **annotations}
    return {**found, "annotations": annotations} if annotations else found


def job_metadata(pipeline: Pipeline, config: CronJobConfig) -> Data:
    """The metadata of each Job that a CronJob starts."""
    return {"labels": _own_labels(pipeline, config)}


def pod_metadata(pipeline: Pipeline, config: CronJobConfig) -> Data:
    """The metadata of the pod: all labels that tasks agree on, and the data that they carry for other tools."""
    agreed = {} if "labels" in config.ignore else shared_labels(pipeline)
    found: Data = {"labels": {**_own_labels(pipeline, config), **agreed}}
    annotations = dict(config.annotations)
    metadata = {task.name: task.options.metadata for task in pipeline.tasks if task.options.metadata}
    if metadata:
        annotations = {"pipegen/metadata": compact(metadata), **annotations}
    return {**found, "annotations": annotations} if annotations else found


def pods_of(pipeline: Pipeline, config: CronJobConfig) -> Pods:
    """What objects beside the CronJob must fit to; its tasks call nothing in the cluster."""
    labels = cast(Mapping[str, str], object_metadata(pipeline, config)["labels"])
    selector = {key: str(value) for key, value in _own_labels(pipeline, config).items() if key in _SELECTED}
    generated = config.generate_name and pipeline.schedule is None
    return Pods(
        object_name(pipeline, config),
        config.namespace,
        config.service_account,
        labels,
        selector,
        generated=generated,
    )


def shared_labels(pipeline: Pipeline) -> Mapping[str, str]:
    """The labels that every task has, with the same value."""
    every = [task.options.labels for task in pipeline.tasks]
    first = every[0] if every else {}
    return {key: value for key, value in first.items() if all(one.get(key) == value for one in every)}


def _own_labels(pipeline: Pipeline, config: CronJobConfig) -> dict[str, Yaml]:
    name = object_name(pipeline, config)
    return {
        "app.kubernetes.io/name": name,
        "app.kubernetes.io/managed-by": "pipegen",
        **pipeline.labels,
    }
