"""Options on a step: said on the class, where it is placed, in values; and what they may hold."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import fields, replace
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import linked, refused, traced

from pipegen import Cache, Resources, Retry, Step, step
from pipegen.dsl.step import OPTIONS
from pipegen.errors import PipegenError, refuse
from pipegen.ir import Options, Pipeline
from pipegen.values.apply import apply
from pipegen.values.document import read_values
from pipegen.values.nodes import Table
from pipegen.values.reading import parse


class Plain(Step):
    def run(self) -> int: ...


class Rich(Step):
    retry = Retry(limit=3, backoff="30s", factor=3, max_backoff="10m")
    timeout = "1h30m"
    resources = Resources(cpu="500m", memory="2Gi", ephemeral_storage="10Gi", gpu=1)
    cache = Cache(key=("v2",))
    trigger = "all_done"
    image = "registry.example.com/team/app:1.4"
    env = {"TZ": "UTC"}  # noqa: RUF012
    labels = {"team": "search"}  # noqa: RUF012
    metadata = {"owner": "ada", "tags": ["a", {"deep": None}]}  # noqa: RUF012

    def run(self) -> int: ...


GIVEN: dict[str, Any] = {name: getattr(Rich, name) for name in OPTIONS}
ASKED = Options(
    retry=Retry(3, "30s", 3.0, "10m"),
    timeout="1h30m",
    resources=Resources("500m", "2Gi", "10Gi", 1),
    cache=Cache(True, ("v2",)),
    trigger="all_done",
    image="registry.example.com/team/app:1.4",
    env={"TZ": "UTC"},
    labels={"team": "search"},
    metadata={"owner": "ada", "tags": ["a", {"deep": None}]},
)


@step(**GIVEN)
def rich() -> int: ...


def options(node: Step | Any) -> Options:
    return linked(node).tasks[0].options


def test_these_are_all_options_there_are() -> None:
    assert {one.name for one in fields(Options)} >= set(OPTIONS)


@pytest.mark.parametrize(
    "placed", [Rich, lambda: Plain(**GIVEN), rich], ids=["class", "placement", "function"]
)
def test_options_are_said_on_a_class_a_function_or_a_placement(placed: Callable[[], Step]) -> None:
    assert options(placed()) == ASKED


def test_a_step_that_asks_for_nothing_has_no_options() -> None:
    assert options(Plain()) == Options()


OTHER: dict[str, tuple[Any, Any]] = {
    "retry": (1, Retry(1)),
    "timeout": (90, "1m30s"),
    "resources": (Resources(cpu=2, memory="1Gi"), Resources("2", "1Gi")),  # type: ignore[arg-type]
    "cache": (False, Cache(False)),
    "trigger": ("one_failed", "one_failed"),
    "image": ("other:1", "other:1"),
    "env": ({"A": "b"}, {"TZ": "UTC", "A": "b"}),
    "labels": ({"team": "ads"}, {"team": "ads"}),
    "metadata": ({"x": 1.5}, {**ASKED.metadata, "x": 1.5}),
}


@pytest.mark.parametrize("name", OPTIONS)
def test_a_placement_overrides_its_step(name: str) -> None:
    given_, expected = OTHER[name]
    assert options(Rich(**{name: given_})) == replace(ASKED, **{name: expected})
    assert options(Rich()) == ASKED


@pytest.mark.parametrize("name", OPTIONS)
def test_none_at_the_placement_takes_an_option_back(name: str) -> None:
    assert options(Rich(**{name: None})) == replace(ASKED, **{name: getattr(Options(), name)})


class Below(Rich):
    retry = None
    labels = {"tier": "gold"}  # noqa: RUF012


class Child(Below):
    timeout = 60


def test_options_are_inherited_and_overridden_as_python_does() -> None:
    assert options(Below()) == replace(ASKED, retry=None, labels={"tier": "gold"})
    assert options(Child()) == replace(ASKED, retry=None, labels={"tier": "gold"}, timeout="1m")


SHARED: dict[str, Any] = {"team": "search"}


class Sharing(Step):
    metadata = SHARED
    labels = SHARED

    def run(self) -> int: ...


class SharingToo(Step):
    metadata = SHARED

    def run(self) -> int: ...


def test_what_one_task_adds_does_not_show_in_another() -> None:
    first = options(Sharing(metadata={"more": 1}, labels={"more": "1"}))
    assert (options(Sharing()).metadata, options(Sharing()).labels) == (SHARED, SHARED)
    assert options(SharingToo()).metadata == SHARED == {"team": "search"}
    assert first.metadata == {"team": "search", "more": 1}
    made = options(SharingToo()).metadata
    assert isinstance(made, dict)
    made["leak"] = True
    assert "leak" not in SHARED


def test_the_defaults_of_all_steps_cannot_be_written_into() -> None:
    for name in ("env", "labels", "metadata"):
        with pytest.raises(TypeError):
            getattr(Plain, name)["leak"] = "x"


def test_a_mapping_of_any_kind_will_do() -> None:
    assert options(Plain(labels=MappingProxyType({"a": "b"}))).labels == {"a": "b"}


class NeedsGpu(Step):
    metadata = {"requires_gpu": True}  # noqa: RUF012

    def run(self) -> int: ...


@pytest.mark.parametrize(
    ("node", "gpu"),
    [
        (lambda: NeedsGpu(), 1),
        (lambda: NeedsGpu(resources=Resources(cpu="1")), 1),
        (lambda: NeedsGpu(resources=Resources(gpu=4)), 4),
        (lambda: NeedsGpu(metadata={"requires_gpu": False}), 0),
        (lambda: NeedsGpu(metadata=None), 0),
        (lambda: Plain(metadata={"requires_gpu": True}), 1),
        (lambda: Plain(metadata={"requires_gpu": "yes"}), 0),
        (lambda: Rich(metadata={"requires_gpu": True}), 1),
    ],
)
def test_requires_gpu_becomes_a_request_for_one(node: Callable[[], Step], gpu: int) -> None:
    resources = options(node()).resources
    assert (resources.gpu if resources else 0) == gpu


def valued(pipeline: Pipeline, text: str) -> Options:
    node = parse(text, "values.yaml")
    assert isinstance(node, Table)
    return apply(pipeline, read_values(node, {}, ())).tasks[0].options


VALUES = {
    "retry": ("{limit: 1, backoff: 5s}", Retry(1, "5s", 3.0, "10m")),
    "timeout": ("2h", "2h"),
    "resources": ("{gpu: 0, cpu: 2}", Resources("2", "2Gi", "10Gi", 0)),
    "cache": ("{enabled: false}", Cache(False, ("v2",))),
    "trigger": ("one_failed", "one_failed"),
    "image": ("other:1", "other:1"),
    "env": ("{TZ: null, A: b}", {"A": "b"}),
    "labels": ("{team: ads}", {"team": "ads"}),
    "metadata": ("{x: 1.5, owner: null}", {"tags": ["a", {"deep": None}], "x": 1.5}),
}


@pytest.mark.parametrize("name", OPTIONS)
@pytest.mark.parametrize("key", ["rich", "my-task"])
def test_values_override_the_code_by_step_or_by_task(name: str, key: str) -> None:
    written, expected = VALUES[name]
    found = valued(linked(Rich("my-task")), f"steps:\n  {key}:\n    {name}: {written}\n")
    assert found == replace(ASKED, **{name: expected})


@pytest.mark.parametrize(
    ("text", "gpu"),
    [("{requires_gpu: true}", 1), ("{requires_gpu: false}", 0), ("{requires_gpu: null}", 0), ("{a: b}", 0)],
)
def test_requires_gpu_in_values_asks_for_a_gpu_and_takes_the_request_back(text: str, gpu: int) -> None:
    for node, before in ((Plain(), 0), (NeedsGpu(), 1)):
        name = linked(node).tasks[0].name
        found = valued(linked(node), f"steps:\n  {name}:\n    metadata: {text}\n").resources
        wanted = before if text == "{a: b}" else gpu
        assert (found.gpu if found else 0) == wanted


WRONG: list[tuple[str, Any, str]] = [
    ("retry", "3", "must be Retry(...) or a number, not '3'"),
    ("retry", True, "must be Retry(...) or a number, not True"),
    ("retry", Retry(limit=1.5), "must count in whole numbers, not in 1.5"),  # type: ignore[arg-type]
    ("retry", Retry(1, backoff=[1]), "must be text, not [1]"),  # type: ignore[arg-type]
    ("retry", Retry(1, factor="2"), "must have a number as its factor, not '2'"),  # type: ignore[arg-type]
    ("retry", Retry(1, max_backoff=object), "must be text, not <class 'object'>"),  # type: ignore[arg-type]
    ("timeout", ["1h"], "must be text, not ['1h']"),
    ("timeout", -5, "is -5 seconds, which is no length of time"),
    ("timeout", float("nan"), "is nan seconds, which is no length of time"),
    ("timeout", float("inf"), "is inf seconds, which is no length of time"),
    ("resources", {"cpu": 1}, "must be Resources(...), not {'cpu': 1}"),
    ("resources", Resources(gpu="1"), "must count in whole numbers, not in '1'"),  # type: ignore[arg-type]
    ("resources", Resources(memory=["1"]), "must be text, not ['1']"),  # type: ignore[arg-type]
    ("cache", "no", "must be True, False or Cache(...), not 'no'"),
    ("cache", Cache(enabled="no"), "must be True, False or Cache(...), not Cache(enabled='no', key=())"),  # type: ignore[arg-type]
    ("cache", Cache(key="v2"), "must have a tuple of texts as its key, not 'v2'"),  # type: ignore[arg-type]
    ("cache", Cache(key=(2,)), "must be text, not 2"),  # type: ignore[arg-type]
    ("trigger", "always", "is 'always', which is no trigger rule"),
    ("trigger", [], "is [], which is no trigger rule"),
    ("image", 5, "must be text, not 5"),
    ("env", ["A=b"], "must be a mapping of text to text, not ['A=b']"),
    ("env", {"A": 1}, "must be text, not 1"),
    ("labels", {1: "a"}, "must be text, not 1"),
    ("metadata", [1], "must be a mapping, not [1]"),
    ("metadata", {"a": {1, 2}}, "holds {1, 2}, which is not JSON"),
    ("metadata", {"a": {1: 2}}, "has the key 1, which is no text"),
    ("metadata", {"a": float("nan")}, "holds nan, which is not JSON"),
]
CIRCLE: dict[str, Any] = {}
CIRCLE["x"] = CIRCLE
WRONG.append(("metadata", CIRCLE, "is nested more than 100 deep"))


@pytest.mark.parametrize(("name", "value", "problem"), WRONG, ids=[f"{n}-{p}" for n, _, p in WRONG])
def test_a_value_of_the_wrong_kind_is_refused(name: str, value: Any, problem: str) -> None:
    (said,) = refused(lambda: traced(Plain(**{name: value})))
    assert said.endswith(f"[PG118]: {name} of task 'plain' {problem}")


MEANINGLESS: list[tuple[str, Any, str]] = [
    ("timeout", "soon", "[PG162]: timeout of task 'plain': 'soon' is not a duration (write it like"),
    ("timeout", "0s", "[PG162]: timeout of task 'plain': '0s' is not more than zero"),
    ("retry", Retry(-1), "[PG164]: retry of task 'plain': limit -1 is less than 0"),
    ("retry", Retry(1, factor=0.5), "[PG164]: retry of task 'plain': factor 0.5 is not from 1 to 1000"),
    ("retry", Retry(1, factor=float("nan")), "[PG164]: retry of task 'plain': factor nan is not from 1 to"),
    ("retry", Retry(1, backoff="x"), "[PG162]: backoff of task 'plain': 'x' is not a duration"),
    ("retry", Retry(1, max_backoff=""), "[PG162]: max_backoff of task 'plain': '' is not a duration"),
    ("resources", Resources(cpu="lots"), "[PG163]: cpu of task 'plain': 'lots' is not a quantity"),
    ("resources", Resources(memory="512m"), "[PG163]: memory of task 'plain': '512m' is less than one byte"),
    ("resources", Resources(memory="0Gi"), "[PG163]: memory of task 'plain': '0Gi' is not more than zero"),
    ("resources", Resources(gpu=-1), "[PG163]: gpu of task 'plain': -1 is less than 0"),
    ("image", "no image!", "[PG165]: image of task 'plain': 'no image!' is not an image reference"),
    ("env", {"A-B": "c"}, "[PG166]: env of task 'plain': 'A-B' is not the name of an environment variable"),
    ("env", {"A": "b\0"}, "[PG166]: env of task 'plain': the value of 'A' holds a null character"),
    (
        "trigger",
        "one_failed",
        "[PG167]: task 'plain' runs when one before it failed, but nothing is before it",
    ),
]


@pytest.mark.parametrize(("name", "value", "problem"), MEANINGLESS, ids=[p for _, _, p in MEANINGLESS])
def test_a_value_without_a_meaning_is_found_by_the_checks(name: str, value: Any, problem: str) -> None:
    from pipegen.checks import check

    with pytest.raises(PipegenError) as caught:
        refuse(check(linked(Plain(**{name: value}))))
    (said,) = [str(one).replace("error[", "[") for one in caught.value.diagnostics]
    assert problem in said


texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=5)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
)


@given(st.dictionaries(texts, jsons, max_size=3), st.dictionaries(texts, jsons, max_size=3))
def test_metadata_is_kept_as_given_key_by_key(under: Mapping[str, Any], over: Mapping[str, Any]) -> None:
    class Given(Plain):
        slug = "plain"
        metadata = under

    found = traced_options(Given, over)
    assert found == {**under, **over}


def traced_options(cls: type[Step], over: Mapping[str, Any]) -> Mapping[str, Any]:
    from pipegen.dsl.define import define
    from pipegen.dsl.options import options_of

    definition = define(cls)
    return options_of({"metadata": over}, "it", definition.origin, [], definition.options).metadata


class One(Step):
    """Takes one number, and can be placed to take them row by row."""

    def run(self, number: int, offset: int = 0) -> str: ...


class Numbers(Step):
    def run(self) -> list[int]: ...


class Words(Step):
    def run(self, words: list[str]) -> int: ...


def test_the_mode_of_a_step_is_overridden_where_it_is_placed() -> None:
    pipeline = linked(Numbers() >> One(mode="row") >> Words())
    task_ = pipeline.tasks[1]
    assert (pipeline.steps["one"].mode, task_.options.mode, pipeline.mode_of(task_)) == (
        "batch",
        "row",
        "row",
    )
    assert pipeline.mode_of(pipeline.tasks[0]) == "batch"


def test_an_edge_is_judged_by_the_mode_that_its_ends_are_placed_in() -> None:
    (said,) = refused(lambda: linked(Numbers() >> One()))
    assert said.endswith("task 'one' takes int as 'number', but 'numbers' returns list[int]")
    (said,) = refused(lambda: linked(Numbers() >> Words(mode="row")))
    assert said.endswith("task 'words' takes Iterable[list[str]] as 'words', but 'numbers' returns list[int]")


class ByRow(One):
    mode = "row"


def test_none_gives_a_step_its_own_mode_back_and_batch_takes_row_away() -> None:
    assert linked(Numbers() >> ByRow(mode=None)).tasks[1].options.mode is None
    refused_ = refused(lambda: linked(Numbers() >> ByRow(mode="batch")))
    assert "takes int as 'number'" in refused_[0]


@pytest.mark.parametrize(
    ("node", "problem"),
    [
        (
            lambda: One(mode="rows", number=Plain()),
            "[PG118]: mode of task 'one' is 'rows', which is no execution mode",
        ),
        (lambda: Plain(mode="row"), "[PG116]: task 'plain' runs row by row but takes no input"),
        (lambda: Plain(mode="streaming"), "[PG116]: task 'plain' is streaming but has no Iterator on run"),
    ],
)
def test_a_mode_that_cannot_be_is_refused(node: Callable[[], Step], problem: str) -> None:
    (said,) = refused(lambda: linked(node()))
    assert said.endswith(problem)
