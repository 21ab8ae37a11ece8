"""Pipelines made by hand for GitHub Actions, values for them as text, and what comes out."""

from __future__ import annotations

from typing import Any

import yaml

from pipegen.backend import Context
from pipegen.backends.github import GithubBackend
from pipegen.backends.github.config import GithubConfig
from pipegen.errors import PipegenError
from pipegen.ir import Draft, Input, Options, Parameter, Pipeline, Port, Schedule, Setting, Step, Task
from pipegen.link import link
from pipegen.values.document import read_values
from pipegen.values.nodes import Table
from pipegen.values.reading import parse

CONTEXT = Context("1.2.3", "pipegen generate reviews.py --backend github")
IMAGE = "registry.example.com/team/app:1.4"
URL = Setting("url", "str", required=True)
LIMIT = Setting("limit", "int", required=False, default=10)
MODEL = Setting("model", "str", required=False, default="small")
TOKEN = Setting("token", "SecretStr", required=True, secret=True)
PORTS = tuple(Port(name, "Any", required=False) for name in ("reviews", "scores", "rows"))
FETCH = Step("fetch", "acme.reviews:Fetch", PORTS, prefix="FETCH", settings=(TOKEN, LIMIT), doc="Get them.")
NEEDY = Step("needy", "acme.reviews:Needy", PORTS, prefix="NEEDY", settings=(URL,))
SCORE = Step("score", "acme.reviews:Score", PORTS, prefix="SCORE", settings=(MODEL,))
REPORT = Step("report", "acme.reviews:Report", PORTS, prefix="REPORT")
STEPS = {one.slug: one for one in (FETCH, SCORE, REPORT, NEEDY)}
NIGHTLY = Schedule("0 3 * * *")


def task(name: str, step: str = "", *sources: str, options: Options = Options(), **fed: str) -> Task:  # noqa: B008
    inputs = [Input(key, (one,)) for key, one in fed.items()]
    inputs += [Input("rows", sources, "chain" if len(sources) > 1 else "one")] if sources else []
    return Task(name, step or name, tuple(inputs), options)


def triggered(trigger: Any, **more: Any) -> Options:
    return Options(trigger=trigger, **more)


def pipeline(name: str = "reviews", *tasks: Task, **more: object) -> Pipeline:
    """A linked pipeline with a schedule; of three tasks when none are given."""
    given = tasks or (
        task("fetch"),
        task("score", reviews="fetch"),
        task("report", scores="score", reviews="fetch"),
    )
    said = {"target": f"acme.reviews:{name}", "schedule": NIGHTLY, "steps": STEPS, **more}
    return link(Draft(name=name, tasks=given, **said))  # type: ignore[arg-type]


def exposing(*parameters: Parameter, **more: object) -> Pipeline:
    return pipeline(parameters=parameters, **more)


def config_of(said: str) -> GithubConfig:
    node = parse(f"github: {said}\n" if said else "", "values.yaml")
    read = read_values(node if isinstance(node, Table) else Table(), {"github": GithubConfig}, ("github",))
    found: GithubConfig = read.section("github", "reviews")
    return found


def text_of(one: Pipeline, said: str = "", context: Context = CONTEXT) -> str:
    """The file, for values in the `github` section."""
    (file,) = GithubBackend().lower(one, config_of(said), context)
    assert file.path.startswith(".github/workflows/") and file.path.endswith(".yml")
    return file.text


def data_of(one: Pipeline, said: str = "", context: Context = CONTEXT) -> Any:
    return yaml.safe_load(text_of(one, said, context))


def refused(one: Pipeline, said: str = "") -> list[tuple[str, str]]:
    """The code and message of everything that is refused."""
    try:
        text_of(one, said)
    except PipegenError as error:
        return [(each.code, each.message) for each in error.diagnostics]
    return []
