"""What one pod cannot do, or no cluster would take, is refused in words before anything is written."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pod_pipelines import cautions, config, generated, pod_of, refusals, text_of
from reviews_by_hand import FETCH, NIGHTLY, PLAIN, STEPS, pipeline, task

from pipegen.errors import PipegenError
from pipegen.ir import Cache, Options, Parameter, Pipeline, Schedule, Setting

PLAIN_ONE = pipeline()
LABELLED = pipeline(
    "p", task("fetch", options=replace(PLAIN, labels={"a": "b"})), task("score", reviews="fetch")
)
NEEDED = {**STEPS, "fetch": replace(FETCH, settings=(Setting("url", "str", required=True),))}
URL = (Parameter("url", (("fetch", "url"),)),)

REFUSED: list[tuple[Pipeline, str, str, str]] = [
    (PLAIN_ONE, "{workers: 2}", "PG551", "cronjob.workers is for mode 'engine'"),
    (
        pipeline("p", task("fetch", options=replace(PLAIN, env={"A": "\0"}))),
        "",
        "PG505",
        "a null character in variable 'A' of task",
    ),
    (
        pipeline("p", task("fetch", options=replace(PLAIN, cache=Cache(key=("a\0b",))))),
        "",
        "PG505",
        "in the command of task 'fetch'",
    ),
    (PLAIN_ONE, "{steps: {score: {node_selector: {a: b}}}}", "PG552", "all tasks run in one pod"),
    (PLAIN_ONE, "{steps: {scor: {pull_policy: Always}}}", "PG521", "'scor', which is no task or step"),
    (pipeline(labels={"a b": "c"}), "", "PG553", "the label 'a b' has no legal key"),
    (pipeline(labels={"a": "b c"}), "", "PG553", "the label 'a' has the value 'b c', which is not legal"),
    (pipeline(labels={"x/y/z": "1"}), "", "PG553", "the label 'x/y/z' has no legal key"),
    (PLAIN_ONE, "{node_selector: {a: ü}}", "PG553", "the label 'a' has the value 'ü'"),
    (PLAIN_ONE, "{annotations: {'a b': c}}", "PG553", "the annotation 'a b' has no legal key"),
    (pipeline(description="x" * 300_000), "", "PG553", "at most 262144 fit"),
    (LABELLED, "", "PG554", "task 'fetch' has a label 'a' that not every task has"),
    (PLAIN_ONE, "{patch: {$retainKeys: [a]}}", "PG555", "the cronjob.patch has '$retainKeys'"),
    (PLAIN_ONE, "{patch: [{op: remove, path: /x}]}", "PG555", "the cronjob.patch cannot be applied"),
    (PLAIN_ONE, "{object_patch: [{op: remove, path: /spec/x}]}", "PG555", "names a place that is not there"),
    (PLAIN_ONE, "{container_patch: [{op: jump, path: /a}]}", "PG555", "none of add, remove, replace, move"),
    (
        PLAIN_ONE,
        "{sidecars: [{name: fetch, image: a}]}",
        "PG556",
        "2 containers of the pod are called 'fetch'",
    ),
    (PLAIN_ONE, "{sidecars: [{image: a}]}", "PG556", "has no name"),
    (PLAIN_ONE, "{mounts: {a: {path: /a, claim: a}, b: {path: /a/, claim: b}}}", "PG557", "are both at /a"),
    (
        PLAIN_ONE,
        "{mounts: {a: {path: /pipegen/artifacts, claim: a}}}",
        "PG557",
        "'artifacts' and 'a' of task",
    ),
    (
        pipeline(concurrency="allow"),
        "{artifacts: {claim: a, per_run: false}}",
        "PG559",
        "runs of pipeline 'reviews' may overlap in one folder of claim 'a'",
    ),
    (pipeline(steps=NEEDED, parameters=URL), "", "PG560", "task 'fetch' needs parameter 'url'"),
    (pipeline("p", task("fetch", options=Options())), "", "PG524", "task 'fetch' has no image"),
]


@pytest.mark.parametrize(("one", "values", "code", "words"), REFUSED)
def test_it_is_refused_in_these_words(one: Pipeline, values: str, code: str, words: str) -> None:
    found = refusals(one, values)
    assert {each for each, _ in found} == {code}
    assert words in found[0][1]


def test_everything_wrong_is_said_at_once() -> None:
    values = "{workers: 2, steps: {score: {grace: 5s}}, sidecars: [{name: fetch}]}"
    assert {code for code, _ in refusals(LABELLED, values)} == {"PG551", "PG552", "PG554", "PG556"}


def test_labels_that_all_tasks_share_are_the_pods_and_others_may_be_left_out() -> None:
    labels = [{"a": "1", "b": "2"}, {"a": "1", "b": "3"}]
    fetch, score = (replace(PLAIN, labels=one) for one in labels)
    one = pipeline("p", task("fetch", options=fetch), task("score", reviews="fetch", options=score))
    assert [code for code, _ in refusals(one)] == ["PG554", "PG554"]
    left_out = generated(one, "{ignore: [labels]}")["spec"]["jobTemplate"]["spec"]["template"]["metadata"]
    assert "a" not in left_out["labels"]
    same = pipeline("p", task("fetch", options=fetch), task("score", reviews="fetch", options=fetch))
    found = generated(same)["spec"]["jobTemplate"]["spec"]["template"]["metadata"]
    assert (found["labels"]["a"], found["labels"]["b"]) == ("1", "2")


@pytest.mark.parametrize("values", ["{secrets: {P__URL: {name: a}}}", "{config: {FETCH__URL: {name: a}}}"])
def test_a_parameter_without_a_default_may_come_from_the_cluster(values: str) -> None:
    one = pipeline("p", task("fetch"), steps=NEEDED, parameters=URL)
    assert refusals(one, values) == []


WRONG_VALUES = [
    ("{artifacts: {claim: a, storage_class: b, size: 1Gi}}", "'cronjob.artifacts.storage_class'"),
    ("{artifacts: {claim: a, size: 1Gi}}", "'cronjob.artifacts.size'"),
    ("{artifacts: {storage_class: a}}", "a volume needs a size"),
    ("{artifacts: {claim: a, memory: true}}", "artifacts are either in memory or on a volume"),
    ("{artifacts: {per_run: false}}", "without a claim every run has a folder of its own"),
    ("{mounts: {a: {path: /a, empty: much}}}", "'much' is not a quantity"),
    ("{ttl: soon}", "'soon' is not a duration"),
    ("{tmp_size: much}", "'much' is not a quantity"),
    ("{name: Ü}", "'Ü' is not a DNS label"),
    ("{keep_failed: -1}", "-1 is too small"),
]


@pytest.mark.parametrize(("values", "words"), WRONG_VALUES)
def test_values_that_make_no_sense_are_refused_where_they_stand(values: str, words: str) -> None:
    with pytest.raises(PipegenError) as caught:
        config(values)
    assert words in str(caught.value)
    assert "values.yaml:1:" in str(caught.value)


def test_large_pipelines_are_told_what_they_cost_and_refused_when_no_cluster_takes_them() -> None:
    def chain(number: int) -> Pipeline:
        first = task("t0", "report")
        return pipeline("p", first, *(task(f"t{n}", "report", f"t{n - 1}") for n in range(1, number)))

    assert cautions(chain(100)) == []
    assert [code for code, _ in cautions(chain(101))] == ["PG562"]
    assert [code for code, _ in cautions(chain(700))] == ["PG562", "PG563"]
    assert "# 101 containers start one after the other; on a real cluster 50 took" in text_of(chain(101))
    assert "(use `kubectl apply --server-side`)" in text_of(chain(700))
    assert [code for code, _ in refusals(chain(4000))] == ["PG558"]


def test_a_graph_that_is_no_chain_is_told_about_argo_unless_it_is_meant_so() -> None:
    wide = pipeline("p", task("fetch"), task("score"), task("report", scores="score", reviews="fetch"))
    assert [code for code, _ in cautions(wide)] == ["PG561"]
    assert "for that use argo" in text_of(wide)
    assert cautions(wide, "{sequential: true}") == cautions(PLAIN_ONE) == []
    assert "argo" not in text_of(wide, "{sequential: true}")


@pytest.mark.parametrize(
    ("schedule", "values", "keys"),
    [
        (None, "{keep_failed: 1, keep_successful: 1, starting_deadline: 5m}", 3),
        (None, "{generate_name: true, suspend: true}", 0),
        (NIGHTLY, "{generate_name: true, keep_failed: 1}", 1),
    ],
)
def test_keys_that_change_nothing_are_named(schedule: Schedule | None, values: str, keys: int) -> None:
    assert [code for code, _ in cautions(pipeline(schedule=schedule), values)] == ["PG564"] * keys
    assert "changes nothing" not in text_of(pipeline(schedule=schedule), values)


def test_a_job_of_its_own_never_overlaps() -> None:
    assert [code for code, _ in cautions(pipeline(schedule=None, concurrency="allow"))] == ["PG564"]


def test_tasks_that_are_named_alike_get_containers_of_their_own() -> None:
    one = pipeline("p", task("Score EU", "score"), task("score-eu", "score"), task("ü", "score"))
    pod = pod_of(generated(one))
    names = [each["name"] for each in (*pod["initContainers"], *pod["containers"])]
    assert names[1:] == ["score-eu", "u"] and names[0].startswith("score-eu-")
