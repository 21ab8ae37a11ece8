"""Whatever a pipeline is called and made of: legal, in order, literal, the same each time, nothing dropped."""

from __future__ import annotations

import json
import re

import pytest
from argo_made_up import many, pipelines
from argo_pipelines import config, documents, text_of
from controller import Call, Controller
from hypothesis import given, settings
from hypothesis import strategies as st
from validators.validate import examine

from pipegen.ir import Pipeline, Task
from pipegen.names import legal_names
from pipegen.runtime.arguments import Arguments, parse

NAME = re.compile(r"[a-z]([-a-z0-9]*[a-z0-9])?").fullmatch
VOLUME = "artifacts: {store: volume}"


def calls_of(one: Pipeline, values: str = "") -> dict[str, tuple[Task, Call, Arguments]]:
    """Each task with the container that would run for it, by the name that the command gives it."""
    found = {}
    tasks = {task.name: task for task in one.every_task}
    for call in Controller(documents(one, values)).calls():
        arguments = parse(call.words[2:])
        assert call.words[:2] == ["pipegen", "exec"]
        assert arguments.name not in found
        found[arguments.name] = tasks[arguments.name], call, arguments
    assert sorted(found) == sorted(task.name for task in one.tasks)
    return found


@given(st.lists(pipelines(), min_size=20, max_size=20))
@settings(max_examples=5)
def test_any_pipeline_is_accepted(several: list[Pipeline]) -> None:
    for answer in examine([text_of(one) for one in several]):
        assert [str(one) for one in answer.findings] == []
        assert answer.pods


@given(pipelines())
@settings(max_examples=40)
def test_names_are_legal_and_distinct(one: Pipeline) -> None:
    (data,) = documents(one)
    meta = data["metadata"]
    limit = 52 if data["kind"] == "CronWorkflow" else 57
    own = meta.get("name") or meta["generateName"].removesuffix("-")
    assert NAME(own) and len(own) <= limit
    found = Controller([data])
    tasks = [task["name"] for task in found.own["main"]["dag"]["tasks"]]
    for names in (tasks, list(found.own)):
        assert len(set(names)) == len(names)
        assert all(NAME(name) and len(name) <= 63 for name in names)


@pytest.mark.parametrize("values", ["", VOLUME])
@given(one=pipelines())
@settings(max_examples=40)
def test_every_task_reads_what_those_before_it_write(values: str, one: Pipeline) -> None:
    found = calls_of(one, values)
    written = {name: call.output or str(arguments.out) for name, (_, call, arguments) in found.items()}
    assert len(set(written.values())) == len(written)
    for task, call, arguments in found.values():
        for wanted, given_input in zip(task.inputs, arguments.inputs, strict=True):
            assert (wanted.name, wanted.feed) == (given_input.parameter, given_input.feed)
            paths = [str(folder) for folder in given_input.folders]
            assert [call.inputs.get(path, path) for path in paths] == [
                written[name] for name in wanted.sources
            ]
            assert given_input.optional == (task.options.trigger != "all_success")


@given(pipelines())
@settings(max_examples=60)
def test_text_arrives_as_it_was_given(one: Pipeline) -> None:
    (data,) = documents(one)
    said = data["metadata"].get("annotations", {}).get("workflows.argoproj.io/description", "")
    assert said == one.description
    for task, call, arguments in calls_of(one).values():
        env = {**call.env, **arguments.env}
        own = {
            name: text
            for name, text in task.options.env.items()
            if name != "SCORE__MODEL" or task.step == "score"
        }
        assert {name: env.get(name) for name in own} == own
        assert arguments.target == one.steps[task.step].entrypoint
        metadata = call.template.get("metadata", {})
        assert metadata.get("labels", {}) == task.options.labels
        kept = metadata.get("annotations", {}).get("pipegen.dev/metadata", "{}")
        assert json.loads(kept) == task.options.metadata


@given(pipelines())
@settings(max_examples=20)
def test_the_same_comes_out_each_time(one: Pipeline) -> None:
    assert text_of(one) == text_of(one)


@given(many(), st.sampled_from(["auto", "inline", "shards"]))
@settings(max_examples=8)
def test_a_large_graph_keeps_every_task_and_every_order(one: Pipeline, layout: str) -> None:
    found = calls_of(one, f"layout: {layout}")
    names = legal_names(found, limit=63)
    place = {name: number for number, name in enumerate(found)}
    for name, (task, call, _) in found.items():
        assert all(place[source] < place[name] for source in task.upstream)
        assert sorted(call.inputs.values()) == sorted(f"run-1/{names[one]}" for one in task.upstream)


@given(many())
@settings(max_examples=5)
def test_a_large_graph_is_accepted(one: Pipeline) -> None:
    (answer,) = examine([text_of(one, "layout: shards")])
    assert [str(found) for found in answer.findings] == []


def test_values_for_the_laws_are_what_they_seem() -> None:
    assert config(VOLUME).artifacts.store == "volume"
