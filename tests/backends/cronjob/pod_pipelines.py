"""Pipelines made by hand for a CronJob, values for them as text, and what comes out as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml

from pipegen.backend import Context
from pipegen.backends.cronjob import CronJobBackend
from pipegen.backends.cronjob.config import CronJobConfig
from pipegen.errors import PipegenError
from pipegen.ir import (
    Draft,
    Input,
    Options,
    Parameter,
    Pipeline,
    Port,
    Resources,
    Retry,
    Schedule,
    Setting,
    Step,
    Task,
)
from pipegen.link import link
from pipegen.values.document import read_values
from pipegen.values.nodes import Table
from pipegen.values.reading import parse

CONTEXT = Context("1.2.3", "pipegen generate reviews.py --backend cronjob")
IMAGE = "registry.example.com/team/app:1.4"
PLAIN = Options(image=IMAGE)
URL = Setting("url", "str", required=True)
MODEL = Setting("model", "str", required=False, default="small")
TOKEN = Setting("token", "SecretStr", required=True, secret=True)
PORTS = tuple(Port(name, "Any", required=False) for name in ("reviews", "scores", "rows"))
FETCH = Step("fetch", "acme.reviews:Fetch", PORTS, prefix="FETCH", doc="Get them.")
SCORE = Step("score", "acme.reviews:Score", PORTS, prefix="SCORE", settings=(MODEL,))
REPORT = Step("report", "acme.reviews:Report", PORTS, prefix="REPORT")
STEPS = {one.slug: one for one in (FETCH, SCORE, REPORT)}
NIGHTLY = Schedule("0 3 * * *", "Europe/Berlin")


def task(name: str, step: str = "", *sources: str, options: Options = PLAIN, **fed: str) -> Task:
    inputs = [Input(key, (one,)) for key, one in fed.items()]
    inputs += [Input("rows", sources, "chain" if len(sources) > 1 else "one")] if sources else []
    return Task(name, step or name, tuple(inputs), options)


def pipeline(name: str = "reviews", *tasks: Task, **more: object) -> Pipeline:
    """A linked pipeline with a schedule; of three tasks when none are given."""
    given = tasks or (
        task("fetch"),
        task("score", reviews="fetch"),
        task("report", scores="score", reviews="fetch"),
    )
    said = {"target": f"acme.reviews:{name}", "schedule": NIGHTLY, "steps": STEPS, **more}
    return link(Draft(name=name, tasks=given, **said))  # type: ignore[arg-type]


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
    node = parse(f"cronjob: {text or '{}'}", "values.yaml")
    assert isinstance(node, Table)
    found: CronJobConfig = read_values(node, {"cronjob": CronJobConfig}).section("cronjob", "reviews")
    return found


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
    return [(one.code, one.message) for one in _refused(one, values)]


def _refused(one: Pipeline, values: str) -> Iterator[Any]:
    try:
        text_of(one, values)
    except PipegenError as error:
        yield from error.diagnostics


def cautions(one: Pipeline, values: str = "") -> list[tuple[str, str]]:
    """The codes and messages of what is said although the pipeline is compiled."""
    found = list(CronJobBackend().notes(one, config(values)))
    assert all(each.severity == "warning" for each in found)
    return [(each.code, each.message) for each in found]
