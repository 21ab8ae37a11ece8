"""A task that runs after failures should be able to do without what a failed task hands on."""

from __future__ import annotations

import pytest

from pipegen.checks import check
from pipegen.ir import Draft, Feed, Input, Options, Pipeline, Port, Step, Task, Trigger
from pipegen.link import link


def pipeline(kind: str, required: bool = True, trigger: Trigger = "all_done", feed: Feed = "one") -> Pipeline:
    steps = {"a": Step("a", "m:A"), "b": Step("b", "m:B", (Port("rows", kind, required),))}
    last = Task("last", "b", (Input("rows", ("first",), feed),), Options(trigger=trigger))
    return link(Draft("p", (Task("first", "a"), last), steps))


@pytest.mark.parametrize("trigger", ["all_done", "one_failed"])
def test_it_is_warned_of_when_it_cannot(trigger: Trigger) -> None:
    (found,) = check(pipeline("list[int]", trigger=trigger))
    assert (found.code, found.severity) == ("PG168", "warning")
    assert found.message == "task 'last' runs after failures, and needs 'rows', which may then be absent"
    assert found.hint == "let 'run' do without it: rows: list[int] | None = None"


@pytest.mark.parametrize(
    "one",
    [
        pipeline("list[int] | None"),
        pipeline("Any"),
        pipeline("object"),
        pipeline("None | dict[str, int | str]"),
        pipeline("list[int]", required=False),
        pipeline("list[int]", feed="collect"),
        pipeline("list[int]", trigger="all_success"),
    ],
)
def test_nothing_is_said_when_it_can(one: Pipeline) -> None:
    assert list(check(one)) == []


def test_none_deep_inside_a_type_does_not_help() -> None:
    assert [found.code for found in check(pipeline("dict[str, int | None]"))] == ["PG168"]
