"""Pipelines for the tests of DAGs, and what is made of them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from pipegen import registry
from pipegen.backend import Context
from pipegen.checks import check, unsupported
from pipegen.errors import Origin, refuse
from pipegen.ir import (
    Cache,
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

CONTEXT = Context("0.1.0", "pipegen generate flow.py --backend airflow -o dags", "..", "dags")
ORIGIN = Origin("flow.py", 7)
SETTINGS = (
    Setting("url", "str", True),
    Setting("limit", "int, >= 1", False, 100, description="How many at most"),
    Setting("token", "SecretStr", True, secret=True),
)
FETCH = Step("fetch", "acme.steps:Fetch", output="Iterator[str]", mode="streaming", prefix="FETCH",
             settings=SETTINGS, doc="Download the reviews.", origin=ORIGIN)  # fmt: skip
SCORE = Step("score", "acme.steps:Score", (Port("reviews", "Any", False), Port("more", "Any", False)), "Any",
             prefix="SCORE", doc="Score each review.", origin=ORIGIN)  # fmt: skip
STEPS = {"fetch": FETCH, "score": SCORE}


def task(name: str, step: str = "score", *before: str, port: str = "reviews", **options: Any) -> Task:
    feed: Any = "one" if len(before) == 1 else "collect"
    inputs = (Input(port, before, feed),) if before else ()
    return Task(name, step, inputs, Options(**options), ORIGIN)


def pipeline(*tasks: Task, **more: Any) -> Pipeline:
    made = tasks or (task("fetch", "fetch"), task("score", "score", "fetch"))
    return link(replace(Draft("reviews", made, STEPS, "flow.py:reviews", origin=ORIGIN), **more))


def rich() -> Pipeline:
    """One with nearly everything that a worker can do."""
    return pipeline(
        task(
            "fetch",
            "fetch",
            retry=Retry(3, "30s", max_backoff="10m"),
            timeout="1h",
            env={"LANG": "C.UTF-8", "QUOTED": "a 'b' \"c\" $d {{ e }}"},
            metadata={"owner": "search"},
            labels={"team": "search"},
        ),
        task("Score EU", "score", "fetch", retry=Retry(2, "5s", 1.0), cache=Cache(key=("v2",))),
        task("score us", "score", "fetch", retry=Retry(2, "5s", 3.0), timeout="90s"),
        task("merge", "score", "Score EU", "score us", trigger="all_done"),
        task("rescue", "score", "Score EU", "fetch", trigger="one_failed"),
        description="Scores of all reviews.",
        schedule=Schedule("30 4 * * MON-FRI", "Europe/Berlin"),
        concurrency="forbid",
        labels={"team": "search", "tier": ""},
        parameters=(
            Parameter("limit", (("fetch", "limit"),), 50, True, (50, 100), "How many at most."),
            Parameter("size", (("fetch", "limit"),)),
        )[:1],
        on_failure=task("alert"),
        on_exit=task("tidy up"),
    )


IMAGE = "registry.example.com/team/app:1.0"


def in_containers() -> Pipeline:
    asked = Resources("500m", "1Gi", gpu=1)
    return pipeline(
        task("fetch", "fetch", image=IMAGE, env={"QUOTED": "$(HOME) $$ {{ e }}"}, resources=asked),
        task("score", "score", "fetch", image=IMAGE, labels={"tier": "batch"}),
        task("again", "score", "fetch", image=IMAGE, labels={"tier": "batch"}, timeout="5m"),
        parameters=(
            Parameter("limit", (("fetch", "limit"),)),
            Parameter("url", (("fetch", "url"),), "http://a", True),
        ),
    )


def text_of(made: Pipeline, values: str = "") -> str:
    """The file that is generated, with a section of values."""
    backend: Any = registry.backend("airflow")
    node = parse(values, "values.yaml")
    read = read_values(
        node if isinstance(node, Table) else Table(), {"airflow": backend.config}, ("airflow",)
    )
    config: Any = read.section("airflow", made.name)
    refuse([*check(made), *unsupported(made, "airflow", backend.capabilities(config), config.ignore)])
    (file,) = backend.lower(made, config, CONTEXT)
    return str(file.text)
