"""A pipeline of reviews, made by hand for the tests of several backends, and what those say of pipelines like it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Draft, Input, Options, Pipeline, Port, Schedule, Setting, Step, Task
from pipegen.link import link
from pipegen.values.document import read_values
from pipegen.values.nodes import Table
from pipegen.values.reading import parse

Config = TypeVar("Config")

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


def section(name: str, config: type[Config], text: str) -> Config:
    """A backend's section of a values file."""
    node = parse(f"{name}: {text or '{}'}", "values.yaml")
    assert isinstance(node, Table)
    found: Config = read_values(node, {name: config}).section(name, "reviews")
    return found


def refused(make: Callable[[], object]) -> list[tuple[str, str]]:
    """The codes and messages that something is refused with."""
    try:
        make()
    except PipegenError as error:
        return [(one.code, one.message) for one in error.diagnostics]
    return []


def warned(notes: Iterable[Diagnostic]) -> list[tuple[str, str]]:
    """The codes and messages of what is said although a pipeline is compiled."""
    found = list(notes)
    assert all(one.severity == "warning" for one in found)
    return [(one.code, one.message) for one in found]
