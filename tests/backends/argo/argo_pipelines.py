"""Pipelines made by hand for Argo, values for them as text, and what comes out as data."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import yaml

from pipegen.backend import Context
from pipegen.backends.argo import ArgoBackend
from pipegen.backends.argo.config import ArgoConfig
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import (
    Draft,
    Feed,
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

CONTEXT = Context("1.2.3", "pipegen generate reviews.py --backend argo")
IMAGE = "registry.example.com/team/app:1.4"
PLAIN = Options(image=IMAGE)
NIGHTLY = Schedule("0 3 * * *", "Europe/Berlin")
MODEL = Setting("model", "str", required=False, default="small")
LIMIT = Setting("limit", "int", required=False, default=100)
URL = Setting("url", "str", required=True)
TOKEN = Setting("token", "pydantic.SecretStr", required=True, secret=True)
PORTS = tuple(Port(name, "typing.Any", required=False) for name in ("reviews", "scores", "rows", *"abc"))
FETCH = Step("fetch", "acme.reviews:Fetch", PORTS, prefix="FETCH", settings=(LIMIT,), doc="Get them.")
SCORE = Step("score", "acme.reviews:Score", PORTS, prefix="SCORE", settings=(MODEL,))
REPORT = Step("report", "acme.reviews:Report", PORTS, prefix="REPORT")
STEPS = {one.slug: one for one in (FETCH, SCORE, REPORT)}


def task(
    name: str, step: str = "", *rows: str, options: Options = PLAIN, feed: Feed = "chain", **fed: str
) -> Task:
    """A task; positional sources feed `rows`, the others the input of their name."""
    inputs = [Input(key, (one,)) for key, one in fed.items()]
    inputs += [Input("rows", rows, feed)] if rows else []
    return Task(name, step or name, tuple(inputs), options)


def pipeline(name: str = "reviews", *tasks: Task, **more: object) -> Pipeline:
    """A linked pipeline; of three tasks when none are given."""
    given = tasks or (
        task("fetch"),
        task("score", reviews="fetch"),
        task("report", scores="score", reviews="fetch"),
    )
    said = {"target": f"acme.reviews:{name}", "steps": STEPS, **more}
    return link(Draft(name=name, tasks=given, **said))  # type: ignore[arg-type]


def large() -> Pipeline:
    """A pipeline that uses everything Argo can do."""
    steps = {**STEPS, "fetch": replace(FETCH, settings=(LIMIT, URL, TOKEN))}
    tasks = (
        task("fetch", options=replace(PLAIN, retry=Retry(3, "30s", 2.0, "5m"), timeout="1h")),
        task("score-eu", "score", reviews="fetch"),
        task("score-us", "score", reviews="fetch", options=replace(PLAIN, env={"SCORE_US__MODEL": "tiny"})),
        task(
            "report",
            "report",
            "score-eu",
            "score-us",
            options=replace(
                PLAIN,
                resources=Resources("500m", "1Gi", "2Gi", 1),
                metadata={"owner": "me"},
                labels={"tier": "gold"},
            ),
        ),
    )
    limit = Parameter("limit", (("fetch", "limit"),), 100, True, (10, 100), "How many are read.")
    return pipeline(
        "reviews", *tasks, steps=steps, parameters=(limit,), description='Nightly "scores"\nof reviews.',
        schedule=NIGHTLY, concurrency="replace", deadline="6h", labels={"team": "reviews"},
        on_failure=task("alert", "report"), on_exit=task("tidy", "report"),
    )  # fmt: skip


LARGE_VALUES = "provided: [FETCH__URL]"


def grid(count: int, width: int, inputs: int = 1) -> Pipeline:
    """Layers of tasks, each of which reads from `inputs` tasks of the layer before."""
    tasks = []
    for number in range(count):
        row = number - number % width
        before = [f"t{row - width + (number + k) % width}" for k in range(inputs)] if row else []
        fed = dict(zip("abc", dict.fromkeys(before), strict=False))
        tasks.append(task(f"t{number}", "score", **fed))
    return pipeline("grid", *tasks)


def config(text: str = "") -> ArgoConfig:
    """The `argo` section of a values file."""
    node = parse(f"argo: {{{text}}}" if not text.startswith("\n") else f"argo:{text}", "values.yaml")
    assert isinstance(node, Table)
    found: ArgoConfig = read_values(node, {"argo": ArgoConfig}).section("argo", "reviews")
    return found


def text_of(one: Pipeline, values: str = "") -> str:
    (file,) = ArgoBackend().lower(one, config(values), CONTEXT)
    return file.text


def documents(one: Pipeline, values: str = "") -> list[dict[str, Any]]:
    """The objects, read back as a cluster reads them."""
    return list(yaml.load_all(text_of(one, values), yaml.CSafeLoader))


def generated(one: Pipeline, values: str = "") -> dict[str, Any]:
    (found,) = documents(one, values)
    return found


def spec_of(data: Mapping[str, Any]) -> dict[str, Any]:
    """The spec of the workflow in an object."""
    found: dict[str, Any] = data["spec"].get("workflowSpec", data["spec"])
    return found


def template(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    return next(one for one in spec_of(data)["templates"] if one["name"] == name)


def container(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = template(data, name)["container"]
    return found


def dag_tasks(data: Mapping[str, Any], name: str = "main") -> dict[str, Any]:
    return {one["name"]: one for one in template(data, name)["dag"]["tasks"]}


def refusals(one: Pipeline, values: str = "") -> list[tuple[str, str]]:
    """The codes and messages that a pipeline with these values is refused with."""
    return [(found.code, found.message) for found in _refused(one, values)]


def warnings(one: Pipeline, values: str = "") -> list[Diagnostic]:
    return list(ArgoBackend().notes(one, config(values)))


def _refused(one: Pipeline, values: str) -> Iterator[Diagnostic]:
    try:
        text_of(one, values)
    except PipegenError as error:
        yield from error.diagnostics
