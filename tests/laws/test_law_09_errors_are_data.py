"""Law 9: errors have a code, a place and a hint; all are reported at once, in an order that is always the same."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from random_pipelines import STEPS, examples, pipelines
from sample import pipegen, write

from pipegen.checks import check
from pipegen.codes import every_code
from pipegen.errors import Diagnostic, Origin, PipegenError, in_order
from pipegen.ir import Draft, Input, Options, Parameter, Pipeline, Resources, Retry, Schedule, Task
from pipegen.link import link

CODES = every_code()


def faults(said: Sequence[Diagnostic]) -> list[str]:
    """What is wrong with a report itself; nothing when all is as it should be."""
    found = [f"{one.code} is not explained" for one in said if one.code not in CODES]
    found += [f"{one.code} says nothing" for one in said if not one.message.strip()]
    found += [f"{one.code} shouts" for one in said if one.message[:1].isupper() and one.message[:2].isalpha()]
    found += [
        f"{one.code} shows code of Python"
        for one in said
        if "Traceback" in one.message or " object at 0x" in one.message
    ]
    if list(said) != list(in_order(said)):
        found.append("they are not in order")
    if len(set(said)) < len(said):
        found.append("something is said twice")
    return found


def report(call: Callable[[], object]) -> tuple[Diagnostic, ...]:
    try:
        call()
    except PipegenError as error:
        return error.diagnostics
    return ()


# One mistake a line, each a statement that can stand anywhere among the others.
MISTAKES = {
    "PG121": "p1 = Pipeline('p1', fetch() >> score(rosw=fetch('f1')))",
    "PG122": "p2 = Pipeline('p2', score(rows=[1, 2]))",
    "PG125": "p3 = Pipeline('p3', score())",
    "PG126": "p4 = Pipeline('p4', fetch('f4') >> total('t4'))",
    "PG118": "p5 = Pipeline('p5', fetch('f5', retry='often'))",
    "PG130": "p6 = Pipeline('p6')",
    "PG136": "p7 = Pipeline('p7', fetch('f7'), labels=5)",
    "PG132": "p8 = Pipeline('p8', fetch('f8'), parameters=[Parameter('a b', 'f8.limit')])",
}
HEAD = """
from pipegen import Parameter, Pipeline, step
@step
def fetch() -> list[str]: ...
@step
def score(rows: list[str]) -> list[int]: ...
@step
def total(numbers: list[int]) -> int: ...
"""


def said_of(folder: Path, lines: Sequence[str]) -> list[dict[str, object]]:
    folder.mkdir()
    write(folder, {"pyproject.toml": "[project]\nname='acme'\n", "flow.py": HEAD + "\n".join(lines) + "\n"})
    done = pipegen(folder, "check", "flow.py", "--json")
    assert done.returncode == 1, done.stderr
    found: list[dict[str, object]] = json.loads(done.stdout)["diagnostics"]
    return found


def test_every_mistake_in_a_module_is_said_at_once_with_its_line(tmp_path: Path) -> None:
    lines = list(MISTAKES.values())
    said = said_of(tmp_path / "a", lines)
    first = HEAD.count("\n") + 1
    for number, code in enumerate(MISTAKES, start=first):
        about = [one for one in said if one["line"] == number]
        assert code in {one["code"] for one in about}, code
    assert all(one["file"] == "flow.py" and one["hint"] for one in said)
    assert [one["line"] for one in said] == sorted(one["line"] for one in said)  # type: ignore[type-var]


def test_the_order_of_statements_changes_only_the_lines(tmp_path: Path) -> None:
    lines = list(MISTAKES.values())
    first = HEAD.count("\n") + 1

    def by_statement(order: Sequence[str], folder: Path) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {line: [] for line in order}
        for one in said_of(folder, order):
            assert isinstance(one["line"], int)
            found[order[one["line"] - first]].append(f"{one['code']}: {one['message']}")
        return found

    expected = by_statement(lines, tmp_path / "straight")
    for seed in range(3):
        shuffled = random.Random(seed).sample(lines, len(lines))
        assert by_statement(shuffled, tmp_path / str(seed)) == expected


def broken(pipeline: Pipeline) -> Draft:
    """The pipeline with many mistakes, of which each has a place of its own."""
    bad = Options(
        retry=Retry(-1), timeout="soon", resources=Resources(cpu="lots"), image="no image", env={"1": ""}
    )
    tasks = tuple(
        replace(one, options=bad, origin=Origin("flow.py", 10 + n)) for n, one in enumerate(pipeline.tasks)
    )
    lost = Task("lost", "nothing", (Input("rows", ("nowhere",)),), origin=Origin("flow.py", 90))
    circle = Task("circle", "score", (Input("rows", ("circle",)),), origin=Origin("flow.py", 91))
    parameters = (Parameter("x", (("nobody", "limit"),), origin=Origin("flow.py", 92)),)
    return replace(
        Draft(pipeline.name, (*tasks, lost, circle, replace(lost, origin=Origin("flow.py", 93))), STEPS),
        parameters=parameters,
        schedule=Schedule("soon", "nowhere"),
        deadline="never",
        origin=Origin("flow.py", 3),
    )


def shuffled(draft: Draft, chance: random.Random) -> Draft:
    """The same, with everything that has no order of its own in another one."""
    tasks, steps = list(draft.tasks), list(draft.steps.items())
    chance.shuffle(tasks)
    chance.shuffle(steps)
    return replace(draft, tasks=tuple(tasks), steps=dict(steps))


@examples(40)
@given(pipeline=pipelines(rich=False), chance=st.randoms())
def test_the_report_on_a_document_does_not_depend_on_the_order_of_its_parts(
    pipeline: Pipeline, chance: random.Random
) -> None:
    draft = broken(pipeline)
    said = report(lambda: link(draft))
    assert {one.code for one in said} >= {"PG131", "PG151", "PG152", "PG153", "PG154"}
    assert faults(said) == []
    assert report(lambda: link(shuffled(draft, chance))) == said


@examples(40)
@given(pipeline=pipelines(rich=False), chance=st.randoms())
def test_neither_does_the_report_of_the_checks(pipeline: Pipeline, chance: random.Random) -> None:
    fixed = replace(broken(pipeline), parameters=())
    linkable = replace(fixed, tasks=fixed.tasks[: len(pipeline.tasks)])
    one, other = link(linkable), link(shuffled(linkable, chance))
    said = in_order(check(one))
    assert {found.code for found in said} >= {"PG161", "PG162", "PG163", "PG164", "PG165", "PG166"}
    assert faults(said) == []
    assert {str(found) for found in said} == {str(found) for found in in_order(check(other))}


DIAGNOSTICS = [
    Diagnostic("PG101", "a", Origin("b.py", 2)),
    Diagnostic("PG102", "b", Origin("a.py", 9)),
    Diagnostic("PG101", "b", Origin("a.py", 9)),
    Diagnostic("PG101", "c"),
]


def test_any_order_of_finding_gives_one_order_of_telling() -> None:
    assert len({in_order(order) for order in permutations(DIAGNOSTICS)}) == 1
    assert in_order([*DIAGNOSTICS, *DIAGNOSTICS]) == in_order(DIAGNOSTICS)


def first_only(draft: Draft) -> Iterator[Diagnostic]:
    """A checker that stops at the first mistake, whichever that is."""
    for task in draft.tasks:
        if task.step not in draft.steps or task.options.timeout == "soon":
            yield Diagnostic("PG154", f"task '{task.name}' is wrong", task.origin, "look")
            return


PLANTED: Mapping[str, tuple[Diagnostic, ...]] = {
    "an unknown code": (Diagnostic("PG999", "something"),),
    "no words": (Diagnostic("PG101", " "),),
    "a capital": (Diagnostic("PG101", "Something went wrong"),),
    "an address": (Diagnostic("PG101", "<Step object at 0x7f00>"),),
    "the wrong order": tuple(reversed(in_order(DIAGNOSTICS))),
    "twice": (DIAGNOSTICS[0], DIAGNOSTICS[0]),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_report_with_such_a_fault_is_noticed(planted: str) -> None:
    assert faults(PLANTED[planted])


@examples(30)
@given(pipeline=pipelines(most=4, rich=False))
def test_a_checker_that_stops_at_the_first_mistake_is_noticed(pipeline: Pipeline) -> None:
    draft = broken(pipeline)
    reports = {tuple(first_only(shuffled(draft, random.Random(seed)))) for seed in range(20)}
    assert len(reports) > 1
