"""Pipelines made by hand for GitLab CI, values for them as text, and what comes out as data."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import yaml
from reviews_by_hand import FETCH, PLAIN, STEPS, TOKEN, URL, pipeline, refused, section, task, warned

from pipegen.backend import Context
from pipegen.backends.gitlab import GitlabBackend
from pipegen.backends.gitlab.config import GitlabConfig
from pipegen.ir import Parameter, Pipeline, Resources, Retry

CONTEXT = Context("1.2.3", "pipegen generate reviews.py --backend gitlab")


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
    return section("gitlab", GitlabConfig, text)


def text_of(one: Pipeline, values: str = "") -> str:
    (file,) = GitlabBackend().lower(one, config(values), CONTEXT)
    return file.text


def generated(one: Pipeline, values: str = "") -> dict[str, Any]:
    """The file, read back as GitLab reads it: behind what it says of inputs."""
    *_, found = yaml.safe_load_all(text_of(one, values))
    assert isinstance(found, dict)
    return found


def refusals(one: Pipeline, values: str = "") -> list[tuple[str, str]]:
    """The codes and messages that a pipeline with these values is refused with."""
    return refused(lambda: text_of(one, values))


def cautions(one: Pipeline, values: str = "") -> list[tuple[str, str]]:
    """The codes and messages of what is said although the pipeline is compiled."""
    return warned(GitlabBackend().notes(one, config(values)))
