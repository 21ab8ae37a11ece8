"""Linking: every name resolves, the order is decided once, cycles are said with their edges."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

import pytest
from drafts import drafts
from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen.errors import Origin, PipegenError
from pipegen.ir import Draft, Input, Parameter, Pipeline, Port, Setting, Step, Task
from pipegen.link import link

ANY = Step("any", "acme:Any", (Port("rows", "Any", required=False), Port("more", "Any", required=False)))
STRICT = Step("strict", "acme:Strict", (Port("rows", "Any"),), settings=(Setting("api.url", "str", False),))
STEPS = {"any": ANY, "strict": STRICT}


def graph(wired: Mapping[str, Sequence[str]], **more: object) -> Draft:
    """Tasks by name, each with what feeds it; task number n stands on line n."""
    tasks = tuple(
        Task(
            name,
            "any",
            (Input("rows", tuple(sources), "chain", Origin("p.py", 100 + line)),) if sources else (),
            origin=Origin("p.py", line),
        )
        for line, (name, sources) in enumerate(wired.items(), start=1)
    )
    return replace(Draft("p", tasks, STEPS), **more)  # type: ignore[arg-type]


def order(draft: Draft) -> list[str]:
    return [task.name for task in link(draft).tasks]


def refused(draft: Draft) -> list[str]:
    with pytest.raises(PipegenError) as error:
        link(draft)
    return [str(one).replace("error[", "[") for one in error.value.diagnostics]


def test_tasks_come_after_what_feeds_them_and_otherwise_as_declared() -> None:
    assert order(graph({"c": "", "a": "", "b": ""})) == ["c", "a", "b"]
    assert order(graph({"c": ["a"], "b": "", "a": ""})) == ["b", "a", "c"]
    assert order(graph({"d": "bc", "c": "a", "b": "a", "a": ""})) == ["a", "c", "b", "d"]


@settings(max_examples=50)
@given(drafts(), st.randoms())
def test_the_order_runs_and_is_decided_once(draft: Draft, chance: random.Random) -> None:
    shuffled = list(draft.tasks)
    chance.shuffle(shuffled)
    linked = link(replace(draft, tasks=tuple(shuffled)))
    place = {task.name: number for number, task in enumerate(linked.tasks)}
    assert all(place[name] < place[task.name] for task in linked.tasks for name in task.upstream)
    assert link(linked) == linked
    assert sorted(place) == sorted(task.name for task in draft.tasks)


@settings(max_examples=50)
@given(drafts())
def test_linking_changes_nothing_but_the_order(draft: Draft) -> None:
    linked = link(draft)
    assert isinstance(linked, Pipeline)
    by_name = {task.name: task for task in draft.tasks}
    assert all(by_name[task.name] is task for task in linked.tasks)
    same = replace(linked, tasks=draft.tasks)
    assert all(getattr(same, name) == getattr(draft, name) for name in Draft.__slots__)


def test_a_chain_of_a_hundred_thousand_tasks_links() -> None:
    names = [f"t{number}" for number in range(100_000)]
    wired = {name: [names[number - 1]] if number else [] for number, name in enumerate(names)}
    backwards = dict(reversed(wired.items()))
    assert order(graph(backwards)) == names


def test_a_cycle_of_twenty_thousand_tasks_is_found_and_told_in_one_line() -> None:
    names = [f"t{number}" for number in range(20_000)]
    (said,) = refused(graph({name: [names[number - 1]] for number, name in enumerate(names)}))
    assert said.startswith("p.py:101: [PG153]: cycle: 't19999' -> 't0' -> 't1' -> 't2' -> ... -> 't19996'")


CYCLES: list[tuple[dict[str, Sequence[str]], list[str]]] = [
    ({"a": "a"}, ["p.py:101: [PG153]: task 'a' feeds itself"]),
    ({"a": "b", "b": "a"}, ["p.py:101: [PG153]: cycle: 'b' -> 'a' -> 'b'"]),
    (
        {"a": "", "b": "ad", "c": "b", "d": "c", "e": "d"},
        ["p.py:102: [PG153]: cycle: 'd' -> 'b' -> 'c' -> 'd'"],
    ),
    (
        {"a": "b", "b": "a", "c": "d", "d": "c"},
        ["p.py:101: [PG153]: cycle: 'b' -> 'a' -> 'b'", "p.py:103: [PG153]: cycle: 'd' -> 'c' -> 'd'"],
    ),
    (
        {"a": "bc", "b": "a", "c": "a"},
        ["p.py:101: [PG153]: cycle: 'b' -> 'a' -> 'b'", "p.py:101: [PG153]: cycle: 'c' -> 'a' -> 'c'"],
    ),
    (
        {"a": "ab", "b": "ba"},
        [
            "p.py:101: [PG153]: cycle: 'b' -> 'a' -> 'b'",
            "p.py:101: [PG153]: task 'a' feeds itself",
            "p.py:102: [PG153]: task 'b' feeds itself",
        ],
    ),
]


@pytest.mark.parametrize(("wired", "expected"), CYCLES, ids=[str(w) for w, _ in CYCLES])
def test_every_cycle_is_said_once_at_the_edge_that_is_written_first(
    wired: dict[str, Sequence[str]], expected: list[str]
) -> None:
    assert [line.partition(" (")[0] for line in refused(graph(wired))] == expected


@given(st.permutations(range(6)), st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), max_size=12))
def test_the_report_of_cycles_does_not_depend_on_the_order_of_tasks(
    places: list[int], edges: list[tuple[int, int]]
) -> None:
    draft = graph({f"t{n}": [f"t{a}" for a, b in edges if b == n] for n in range(6)})
    shuffled = replace(draft, tasks=tuple(draft.tasks[n] for n in places))
    try:
        assert len(order(draft)) == len(order(shuffled)) == 6
    except PipegenError:
        assert refused(draft) == refused(shuffled)


def test_a_graph_in_which_everything_feeds_everything_is_reported_in_few_lines() -> None:
    names = [f"t{n}" for n in range(60)]
    assert len(refused(graph(dict.fromkeys(names, names)))) == 20


def test_breaking_the_edges_that_are_said_leaves_a_graph_that_links() -> None:
    wired: dict[str, list[str]] = {"a": ["c", "d"], "b": ["a"], "c": ["b"], "d": ["b", "e"], "e": ["d"]}
    for _ in range(5):
        try:
            assert len(order(graph(wired))) == 5
            return
        except PipegenError as error:
            for one in error.diagnostics:
                source, target = one.message.split("'")[1::2][:2]
                if source in wired[target]:
                    wired[target].remove(source)
    pytest.fail("still a cycle")


def strict(name: str, *inputs: Input) -> Draft:
    return graph(
        {"a": ""}, tasks=(*graph({"a": ""}).tasks, Task(name, "strict", inputs, origin=Origin("p.py", 7)))
    )


UNRESOLVED: list[tuple[Draft, list[str]]] = [
    (
        graph({"a": "x", "abc": ""}),
        ["p.py:101: [PG152]: task 'a' is fed by 'x', which is no task of pipeline 'p'"],
    ),
    (
        graph({"fetch": "", "b": ["fecth"]}),
        ["p.py:102: [PG152]: task 'b' is fed by 'fecth', which is no task of pipeline 'p'"],
    ),
    (graph({}), ["[PG130]: pipeline 'p' has no tasks"]),
    (graph({"a": ""}, on_exit=Task("a", "any")), ["[PG151]: two tasks are called 'a'"]),
    (
        graph({"a": ""}, on_exit=Task("end", "any", (Input("rows", ("a",)),))),
        ["[PG134]: the on_exit step of pipeline 'p' has inputs"],
    ),
    (graph({"a": ""}, on_exit=Task("end", "anny")), ["[PG154]: task 'end' is of step 'anny'"]),
    (graph({"\x00": ""}), ["p.py:1: [PG155]: '\\x00' cannot be a task's name"]),
    (graph({"a": ""}, name="\u200b"), ["[PG155]: '\\u200b' cannot be a pipeline's name"]),
    (graph({"a": ""}, steps={"any": ANY, "other": STRICT}), ["[PG157]: step 'strict' is kept as 'other'"]),
    (strict("b"), ["p.py:7: [PG125]: input 'rows' of task 'b' is fed by nothing"]),
    (
        graph({"a": ""}, steps={"any": replace(ANY, inputs=(), mode="row")}),
        ["p.py:1: [PG116]: task 'a' runs row by row but takes no input"],
    ),
    (
        strict("b", Input("rows", ("a",)), Input("roes", ("a",))),
        ["p.py:7: [PG121]: task 'b' of step 'strict' has no input 'roes'"],
    ),
    (
        strict("b", Input("rows", ("a",)), Input("rows", ("a",))),
        ["p.py:7: [PG124]: input 'rows' of task 'b' is fed twice"],
    ),
    (
        strict("b", Input("rows", ("a", "a"))),
        ["p.py:7: [PG156]: input 'rows' of task 'b' has 2 sources for feed 'one'"],
    ),
    (strict("b", Input("rows", (), "collect")), ["p.py:7: [PG156]: input 'rows' of task 'b' has no source"]),
    (
        graph({"a": ""}, parameters=(Parameter("x", (("b", "limit"),)),)),
        ["[PG131]: parameter 'x' sets task 'b', which the pipeline does not have"],
    ),
    (
        replace(strict("b", Input("rows", ("a",))), parameters=(Parameter("x", (("b", "api.urk"),)),)),
        ["[PG131]: parameter 'x' sets 'api.urk', which is no setting of task 'b'"],
    ),
]


@pytest.mark.parametrize(("draft", "expected"), UNRESOLVED, ids=[e[0][-50:] for _, e in UNRESOLVED])
def test_what_does_not_resolve_is_said(draft: Draft, expected: list[str]) -> None:
    said = refused(draft)
    for line in expected:
        assert any(one.startswith(line) for one in said), said
    assert {code_of(one) for one in said} == {code_of(line) for line in expected}


def code_of(line: str) -> str:
    return line.partition("[")[2][:5]


def test_a_parameter_may_set_a_model_as_a_whole() -> None:
    draft = strict("b", Input("rows", ("a",)))
    for field in ("api.url", "api"):
        link(replace(draft, parameters=(Parameter("x", (("b", field),)),)))


def test_everything_unresolved_is_said_together() -> None:
    said = refused(graph({"": "x", "b": "y", "c": "c"}, on_exit=Task("b", "nothing")))
    assert [code_of(line) for line in said] == ["PG151", "PG154", "PG155", "PG152", "PG152", "PG153"]
