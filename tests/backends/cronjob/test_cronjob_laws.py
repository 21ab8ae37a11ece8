"""Whatever a pipeline is called and made of: legal, in order, literal, the same each time, nothing dropped."""

from __future__ import annotations

import json
import re
import time
from dataclasses import replace

import pytest
from hypothesis import given, settings
from kubelet import expand
from made_up import pipelines
from pod_pipelines import containers, generated, text_of
from reviews_by_hand import PLAIN, pipeline, task

from pipegen.backend import FEATURES, features_of
from pipegen.backends.cronjob import CronJobBackend
from pipegen.checks import unsupported
from pipegen.ir import Cache, Options, Parameter, Pipeline, Resources, Retry

LABEL = re.compile(r"[a-z0-9]([-a-z0-9]*[a-z0-9])?").fullmatch


@given(pipelines())
@settings(max_examples=40)
def test_names_are_legal_and_distinct(one: Pipeline) -> None:
    data = generated(one)
    assert LABEL(data["metadata"]["name"]) and len(data["metadata"]["name"]) <= 52
    names = [each["name"] for each in containers(data)]
    assert len(set(names)) == len(names) == len(one.tasks)
    assert all(LABEL(name) and len(name) <= 63 for name in names)


@given(pipelines())
@settings(max_examples=40)
def test_every_task_comes_after_those_that_feed_it_and_reads_what_they_write(one: Pipeline) -> None:
    written: dict[str, str] = {}
    for made, of in zip(containers(generated(one)), one.tasks, strict=True):
        words = made["args"]
        read = [words[n + 1].split("=", 1) for n, word in enumerate(words) if word == "--in"]
        wanted = [[each.name, written[name]] for each in of.inputs for name in each.sources]
        assert read == wanted
        out = words[words.index("--out") + 1]
        assert out not in written.values()
        written[of.name] = out


@given(pipelines())
@settings(max_examples=40)
def test_text_arrives_as_it_was_given(one: Pipeline) -> None:
    data = generated(one)
    assert data["metadata"].get("annotations", {}).get("kubernetes.io/description", "") == one.description
    surroundings = {"HOME": "leaked", "X": "leaked"}
    for made, of in zip(containers(data), one.tasks, strict=True):
        words = [expand(word, surroundings) for word in made["args"]]
        assert of.name in words or f"--name={of.name}" in words
        env = {each["name"]: expand(each["value"], surroundings) for each in made["env"]}
        given_here = {name: value for name, value in of.options.env.items() if name in env}
        assert {name: env[name] for name in given_here} == given_here
        assert set(of.options.env) - set(env) <= ({"SCORE__MODEL"} if of.step != "score" else set())
        for parameter in one.parameters:
            if (of.name, "model") in parameter.targets:
                assert (
                    parameter.default in env.values()
                    or f"model={json.dumps(parameter.default, ensure_ascii=False)}" in words
                )


@given(pipelines())
@settings(max_examples=20)
def test_the_same_pipeline_gives_the_same_text_without_anything_of_this_machine(one: Pipeline) -> None:
    assert text_of(one) == text_of(one)


USES: dict[str, Pipeline] = {
    "timeout": pipeline("p", task("fetch", options=replace(PLAIN, timeout="5m"))),
    "retry": pipeline("p", task("fetch", options=replace(PLAIN, retry=Retry(2)))),
    "cpu": pipeline("p", task("fetch", options=replace(PLAIN, resources=Resources(cpu="1")))),
    "memory": pipeline("p", task("fetch", options=replace(PLAIN, resources=Resources(memory="1Gi")))),
    "ephemeral_storage": pipeline(
        "p", task("fetch", options=replace(PLAIN, resources=Resources(ephemeral_storage="1Gi")))
    ),
    "gpu": pipeline("p", task("fetch", options=replace(PLAIN, resources=Resources(gpu=1)))),
    "cache_key": pipeline("p", task("fetch", options=replace(PLAIN, cache=Cache(key=("v2",))))),
    "image": pipeline("p", task("fetch", options=Options(image="other:1"))),
    "env": pipeline("p", task("fetch", options=replace(PLAIN, env={"A": "1"}))),
    "labels": pipeline("p", task("fetch", options=replace(PLAIN, labels={"team": "a"}))),
    "metadata": pipeline("p", task("fetch", options=replace(PLAIN, metadata={"owner": "me"}))),
    "schedule": pipeline("p", task("fetch")),
    "timezone": pipeline("p", task("fetch")),
    "concurrency": pipeline("p", task("fetch"), concurrency="allow"),
    "deadline": pipeline("p", task("fetch"), deadline="1h"),
    "description": pipeline("p", task("fetch"), description="words"),
    "pipeline_labels": pipeline("p", task("fetch"), labels={"team": "a"}),
    "parameters": pipeline(
        "p", task("score"), parameters=(Parameter("m", (("score", "model"),), "x", True),)
    ),
    "on_failure": pipeline("p", task("fetch"), on_failure=task("score")),
    "on_exit": pipeline("p", task("fetch"), on_exit=task("score")),
    "trigger_all_done": pipeline(
        "p", task("fetch"), task("score", reviews="fetch", options=replace(PLAIN, trigger="all_done"))
    ),
    "trigger_one_failed": pipeline(
        "p", task("fetch"), task("score", reviews="fetch", options=replace(PLAIN, trigger="one_failed"))
    ),
}
ALWAYS = {"cache_off", "streaming", "row"}  # a run starts with nothing, and exec reads the mode from the step


def test_every_feature_of_a_pipeline_has_a_case() -> None:
    assert {*USES, *ALWAYS} == set(FEATURES)


@pytest.mark.parametrize("feature", USES)
def test_a_feature_changes_the_file_or_is_refused_with_a_reason(feature: str) -> None:
    one = USES[feature]
    assert feature in [use.feature for use in features_of(one)]
    said = CronJobBackend.can.of(feature)
    refused = [each.message for each in unsupported(one, "cronjob", CronJobBackend.can)]
    if said.how == "refused":
        assert any(said.note in message for message in refused)
    else:
        assert not refused
        without = {"task": task("fetch"), "schedule": one.schedule}
        if feature in ("schedule", "timezone"):
            without["schedule"] = replace(one.schedule, timezone=None) if feature == "timezone" else None  # type: ignore[type-var]
        plain = task("score") if feature == "parameters" else task("fetch")
        assert text_of(one) != text_of(pipeline("p", plain, schedule=without["schedule"]))


def test_a_thousand_tasks_take_time_in_proportion() -> None:
    def took(number: int) -> float:
        tasks = [task("t0", "report")]
        tasks += [
            task(f"t{n}", "report", *{f"t{max(0, n - k)}" for k in (1, 2, 3)}) for n in range(1, number)
        ]
        one = pipeline("p", *tasks)
        before = time.process_time()
        text_of(one)
        return time.process_time() - before

    took(100)
    assert took(2000) < 16 * max(took(500), 0.05)
