"""Pipelines made by hand for a CronJob, values for them as text, and what comes out as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import yaml
from reviews_by_hand import FETCH, PLAIN, STEPS, TOKEN, URL, pipeline, refused, section, task, warned

from pipegen.backend import Context
from pipegen.backends.cronjob import CronJobBackend
from pipegen.backends.cronjob.config import CronJobConfig
from pipegen.ir import Parameter, Pipeline, Resources, Retry

CONTEXT = Context("1.2.3", "pipegen generate reviews.py --backend cronjob")


def large() -> Pipeline:
    """A pipeline that uses everything a CronJob can do."""
    steps = {**STEPS, "fetch": replace(FETCH, settings=(URL, TOKEN))}
    tasks = (
        task("fetch", options=replace(PLAIN, retry=Retry(3, "30s", 2.0, "5m"), timeout="1h")),
        task("score-eu", "score", reviews="fetch"),
        task("score-us", "score", reviews="fetch"),
        task(
            "report",
            "report",
            "score-eu",
            "score-us",
            options=replace(PLAIN, resources=Resources("500m", "1Gi", "2Gi", 1), metadata={"owner": "me"}),
        ),
    )
    model = Parameter("model", (("score-eu", "model"), ("score-us", "model")), "small", True, ("small", "large"),
                      "Which model scores.")  # fmt: skip
    return pipeline(
        "reviews", *tasks, steps=steps, parameters=(model,), description='Nightly "scores"\nof reviews.',
        concurrency="replace", deadline="6h", labels={"team": "reviews"},
    )  # fmt: skip


def config(text: str = "") -> CronJobConfig:
    """The `cronjob` section of a values file."""
    return section("cronjob", CronJobConfig, text)


def files_of(one: Pipeline, values: str = "") -> dict[str, str]:
    """All files by path."""
    return {file.path: file.text for file in CronJobBackend().lower(one, config(values), CONTEXT)}


def text_of(one: Pipeline, values: str = "") -> str:
    """The file of the CronJob or Job."""
    return next(text for path, text in files_of(one, values).items() if path.endswith("job.yaml"))


def generated(one: Pipeline, values: str = "") -> dict[str, Any]:
    """The object, read back as a cluster reads it."""
    found: dict[str, Any] = yaml.safe_load(text_of(one, values))
    return found


def pod_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The spec of the pod in an object."""
    job = data["spec"]["jobTemplate"]["spec"] if data["kind"] == "CronJob" else data["spec"]
    found: dict[str, Any] = job["template"]["spec"]
    return found


def containers(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All containers of the pod in the order in which they run."""
    pod = pod_of(data)
    return [*pod.get("initContainers", []), *pod["containers"]]


def container(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in containers(data) if one["name"] == name)


def refusals(one: Pipeline, values: str = "") -> list[tuple[str, str]]:
    """The codes and messages that a pipeline with these values is refused with."""
    return refused(lambda: text_of(one, values))


def cautions(one: Pipeline, values: str = "") -> list[tuple[str, str]]:
    """The codes and messages of what is said although the pipeline is compiled."""
    return warned(CronJobBackend().notes(one, config(values)))
