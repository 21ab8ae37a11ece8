"""How steps are placed and wired: names, `>>`, lists, keywords, functions, several sinks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written import fed, linked, refused, task, traced

from pipegen import Pipeline, Step, step
from pipegen.dsl.step import Node


@dataclass
class Review:
    id: int


class Fetch(Step):
    """Download the reviews."""

    def run(self) -> list[Review]:
        return [Review(1)]


class Score(Step):
    def run(self, reviews: Iterable[Review]) -> list[int]:
        return [one.id for one in reviews]


class Report(Step):
    def run(self, scores: list[int], reviews: list[Review]) -> str:
        return f"{scores} {reviews}"


class Merge(Step):
    def run(self, parts: list[list[int]]) -> list[int]:
        return [one for part in parts for one in part]


class Total(Step):
    def run(self, numbers: list[int]) -> int:
        return sum(numbers)


class Lenient(Step):
    def run(self, numbers: list[int], extra: list[int] | None = None, more: int = 0) -> int:
        return sum(numbers) + sum(extra or []) + more


@step
def clean(rows: list[Review]) -> list[Review]:
    """Drop what is empty."""
    return rows


def test_one_input_is_fed_by_an_arrow() -> None:
    score = Fetch() >> Score()
    assert isinstance(score, Score)
    assert fed(linked(score)) == {"fetch": {}, "score": {"reviews": ("fetch",)}}


def test_several_inputs_are_fed_by_the_names_of_their_parameters() -> None:
    fetch = Fetch()
    pipeline = linked(Report(scores=fetch >> Score(), reviews=fetch))
    assert fed(pipeline)["report"] == {"scores": ("score",), "reviews": ("fetch",)}


def test_inputs_stand_in_the_order_of_the_parameters_however_they_are_given() -> None:
    fetch = Fetch()
    score = fetch >> Score()
    one, other = linked(Report(scores=score, reviews=fetch)), linked(Report(reviews=fetch, scores=score))
    assert [given.name for given in task(one, "report").inputs] == ["scores", "reviews"]
    assert fed(one) == fed(other)


def test_an_arrow_feeds_the_input_that_is_left() -> None:
    fetch = Fetch()
    report = Report(reviews=fetch)
    fetch >> Score() >> report
    assert fed(linked(report))["report"] == {"scores": ("score",), "reviews": ("fetch",)}


def test_an_arrow_prefers_the_one_required_input() -> None:
    pipeline = linked(Fetch() >> Score() >> Lenient())
    assert fed(pipeline)["lenient"] == {"numbers": ("score",)}


def test_an_input_with_a_default_need_not_be_fed_and_can_be() -> None:
    score = Fetch() >> Score()
    pipeline = linked(Lenient(numbers=score, extra=score, more=score >> Total()))
    assert fed(pipeline)["lenient"] == {"numbers": ("score",), "extra": ("score",), "more": ("total",)}
    ports = {one.name: one.required for one in pipeline.steps["lenient"].inputs}
    assert ports == {"numbers": True, "extra": False, "more": False}


def test_a_list_of_steps_is_collected_when_each_makes_an_item() -> None:
    fetch = Fetch()
    left, right = Score("left", reviews=fetch), Score("right", reviews=fetch)
    merge = [left, right] >> Merge()
    given = task(linked(merge), "merge").inputs[0]
    assert (given.sources, given.feed) == (("left", "right"), "collect")


def test_a_list_of_steps_is_chained_when_each_makes_a_list() -> None:
    fetch = Fetch()
    left, right = Score("left", reviews=fetch), Score("right", reviews=fetch)
    given = task(linked(Total(numbers=[left, right])), "total").inputs[0]
    assert (given.sources, given.feed) == (("left", "right"), "chain")


def test_a_list_of_one_step_is_a_list() -> None:
    score = Fetch() >> Score()
    assert task(linked([score] >> Merge()), "merge").inputs[0].feed == "collect"
    assert task(linked([score >> Total()] >> Total("all")), "all").inputs[0].feed == "collect"


def test_the_same_step_may_be_in_a_list_twice() -> None:
    score = Fetch() >> Score()
    pipeline = linked([score, score] >> Merge())
    assert fed(pipeline)["merge"] == {"parts": ("score", "score")}
    assert task(pipeline, "merge").upstream == ("score",)


def test_one_step_fans_out_to_several() -> None:
    left, right = Fetch() >> [Score("left"), Score("right")]
    assert fed(linked(left, right)) == {
        "fetch": {},
        "left": {"reviews": ("fetch",)},
        "right": {"reviews": ("fetch",)},
    }


def test_a_fan_out_comes_together_again() -> None:
    merge = (Fetch() >> [Score("left"), Score("right")]) >> Merge()
    assert isinstance(merge, Merge)
    assert fed(linked(merge))["merge"] == {"parts": ("left", "right")}


def test_a_fan_out_needs_no_parentheses_and_takes_tuples() -> None:
    merge = Fetch() >> (Score("left"), Score("right")) >> Merge()
    assert fed(linked(merge))["merge"] == {"parts": ("left", "right")}


def test_several_sinks_are_all_there() -> None:
    fetch = Fetch()
    pipeline = linked(fetch >> Score(), fetch >> clean())
    assert [one.name for one in pipeline.tasks] == ["fetch", "score", "clean"]


def test_sinks_may_come_as_the_list_that_a_fan_out_gives() -> None:
    pipeline = linked(Fetch() >> [Score("left"), Score("right")])  # type: ignore[arg-type]
    assert [one.name for one in pipeline.tasks] == ["fetch", "left", "right"]


def test_a_sink_may_feed_another_sink() -> None:
    fetch = Fetch()
    pipeline = linked(fetch, fetch >> Score())
    assert [one.name for one in pipeline.tasks] == ["fetch", "score"]


def test_one_graph_may_be_part_of_several_pipelines() -> None:
    fetch = Fetch()
    score, cleaned = fetch >> Score(), fetch >> clean()
    assert [one.name for one in linked(score).tasks] == ["fetch", "score"]
    assert [one.name for one in linked(cleaned).tasks] == ["fetch", "clean"]


def test_the_same_step_appears_under_two_names() -> None:
    fetch = Fetch()
    pipeline = linked(Score("score-eu", reviews=fetch), Score("score-us", reviews=fetch))
    assert [(one.name, one.step) for one in pipeline.tasks] == [
        ("fetch", "fetch"),
        ("score-eu", "score"),
        ("score-us", "score"),
    ]
    assert list(pipeline.steps) == ["fetch", "score"]


class ManualMarkdownStep(Step):
    def run(self) -> str:
        return ""


class HTTPFetchV2(Step):
    def run(self) -> str:
        return ""


class Übung(Step):
    def run(self) -> str:
        return ""


class 数据(Step):  # noqa: N801
    def run(self) -> str:
        return ""


@step
def drop_old_rows() -> str:
    return ""


@pytest.mark.parametrize(
    ("placed", "name", "prefix"),
    [
        (ManualMarkdownStep, "manual-markdown-step", "MANUALMARKDOWNSTEP"),
        (HTTPFetchV2, "http-fetch-v2", "HTTPFETCHV2"),
        (Übung, "ubung", "UBUNG"),
        (数据, "step", "STEP"),
        (drop_old_rows, "drop-old-rows", "DROP_OLD_ROWS"),
    ],
)
def test_names_and_prefixes_come_from_what_the_user_called_the_step(
    placed: Callable[[], Node], name: str, prefix: str
) -> None:
    pipeline = linked(placed())
    assert pipeline.tasks[0].name == name
    assert pipeline.steps[name].prefix == prefix


def test_a_function_is_a_step_and_stays_a_function() -> None:
    assert clean.call([Review(1)]) == [Review(1)]
    assert clean.__doc__ == "Drop what is empty."
    assert fed(linked(Fetch() >> clean())) == {"fetch": {}, "clean": {"rows": ("fetch",)}}
    assert fed(linked(clean("tidy", rows=Fetch()))) == {"fetch": {}, "tidy": {"rows": ("fetch",)}}


class CleanRows(Step):
    """Drop what is empty."""

    retry = 2
    labels = {"team": "search"}  # noqa: RUF012

    def run(self, rows: list[Review], *, strict: bool = False) -> Iterator[Review]:
        yield from rows


@step(retry=2, labels={"team": "search"}, slug="clean-rows")
def clean_rows(rows: list[Review], *, strict: bool = False) -> Iterator[Review]:
    """Drop what is empty."""
    yield from rows


def test_a_class_and_a_function_that_say_the_same_are_the_same_data() -> None:
    one, other = linked(Fetch() >> CleanRows()), linked(Fetch() >> clean_rows())
    made, written = one.steps["clean-rows"], other.steps["clean-rows"]
    assert replace(made, entrypoint="", prefix="", origin=None) == replace(
        written, entrypoint="", prefix="", origin=None
    )
    assert replace(one.tasks[1], origin=None, inputs=()) == replace(other.tasks[1], origin=None, inputs=())
    assert (made.entrypoint, written.entrypoint) == (
        "test_dsl_wiring:CleanRows",
        "test_dsl_wiring:clean_rows",
    )


def test_steps_run_by_hand_without_an_engine() -> None:
    assert Score().call([Review(3)]) == [3]
    assert Report().call(scores=[1], reviews=[]) == "[1] []"
    assert list(clean_rows.call([Review(1)])) == [Review(1)]


class Anything(Step):
    def run(self, value: Any, retry: int = 0) -> Any:
        return value


def test_a_parameter_may_be_called_like_an_option() -> None:
    total = Fetch() >> Score() >> Total()
    pipeline = linked(Anything(value=total, retry=total))
    assert fed(pipeline)["anything"] == {"value": ("total",), "retry": ("total",)}
    assert task(linked(Anything(value=total, retry=3)), "anything").options.retry is not None


def test_an_input_of_any_type_takes_a_list_of_steps() -> None:
    total = Fetch() >> Score() >> Total()
    assert task(linked(Anything(value=[total, total])), "anything").inputs[0].feed == "collect"


def test_the_order_is_that_of_the_inputs_and_not_of_placing() -> None:
    late = Total("late")
    fetch = Fetch()
    fetch >> Score() >> late
    assert [one.name for one in linked(late).tasks] == ["fetch", "score", "late"]


@given(st.data())
def test_a_random_graph_is_linked_as_it_was_wired(data: st.DataObject) -> None:
    nodes: list[Anything] = []
    wired: dict[str, tuple[str, ...]] = {}
    for number in range(data.draw(st.integers(1, 12))):
        sources = data.draw(st.lists(st.sampled_from(nodes), max_size=3)) if nodes else []
        name = f"task-{number}"
        nodes.append(Many(name, parts=sources) if sources else Many(name))
        wired[name] = tuple(f"task-{nodes.index(one)}" for one in sources)
    pipeline = linked(*nodes)
    assert {one.name: tuple(n for i in one.inputs for n in i.sources) for one in pipeline.tasks} == wired
    place = {one.name: number for number, one in enumerate(pipeline.tasks)}
    assert all(place[source] < place[name] for name, sources in wired.items() for source in sources)


class Many(Anything):
    def run(self, parts: list[Any] | None = None) -> Any:  # type: ignore[override]
        return parts


def test_tracing_the_same_graph_twice_gives_the_same_data() -> None:
    merge = (Fetch() >> [Score("left"), Score("right")]) >> Merge()
    pipeline = Pipeline("test", merge)
    assert traced(*pipeline.sinks) == replace(traced(*pipeline.sinks))  # type: ignore[arg-type]


def test_a_placed_step_says_what_and_where_it_is() -> None:
    assert repr(Score("eu")).startswith("<Score eu at ")
    assert ":" in repr(Pipeline("p", Fetch()))
    assert repr(clean()).startswith("<clean at ")


def test_wiring_alone_never_complains() -> None:
    Fetch() >> Fetch()
    Total(numbers=5, nonsense=Fetch(), retry="often")
    assert refused(lambda: linked(Fetch())) == []
