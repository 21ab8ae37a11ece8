"""What a pipeline is given beside its steps: schedule, labels, handlers, parameters; and prefixes that clash."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, SecretStr
from written import PROJECT, linked, refused, traced

from pipegen import Parameter, Pipeline, Settings, Step, step
from pipegen.checks import check
from pipegen.dsl.trace import trace
from pipegen.ir import Draft, Schedule


class Api(BaseModel):
    url: str = "http://localhost"
    retries: int = 2


class FetchSettings(Settings):
    limit: int = 100
    model: str = "small"
    api: Api = Api()
    token: SecretStr | None = None


class Fetch(Step):
    settings: FetchSettings

    def run(self) -> int: ...


class Plain(Step):
    def run(self, value: int = 0) -> int: ...


def test_a_pipeline_carries_what_it_was_given() -> None:
    pipeline = linked(
        Plain(),
        description="Every night",
        schedule="0 4 * * *",
        timezone="Europe/Berlin",
        concurrency="forbid",
        deadline=7200,
        labels={"team": "search"},
        on_failure=Plain("alarm"),
        on_exit=Plain("sweep"),
    )
    assert pipeline.description == "Every night"
    assert pipeline.schedule == Schedule("0 4 * * *", "Europe/Berlin")
    assert (pipeline.concurrency, pipeline.deadline) == ("forbid", "2h")
    assert pipeline.labels == {"team": "search"}
    assert [one.name for one in pipeline.every_task] == ["plain", "alarm", "sweep"]
    assert [one.name for one in pipeline.handlers] == ["alarm", "sweep"]
    assert list(check(pipeline)) == []


def test_handlers_have_options_and_steps_like_every_task() -> None:
    pipeline = linked(Plain(), on_exit=Fetch("sweep", retry=2))
    assert pipeline.on_exit is not None and pipeline.on_exit.options.retry is not None
    assert set(pipeline.steps) == {"plain", "fetch"}


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"description": 5}, "[PG136]: 5 cannot be the description of pipeline 'test'"),
    ({"schedule": 4}, "[PG136]: 4 cannot be the schedule of pipeline 'test'"),
    ({"timezone": "UTC"}, "[PG136]: there is no schedule for the timezone of pipeline 'test'"),
    (
        {"concurrency": "forbit"},
        "[PG136]: 'forbit' is not a concurrency of pipeline 'test'",
    ),
    ({"labels": ["a"]}, "[PG136]: ['a'] cannot be the labels of pipeline 'test'"),
    ({"labels": {"a": 1}}, "[PG136]: {'a': 1} cannot be the labels of pipeline 'test'"),
    ({"deadline": -1}, "[PG136]: -1 cannot be the deadline of pipeline 'test'"),
    ({"deadline": float("inf")}, "[PG136]: inf cannot be the deadline of pipeline 'test'"),
    ({"deadline": True}, "[PG136]: True cannot be the deadline of pipeline 'test'"),
    ({"parameters": Parameter("a", "fetch.limit")}, "cannot be the parameters of pipeline 'test'"),
    ({"parameters": ["limit"]}, "[PG136]: 'limit' is not a Parameter"),
]


@pytest.mark.parametrize(("options", "problem"), WRONG, ids=[p for _, p in WRONG])
def test_an_option_of_the_wrong_kind_is_refused(options: dict[str, Any], problem: str) -> None:
    (said,) = refused(lambda: traced(Fetch(), **options))
    assert problem in said


MEANINGLESS: list[tuple[dict[str, Any], str]] = [
    ({"schedule": "every tuesday"}, "[PG161]: schedule of pipeline 'test': 'every tuesday' has 2 fields"),
    ({"schedule": "0 4 * * 7"}, "[PG161]: schedule of pipeline 'test': '7' is not a day of week"),
    (
        {"schedule": "@daily", "timezone": "Europe/Berln"},
        "[PG161]: timezone of pipeline 'test': 'Europe/Berln' is not a time zone",
    ),
    ({"deadline": "0s"}, "[PG162]: deadline of pipeline 'test': '0s' is not more than zero"),
]


@pytest.mark.parametrize(("options", "problem"), MEANINGLESS, ids=[p for _, p in MEANINGLESS])
def test_an_option_without_a_meaning_is_refused(options: dict[str, Any], problem: str) -> None:
    (said,) = refused(lambda: traced(Fetch(), **options))
    assert problem in said


def exposing(*parameters: Parameter, nodes: tuple[Step, ...] | None = None) -> Draft:
    return traced(*(nodes or (Fetch(), Fetch("fetch-eu"))), parameters=parameters)


def test_a_parameter_sets_one_or_more_settings() -> None:
    (found,) = exposing(
        Parameter(
            "model",
            "fetch.model",
            "fetch-eu.model",
            default="big",
            choices=("small", "big"),
            description="Which",
        )
    ).parameters
    assert found.targets == (("fetch", "model"), ("fetch-eu", "model"))
    assert (found.default, found.has_default, found.choices) == ("big", True, ("small", "big"))
    assert found.description == "Which"
    assert found.origin is not None and found.origin.file == "test_dsl_pipelines.py"


def test_a_parameter_without_a_default_leaves_the_settings_own() -> None:
    (found,) = exposing(Parameter("limit", "fetch.limit")).parameters
    assert (found.default, found.has_default) == (None, False)
    (found,) = exposing(Parameter("token", "fetch.token", default=None)).parameters
    assert (found.default, found.has_default) == (None, True)


@pytest.mark.parametrize("field", ["api.url", "api"])
def test_a_parameter_reaches_into_nested_settings(field: str) -> None:
    (found,) = exposing(Parameter("api", f"fetch.{field}")).parameters
    assert found.targets == (("fetch", field),)


def test_a_task_with_dots_in_its_name_can_be_a_target() -> None:
    nodes = (Fetch("eu.fetch"), Fetch("eu"), Fetch("eu.api"))
    found = exposing(
        Parameter("a", "eu.fetch.limit"),
        Parameter("b", "eu.api.url"),
        Parameter("c", "eu.api.limit"),
        nodes=nodes,
    ).parameters
    assert [one.targets for one in found] == [
        (("eu.fetch", "limit"),),
        (("eu", "api.url"),),
        (("eu.api", "limit"),),
    ]


WRONG_PARAMETERS: list[tuple[Parameter, str]] = [
    (Parameter("a"), "[PG131]: parameter 'a' sets nothing"),
    (Parameter("a", "fetch"), "[PG131]: target 'fetch' of parameter 'a' names no field"),
    (Parameter("a", "fetch."), "[PG131]: target 'fetch.' of parameter 'a' names no field"),
    (
        Parameter("a", "fech.limit"),
        "[PG131]: parameter 'a' sets task 'fech', which the pipeline does not have",
    ),
    (
        Parameter("a", "fetch.limt"),
        "[PG131]: parameter 'a' sets 'limt', which is no setting of task 'fetch'",
    ),
    (Parameter("a", "fetch.limit.deep"), "[PG131]: parameter 'a' sets 'limit.deep', which is no setting"),
    (Parameter("a", "fetch.limit", "fetch.limit"), "[PG132]: parameter 'a' names a target twice"),
    (
        Parameter("a b", "fetch.limit"),
        "[PG132]: 'a b' cannot be a parameter's name",
    ),
    (Parameter("größe", "fetch.limit"), "[PG132]: 'größe' cannot be a parameter's name"),
    (Parameter(5, "fetch.limit"), "[PG132]: 5 cannot be a parameter's name"),  # type: ignore[arg-type]
    (
        Parameter("a", "fetch.limit", default=1, choices=(2, 3)),
        "[PG132]: the default 1 of parameter 'a' is none of its choices",
    ),
    (Parameter("a", "fetch.limit", default=True, choices=(1,)), "[PG132]: the default True of parameter 'a'"),
    (Parameter("a", "fetch.limit", default={1}), "[PG132]: parameter 'a' holds {1}, which is not JSON"),
    (Parameter("a", "fetch.limit", choices="abc"), "[PG132]: the choices of parameter 'a' are 'abc'"),
    (Parameter("a", "fetch.limit", choices=(object,)), "[PG132]: parameter 'a' holds <class 'object'>"),  # type: ignore[arg-type]
    (Parameter("a", "fetch.limit", choices=5), "[PG132]: the choices of parameter 'a' are 5"),  # type: ignore[arg-type]
    (Parameter("a", "fetch.limit", description=5), "[PG132]: the description of parameter 'a' is no text"),  # type: ignore[arg-type]
]


@pytest.mark.parametrize(("parameter", "problem"), WRONG_PARAMETERS, ids=[p for _, p in WRONG_PARAMETERS])
def test_a_parameter_that_cannot_be_is_refused(parameter: Parameter, problem: str) -> None:
    (said,) = refused(lambda: exposing(parameter))
    assert problem in said
    assert said.startswith("test_dsl_pipelines.py:")


def test_two_parameters_of_one_name_are_refused() -> None:
    (said,) = refused(lambda: exposing(Parameter("a", "fetch.limit"), Parameter("a", "fetch.model")))
    assert "[PG132]: two parameters are called 'a'" in said


def test_a_parameter_of_a_task_without_settings_is_refused() -> None:
    (said,) = refused(lambda: exposing(Parameter("a", "plain.value"), nodes=(Plain(),)))
    assert "no setting of task 'plain'" in said


def test_a_parameter_may_set_a_handler() -> None:
    draft = traced(Plain(), on_exit=Fetch("sweep"), parameters=[Parameter("limit", "sweep.limit")])
    assert draft.parameters[0].targets == (("sweep", "limit"),)


class Fetched(Step):
    slug = "fetch-eu"
    settings: FetchSettings

    def run(self) -> int: ...


class FETCH(Step):
    slug = "loud"
    settings: FetchSettings

    def run(self) -> int: ...


@step
def fetch(settings: FetchSettings) -> int: ...


class CleanRows(Step):
    settings: FetchSettings

    def run(self) -> int: ...


class Cleanrows(Step):
    settings: FetchSettings

    def run(self) -> int: ...


CLASHES: list[tuple[tuple[Any, ...], str]] = [
    (
        (Fetch("score-eu"), Fetch("score_eu")),
        "task 'score_eu' and task 'score-eu' would both be set by SCORE_EU__*",
    ),
    ((Fetch("a"), Fetch("Á")), "task 'Á' and task 'a' would both be set by A__*"),
    ((CleanRows(), Cleanrows()), "steps 'clean-rows' and 'cleanrows' would both be set by CLEANROWS__*"),
    (
        (Fetch(), Fetched("fetch-us"), Fetch("fetch-eu")),
        "task 'fetch-eu' and step 'fetch-eu' would both be set by",
    ),
]


@pytest.mark.parametrize(("nodes", "problem"), CLASHES, ids=[p for _, p in CLASHES])
def test_a_variable_that_would_mean_two_things_is_refused(nodes: tuple[Any, ...], problem: str) -> None:
    (said,) = refused(lambda: traced(*nodes))
    assert f"[PG135]: {problem}" in said


@pytest.mark.parametrize(
    "nodes",
    [
        (Fetch(), Fetch("fetch-eu")),
        (Fetch("fetch"), Fetch("other")),
        (Plain("score-eu"), Plain("score_eu")),
        (Plain("fetch"), Fetch("other")),
        (Fetch("数据"), Fetch("数据2"), Fetch("表")),
        (Fetched(),),
    ],
)
def test_names_that_share_no_variable_are_fine(nodes: tuple[Step, ...]) -> None:
    assert refused(lambda: traced(*nodes)) == []


def test_a_pipeline_whose_parameters_share_a_prefix_with_a_task_is_refused() -> None:
    parameters = [Parameter("limit", "fetch.limit")]
    (said,) = refused(lambda: trace(Pipeline("fetch", Fetch(), parameters=parameters), PROJECT))
    assert (
        "[PG135]: the parameters of pipeline 'fetch' and a task of it would both be set by FETCH__*" in said
    )
    assert refused(lambda: trace(Pipeline("fetch", Fetch()), PROJECT)) == []


def test_a_function_and_a_class_of_one_slug_are_refused() -> None:
    said = refused(lambda: traced(Fetch(), fetch("other")))
    assert (
        "[PG128]: two steps have the slug 'fetch': test_dsl_pipelines.fetch and test_dsl_pipelines.Fetch"
        in said[0]
    )


class Unusable(Settings):
    model_config = {"arbitrary_types_allowed": False}  # noqa: RUF012
    clock: Unusual  # type: ignore[name-defined]  # noqa: F821


class Uses(Step):
    settings: Unusable

    def run(self) -> int: ...


def test_settings_that_cannot_be_described_are_reported_with_the_rest() -> None:
    said = refused(lambda: traced(Uses(), Fetch(retry="x")))
    assert sorted(line.partition("[")[2][:5] for line in said) == ["PG118", "PG305"]
    assert all(line.startswith("test_dsl_pipelines.py:") for line in said)
