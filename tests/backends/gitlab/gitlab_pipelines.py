"""Pipelines made by hand for GitLab CI, values for them as text, and what comes out as data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import yaml

from pipegen.backend import Context
from pipegen.backends.gitlab import GitlabBackend
from pipegen.backends.gitlab.config import GitlabConfig
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

CONTEXT = Context("1.2.3", "pipegen generate reviews.py --backend gitlab")
IMAGE = "registry.example.com/team/app:1.4"
PLAIN = Options(image=IMAGE)
URL = Setting("url", "str", required=True)
TOKEN = Setting("token", "SecretStr", required=True, secret=True)
MODEL = Setting("model", "str", required=False, default="small")
PORTS = tuple(Port(name, "Any", required=False) for name in ("reviews", "scores", "rows"))
FETCH = Step("fetch", "acme.reviews:Fetch", PORTS, prefix="FETCH", doc="Get them.")
SCORE = Step("score", "acme.reviews:Score", PORTS, prefix="SCORE", settings=(MODEL,))
REPORT = Step("report", "acme.reviews:Report", PORTS, prefix="REPORT")
TELL = Step("tell", "acme.reviews:tell")
STEPS = {one.slug: one for one in (FETCH, SCORE, REPORT, TELL)}
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
    """A pipeline that uses everything GitLab CI can do."""
    steps = {**STEPS, "fetch": replace(FETCH, settings=(URL, TOKEN))}
    late = replace(PLAIN, trigger="all_done")
    tasks = (
        task("fetch", options=replace(PLAIN, retry=Retry(3, "30s", 2.0, "5m"), timeout="1h")),
        task("score-eu", "score", reviews="fetch", options=replace(PLAIN, retry=Retry(2))),
        task(
            "score-us", "score", reviews="fetch", options=replace(PLAIN, env={"TZ": "UTC", "COST": "$5 & %6"})
        ),
        task("image", "tell"),
        task("rescue", "report", "fetch", "image", options=replace(PLAIN, trigger="one_failed")),
        task(
            "report",
            "report",
            "score-eu",
            "score-us",
            options=replace(late, resources=Resources("500m", "1Gi", "2Gi"), metadata={"owner": "me"}),
        ),
    )
    model = Parameter("model", (("score-eu", "model"), ("score-us", "model")), "small", True, ("small", "large"),
                      "Which model scores.")  # fmt: skip
    return pipeline(
        "reviews", *tasks, steps=steps, description='Nightly "scores"\nof reviews.', labels={"team": "reviews"},
        parameters=(model, Parameter("url", (("fetch", "url"),))),
        on_exit=task("tidy", "tell"),
    )  # fmt: skip


def wide(number: int) -> Pipeline:
    """One task that takes what many others hand on."""
    names = [f"fetch-{one}" for one in range(number)]
    return pipeline("wide", *(task(name, "fetch") for name in names), task("report", "report", *names))


def config(text: str = "") -> GitlabConfig:
    """The `gitlab` section of a values file."""
    node = parse(f"gitlab: {text or '{}'}", "values.yaml")
    assert isinstance(node, Table)
    found: GitlabConfig = read_values(node, {"gitlab": GitlabConfig}).section("gitlab", "reviews")
    return found


def text_of(one: Pipeline, values: str = "") -> str:
    (file,) = GitlabBackend().lower(one, config(values), CONTEXT)
    return file.text


def generated(one: Pipeline, values: str = "") -> dict[str, Any]:
    """The file, read back as GitLab reads it."""
    found: dict[str, Any] = yaml.safe_load(text_of(one, values))
    return found


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
    found = list(GitlabBackend().notes(one, config(values)))
    assert all(each.severity == "warning" for each in found)
    return [(each.code, each.message) for each in found]
