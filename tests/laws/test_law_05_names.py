"""Law 5: whatever a user calls a step or pipeline, the names are legal and distinct, stable, and traceable."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from compiling import BACKENDS, compiled, compiled_or_refused, documents
from hypothesis import example, given
from random_pipelines import NASTY, STEPS, examples, names, pipelines
from targets import commands, wrong_names
from toys import Toy

from pipegen.backend import Backend
from pipegen.ir import Draft, Options, Pipeline, Task
from pipegen.link import link, name_is_usable

SHORT = examples(30)


def named(pipeline: str, *tasks: str) -> Pipeline:
    made = tuple(Task(name, "fetch", options=Options(image="app:1")) for name in dict.fromkeys(tasks))
    return link(Draft(pipeline, made, STEPS, "flow.py:p"))


def wrong(pipeline: Pipeline, backend: Backend | str) -> list[str]:
    """What is wrong with the names that a backend gives; nothing when all is as it should be."""
    texts = compiled_or_refused(pipeline, backend)
    if texts is None:
        return []
    found = documents(texts)
    problems = [problem for one in found for problem in wrong_names(one)]
    called = [arguments for arguments, _ in commands(found)]
    told = sorted(one.name for one in called)
    if told != sorted(task.name for task in pipeline.tasks):
        problems.append(f"the commands are those of {told}")
    places = [str(one.out) for one in called]
    if len(set(places)) not in (len(places), 1):  # each its own, or each in a container of its own
        problems.append(f"two tasks write to one place: {places}")
    return problems


@pytest.mark.parametrize("backend", BACKENDS)
@SHORT
@given(pipeline=pipelines(rich=False))
@example(pipeline=named("p", *(name for name in NASTY if name_is_usable(name))))
@example(pipeline=named("x" * 500, "x" * 500, "x" * 501, "X" * 500))
@example(pipeline=named("数据", "数据", "数 据", "表"))
@example(pipeline=named("Score EU", "score-eu", "score_eu", "Score EU", "SCORE EU", "score eu"))
def test_names_are_legal_distinct_and_lead_back_to_the_users(backend: str, pipeline: Pipeline) -> None:
    assert wrong(pipeline, backend) == []


@pytest.mark.parametrize("backend", BACKENDS)
@SHORT
@given(name=names)
def test_any_name_will_do_for_a_pipeline(backend: str, name: str) -> None:
    assert wrong(named(name, "fetch"), backend) == []


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_name_stays_when_another_task_comes_to_it(backend: str) -> None:
    before = compiled(named("p", "score-eu", "other"), backend, ignore=True)
    after = compiled(named("p", "score-eu", "other", "new", "score_eu", "Other"), backend, ignore=True)
    for name in ("score-eu", "other"):
        assert _place(before, name) == _place(after, name)


def _place(texts: Mapping[str, str], task: str) -> str:
    return next(str(one.out) for one, _ in commands(documents(texts)) if one.name == task)


TOYS = {
    "a name as it is": lambda p: (
        "stages:\n" + "".join(f"  {_yaml(one.name)}: {_stage(one)}\n" for one in p.tasks)
    ),
    "names cut short": lambda p: (
        "stages:\n" + "".join(f"  {one.name[:3]}: {_stage(one)}\n" for one in p.tasks)
    ),
    "one place for two": lambda p: (
        "stages:\n"
        + "".join(f"  s{n}: {_stage(one, 'out' if n < 2 else f'out{n}')}\n" for n, one in enumerate(p.tasks))
    ),
    "an object as it is": lambda p: f"apiVersion: v1\nkind: CronJob\nmetadata: {{name: {_yaml(p.name)}}}\n",
    "a task forgotten": lambda p: (
        "stages:\n" + "".join(f"  s{n}: {_stage(one)}\n" for n, one in enumerate(p.tasks[1:]))
    ),
    "a label as it is": lambda p: (
        f"apiVersion: v1\nkind: Job\nmetadata: {{name: a, labels: {{n: {_yaml(p.name)}}}}}\n"
    ),
    "two volumes of one name": lambda p: (
        "apiVersion: v1\nkind: Job\nmetadata: {name: a}\n"
        "spec: {volumes: [{name: a}, {name: a}], containers: [{name: A_B}]}\n"
    ),
}


def _yaml(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _stage(task: Task, out: str | None = None) -> str:
    place = out or f"out/{abs(hash(task.name))}"
    return "{cmd: " + _yaml(f"pipegen exec a:B --name '{task.name}' --out {place}") + f", outs: [{place}]}}"


@pytest.mark.parametrize("toy", TOYS)
def test_a_backend_with_such_names_is_noticed(toy: str) -> None:
    pipeline = named("My Pipeline!", "Score EU", "Score US", "Score")
    assert wrong(pipeline, Toy(TOYS[toy])) != []


def test_the_checker_is_content_with_a_backend_that_takes_care() -> None:
    careful = Toy(
        lambda p: "stages:\n" + "".join(f"  s{n}: {_stage(one)}\n" for n, one in enumerate(p.tasks))
    )
    assert wrong(named("My Pipeline!", "Score EU", "Score US"), careful) == []
