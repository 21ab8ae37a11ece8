"""Law 2: every option changes what a backend emits, is carried by the step's own command, or is refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from typing import Any, NamedTuple

import pytest
from compiling import BACKENDS, compiled
from toys import Toy

from pipegen import ir, registry
from pipegen.backend import Backend, refused
from pipegen.errors import PipegenError
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

SETTINGS = (Setting("limit", "int", False, 1), Setting("size", "str", False, "small"))
STEP = Step(
    "a", "acme:A", (Port("rows", "Any", False), Port("more", "Any", False)), settings=SETTINGS, prefix="A"
)
OTHER = replace(STEP, slug="b", entrypoint="acme:B", prefix="B")
PLAIN = Options(image="app:1")


def pipeline(options: Options = PLAIN, task: Task | None = None, step: Step = STEP, **more: Any) -> Pipeline:
    fed = task or Task("it", "a", (Input("rows", ("first",)),), options)
    tasks = (Task("first", "b", options=PLAIN), Task("second", "b", options=PLAIN), fed)
    return link(replace(Draft("p", tasks, {"a": step, "b": OTHER}, "flow.py:p"), **more))


def asked(**options: Any) -> Pipeline:
    return pipeline(replace(PLAIN, **options))


def fed(*inputs: Input) -> Pipeline:
    return pipeline(task=Task("it", "a", inputs, PLAIN))


def exposing(*targets: tuple[str, str], **more: Any) -> Pipeline:
    return pipeline(parameters=(Parameter("x", targets or (("it", "limit"),), **more),))


class Case(NamedTuple):
    """A pipeline that asks for something, the same one without it, and the feature that it is.

    `carried_by` is a command of ours in the files that sees to it by reading the pipeline itself.
    """

    without: Pipeline
    asks: Pipeline
    feature: str | None = None
    carried_by: str = ""


TWICE, TIMED, CRON = Retry(2), Retry(2, "5s"), Schedule("@daily")
# By class and field: every field there is must stand here, or under EXEMPT with a reason.
CASES: dict[str, Case] = {
    "Options.retry": Case(asked(), asked(retry=TWICE), "retry"),
    "Options.timeout": Case(asked(), asked(timeout="5m"), "timeout"),
    "Options.resources": Case(asked(), asked(resources=Resources(cpu="1")), "cpu"),
    "Options.cache": Case(asked(), asked(cache=Cache(key=("v2",))), "cache_key"),
    "Options.trigger": Case(asked(), asked(trigger="all_done"), "trigger_all_done"),
    "Options.trigger, one_failed": Case(asked(), asked(trigger="one_failed"), "trigger_one_failed"),
    "Options.image": Case(asked(), asked(image="app:2"), "image"),
    "Options.env": Case(asked(), asked(env={"TZ": "UTC"}), "env"),
    "Options.labels": Case(asked(), asked(labels={"team": "search"}), "labels"),
    "Options.metadata": Case(asked(), asked(metadata={"owner": "ada"}), "metadata"),
    "Options.mode": Case(asked(), asked(mode="row"), "row"),
    "Retry.limit": Case(asked(retry=TWICE), asked(retry=Retry(3)), "retry"),
    "Retry.backoff": Case(asked(retry=TWICE), asked(retry=TIMED), "retry"),
    "Retry.factor": Case(asked(retry=TIMED), asked(retry=Retry(2, "5s", 3.0)), "retry"),
    "Retry.max_backoff": Case(asked(retry=TIMED), asked(retry=Retry(2, "5s", 2.0, "1m")), "retry"),
    "Resources.cpu": Case(asked(), asked(resources=Resources(cpu="1")), "cpu"),
    "Resources.memory": Case(asked(), asked(resources=Resources(memory="1Gi")), "memory"),
    "Resources.ephemeral_storage": Case(
        asked(), asked(resources=Resources(ephemeral_storage="1Gi")), "ephemeral_storage"
    ),
    "Resources.gpu": Case(asked(), asked(resources=Resources(gpu=1)), "gpu"),
    "Cache.enabled": Case(asked(), asked(cache=Cache(False)), "cache_off"),
    "Cache.key": Case(asked(cache=Cache()), asked(cache=Cache(key=("v2",))), "cache_key"),
    "Schedule.cron": Case(pipeline(schedule=CRON), pipeline(schedule=Schedule("0 4 * * *")), "schedule"),
    "Schedule.timezone": Case(
        pipeline(schedule=CRON), pipeline(schedule=Schedule("@daily", "UTC")), "timezone"
    ),
    "Draft.name": Case(pipeline(), pipeline(name="q")),
    "Draft.tasks": Case(pipeline(), pipeline(tasks=pipeline().tasks[:1])),
    "Draft.target": Case(pipeline(), pipeline(target="other.py:p")),
    "Draft.description": Case(pipeline(), pipeline(description="What it is for"), "description"),
    "Draft.schedule": Case(pipeline(), pipeline(schedule=CRON), "schedule"),
    "Draft.concurrency": Case(
        pipeline(schedule=CRON), pipeline(schedule=CRON, concurrency="replace"), "concurrency"
    ),
    "Draft.deadline": Case(pipeline(), pipeline(deadline="1h"), "deadline"),
    "Draft.parameters": Case(pipeline(), exposing(), "parameters"),
    "Draft.on_failure": Case(pipeline(), pipeline(on_failure=Task("end", "a", options=PLAIN)), "on_failure"),
    "Draft.on_exit": Case(pipeline(), pipeline(on_exit=Task("end", "a", options=PLAIN)), "on_exit"),
    "Draft.labels": Case(pipeline(), pipeline(labels={"team": "search"}), "pipeline_labels"),
    "Parameter.name": Case(
        exposing(), pipeline(parameters=(Parameter("y", (("it", "limit"),)),)), "parameters"
    ),
    "Parameter.targets": Case(exposing(), exposing(("it", "size")), "parameters"),
    "Parameter.default": Case(exposing(), exposing(default=5, has_default=True), "parameters"),
    "Parameter.choices": Case(exposing(), exposing(choices=(1, 2)), "parameters", " fingerprint "),
    "Task.name": Case(pipeline(), pipeline(task=Task("that", "a", (Input("rows", ("first",)),), PLAIN))),
    "Task.step": Case(pipeline(), pipeline(task=Task("it", "b", (Input("rows", ("first",)),), PLAIN))),
    "Task.inputs": Case(pipeline(), fed(Input("rows", ("first",)), Input("more", ("second",)))),
    "Input.name": Case(fed(Input("rows", ("first",))), fed(Input("more", ("first",)))),
    "Input.sources": Case(fed(Input("rows", ("first",))), fed(Input("rows", ("second",)))),
    "Input.sources, order": Case(
        fed(Input("rows", ("first", "second"), "chain")), fed(Input("rows", ("second", "first"), "chain"))
    ),
    "Input.feed": Case(fed(Input("rows", ("first",))), fed(Input("rows", ("first",), "collect"))),
    "Input.feed, chain": Case(
        fed(Input("rows", ("first",), "collect")), fed(Input("rows", ("first",), "chain"))
    ),
    "Step.entrypoint": Case(pipeline(), pipeline(step=replace(STEP, entrypoint="acme:C"))),
    "Step.mode": Case(pipeline(), pipeline(step=replace(STEP, mode="row")), "row"),
    "Step.mode, streaming": Case(pipeline(), pipeline(step=replace(STEP, mode="streaming")), "streaming"),
}
EXEMPT = {
    "Options": {},
    "Draft": {"steps": "held by the fields of Step", "origin": "a place in the user's source"},
    "Task": {"options": "held by the fields of Options", "origin": "a place in the user's source"},
    "Input": {"origin": "a place in the user's source"},
    "Parameter": {
        "has_default": "goes with its default",
        "description": "words for whoever sets it; `pipegen env` shows them",
        "origin": "a place in the user's source",
    },
    "Step": {
        "slug": "tells steps apart; the entrypoint is what runs",
        "inputs": "what the linker judges inputs by",
        "output": "what the linker judges inputs by",
        "prefix": "what the step's own command works out again",
        "settings": "read by the step's own command; `pipegen env` lists them",
        "schema": "for editors",
        "metadata": "that of its tasks",
        "doc": "words for a reader",
        "sources": "what DVC's stages depend on; containers bring their code with them",
        "origin": "a place in the user's source",
    },
}
CLASSES: list[type] = [
    one
    for one in vars(ir).values()
    if isinstance(one, type) and is_dataclass(one) and one.__name__ not in ("Origin", "Pipeline")
]
NOT_OPTIONS = {"Port", "Setting"}  # what a step is, not what is asked of it


def test_every_field_of_a_pipeline_has_a_case_or_a_reason() -> None:
    for cls in CLASSES:
        if cls.__name__ not in NOT_OPTIONS:
            asked_for = {
                key.partition(",")[0].partition(".")[2] for key in CASES if key.startswith(f"{cls.__name__}.")
            }
            exempt = set(EXEMPT.get(cls.__name__, {}))
            assert asked_for | exempt == {one.name for one in fields(cls)}, cls.__name__
            assert not asked_for & exempt


def dropped(case: Case, backend: Backend) -> str:
    """How a backend passes over what a pipeline asks for; "" when it does not."""
    plain = outcome(case.without, backend)
    asks = outcome(case.asks, backend)
    support = backend.can.of(case.feature) if case.feature else None
    if support is not None and support.how == "refused":
        names_it = isinstance(asks, str) and f"cannot do {case.feature}: " in asks
        return "" if names_it else f"{case.feature} is said to be refused, and is not"
    if plain != asks or (case.carried_by and not isinstance(asks, str) and case.carried_by in str(asks)):
        return ""
    if support is not None and case.feature in ("row", "streaming"):
        return "" if "exec" in support.note else f"nothing runs {case.feature} differently"
    if case.feature == "cache_off" and support is not None and support.note.startswith("nothing is reused"):
        return ""  # nothing to turn off
    return f"{case.feature or 'it'} changes nothing, and nothing says so"


def outcome(pipeline: Pipeline, backend: Backend) -> Mapping[str, str] | str:
    """The files, or what the backend says instead."""
    try:
        return compiled(pipeline, backend, LEFT_OUT.get(backend.name, ""))
    except PipegenError as error:
        return str(error)


# An image is in every pipeline here, since containers need one; who has none leaves it out.
LEFT_OUT = {
    name: f"{name}: {{ignore: [image]}}\n"
    for name in BACKENDS
    if registry.backend(name).can.image.how == "refused"
}


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("what", CASES)
def test_what_is_asked_for_is_done_or_refused(what: str, backend: str) -> None:
    case = CASES[what]
    if case.feature == "image" and backend in LEFT_OUT:
        made = registry.backend(backend)
        with pytest.raises(PipegenError, match="cannot do image: "):
            compiled(case.asks, made)
    else:
        assert dropped(case, registry.backend(backend)) == ""


@pytest.mark.parametrize("what", CASES)
def test_a_backend_that_drops_something_is_noticed(what: str) -> None:
    assert dropped(CASES[what], Toy(lambda pipeline: "tasks: some\n")) != ""


def test_a_backend_that_says_that_it_refuses_and_does_not_is_noticed() -> None:
    case = CASES["Options.retry"]

    class Refusing(Toy):
        can = Toy.can._replace(retry=refused("never"))

    toy = Refusing(lambda pipeline: "tasks: some\n")
    assert dropped(case, toy) == ""
    assert "is said to be refused" in dropped(case._replace(asks=case.without), toy)
