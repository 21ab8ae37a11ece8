"""What Argo cannot do is refused before anything is written, with a code, a reason and a way out."""

from __future__ import annotations

from dataclasses import replace

import pytest
from argo_pipelines import (
    FETCH,
    MODEL,
    NIGHTLY,
    PLAIN,
    SCORE,
    STEPS,
    TOKEN,
    URL,
    generated,
    grid,
    large,
    pipeline,
    refusals,
    spec_of,
    task,
)

from pipegen.ir import Options, Parameter, Pipeline

SECRET = {**STEPS, "fetch": replace(FETCH, settings=(TOKEN,))}
NEEDY = {**STEPS, "fetch": replace(FETCH, settings=(URL,))}
NULLABLE = {**STEPS, "score": replace(SCORE, settings=(replace(MODEL, type="str | None", default=None),))}


def exposing(field: str, step: str = "fetch", steps: object = STEPS, **more: object) -> Pipeline:
    options = {"has_default": "default" in more, **more}
    one = Parameter("p", ((step, field),), **options)  # type: ignore[arg-type]
    return pipeline("reviews", parameters=(one,), steps=steps)


CASES: list[tuple[str, Pipeline, str, str]] = [
    ("PG521", pipeline(), "steps: {scor: {}}", "argo.steps names 'scor', which is no task or step"),
    (
        "PG544",
        exposing("token", steps=SECRET, default=None),
        "provided: ['*']",
        "in clear in every run",
    ),
    ("PG523", pipeline(steps=NEEDY), "", "task 'fetch' needs FETCH__URL, and nothing provides it"),
    ("PG524", pipeline("r", task("fetch", options=Options())), "", "task 'fetch' has no image"),
    (
        "PG531",
        pipeline(schedule=NIGHTLY),
        "kind: Workflow",
        "has a schedule, and as a Workflow it cannot keep to it",
    ),
    (
        "PG531",
        pipeline(concurrency="forbid"),
        "",
        "has a concurrency, and as a Workflow it cannot keep to it",
    ),
    ("PG532", pipeline(), "kind: CronWorkflow", "has no schedule"),
    ("PG533", exposing("limit", default="{{a}}"), "", "the default of parameter 'p' holds '{{'"),
    ("PG533", exposing("limit", description="{{a}}"), "", "the description of parameter 'p' holds '{{'"),
    ("PG533", exposing("limit", default="$(HOME)"), "", "which Kubernetes would fill in"),
    (
        "PG534",
        replace(exposing("url", steps=NEEDY), schedule=NIGHTLY),
        "",
        "no default, and a schedule cannot set it",
    ),
    (
        "PG534",
        exposing("model", "score", NULLABLE),
        "",
        "is None, which no text of a workflow says",
    ),
    (
        "PG535",
        pipeline(labels={"team": "a b"}),
        "",
        "the label 'team' has the value 'a b', which is not legal",
    ),
    ("PG535", pipeline("r", task("fetch", options=replace(PLAIN, labels={"a b": "c"}))), "", "no legal key"),
    ("PG535", pipeline(), "object_annotations: {a b: c}", "the annotation 'a b' has no legal key"),
    ("PG536", large(), "version: '3.5', schedules: [0 1 * * *]", "more than one schedule came with Argo 3.6"),
    ("PG536", large(), "version: '3.5', when: a", "argo.when came with Argo 3.6, and argo.version is 3.5"),
    ("PG536", large(), "version: '3.5', stop_strategy: a", "argo.stop_strategy came with Argo 3.6"),
    (
        "PG536",
        pipeline(),
        "version: '3.5', synchronization: {mutexes: []}",
        "synchronization.mutexes came with",
    ),
    (
        "PG536",
        pipeline(),
        "synchronization: {mutex: {name: a}}",
        "synchronization.mutex is gone since Argo 4.0",
    ),
    (
        "PG536",
        pipeline(),
        "steps: {fetch: {synchronization: {semaphore: {}}}}",
        "semaphore is gone since Argo 4.0",
    ),
    ("PG537", grid(201, 10), "layout: flat", "has 201 tasks; Argo takes 200"),
    ("PG537", grid(12_000, 10), "layout: inline", "a cluster takes about 1,500,000"),
    ("PG539", pipeline(), "object_patch: [{op: test, path: /kind, value: X}]", "a patch under 'argo'"),
    (
        "PG540",
        pipeline(),
        "artifacts: {store: volume}, steps: {fetch: {memoize: {cache: a, key: b}}}",
        "memoized",
    ),
    ("PG543", pipeline(), "sidecars: [{name: main, image: a}]", "two containers of a pod are called 'main'"),
    ("PG543", pipeline(), "mounts: {tmp: {path: /x, empty: '0'}}", "has a name that pods have already"),
    (
        "PG543",
        pipeline(),
        "mounts: {x: {path: /tmp/, empty: '0'}}",
        "covers '/tmp/', where something else is",
    ),
]


@pytest.mark.parametrize(
    ("code", "one", "values", "said"), CASES, ids=lambda one: one if isinstance(one, str) else ""
)
def test_it_is_refused(code: str, one: Pipeline, values: str, said: str) -> None:
    found = [message for each, message in refusals(one, values) if each == code]
    assert any(said in message for message in found), refusals(one, values)


def test_everything_is_said_at_once() -> None:
    one = pipeline("r", task("fetch", options=Options()), labels={"a": "b c"}, steps=NEEDY)
    codes = [code for code, _ in refusals(one, "steps: {x: {}}, kind: CronWorkflow")]
    assert codes == ["PG521", "PG523", "PG524", "PG532", "PG535"]


def test_a_task_that_runs_after_failures_is_not_cut_off_from_them() -> None:
    base = grid(450, 15)
    last = task("rescue", "report", "t0", options=replace(PLAIN, trigger="one_failed"))
    after = tuple(task(f"x{n}", "score", "t449" if n == 0 else f"x{n - 1}") for n in range(200))
    end = task("end", "report", "x199", "rescue", options=replace(PLAIN, trigger="all_done"))
    one = pipeline("grid", *base.tasks, *after, last, end)
    (code, message), *_ = refusals(one)
    assert (code, "runs after failures of" in message) == ("PG538", True)
    assert not refusals(one, "layout: inline")


def test_a_memoized_task_is_not_cut_off_from_its_readers() -> None:
    one = grid(450, 15, inputs=2)
    assert {code for code, _ in refusals(one, "steps: {score: {memoize: {cache: a, key: b}}}")} == {"PG540"}


PLAINLY = [
    ("prefix: x", "it must hold {workflow}"),
    ("prefix: '{workflow}/{x}'", "is not letters, digits"),
    ("prefix: '../{workflow}'", "it must not climb out"),
    ("store: s3", "a store of kind 's3' needs one"),
    ("store: azure, bucket: a", "azure needs one"),
    ("store: s3, bucket: a, access_key: {name: a}", "access_key and secret_key go together"),
    ("store: s3, bucket: a, claim: b", "a store of kind 's3' has none"),
    ("region: eu", "a store of kind 'default' has none"),
    ("store: volume, mode: '750'", "a store of kind 'volume' has none"),
    ("store: volume, archive: zip", "artifacts on a volume are plain folders"),
    ("store: volume, claim: a, storage_class: b", "an existing claim has its class already"),
    ("archive: zip, compression: 1", "only tar archives are compressed"),
    ("gc_account: a", "nothing is deleted without 'gc'"),
    ("repository_key: a", "it is a key of 'repository'"),
    (
        "store: gcs, bucket: a, workload_identity: true, secret_key: {name: a}",
        "credentials come from one place",
    ),
    ("store: volume, workload_identity: true", "a store of kind 'volume' has none"),
]


@pytest.mark.parametrize(("artifacts", "said"), PLAINLY)
def test_artifact_values_that_make_no_sense_are_refused(artifacts: str, said: str) -> None:
    assert any(said in message for _, message in refusals(pipeline(), f"artifacts: {{{artifacts}}}"))


def test_values_that_set_what_a_parameter_sets_are_its_default() -> None:
    given = replace(PLAIN, env={"FETCH__LIMIT": "7", "EU__LIMIT": "8"})
    tasks = (task("fetch", options=given), task("eu", "fetch", options=given))
    limits = [Parameter(name, ((name, "limit"),), 100, True) for name in ("fetch", "eu")]
    found = spec_of(generated(pipeline("r", *tasks, parameters=tuple(limits))))["arguments"]["parameters"]
    assert found == [{"name": "fetch", "value": "7"}, {"name": "eu", "value": "8"}]


def test_a_parameter_has_a_name_that_argo_takes() -> None:
    odd = Parameter("a b", (("fetch", "limit"),), 100, True)
    assert refusals(pipeline(parameters=(odd,)))[0][0] == "PG534"


def test_values_that_differ_for_one_parameter_are_refused() -> None:
    tasks = [task(name, "fetch", options=replace(PLAIN, env={"FETCH__LIMIT": name})) for name in ("a", "b")]
    both = Parameter("p", (("a", "limit"), ("b", "limit")), 100, True)
    assert [code for code, _ in refusals(pipeline("r", *tasks, parameters=(both,)))] == ["PG534"]


def test_values_for_one_of_two_settings_under_a_parameter_are_refused_unless_they_are_its_default() -> None:
    for text, codes in (("7", ["PG534"]), ("100", [])):
        given = task("a", "fetch", options=replace(PLAIN, env={"FETCH__LIMIT": text}))
        both = Parameter("p", (("a", "limit"), ("b", "limit")), 100, True)
        one = pipeline("r", given, task("b", "fetch"), parameters=(both,))
        assert [code for code, _ in refusals(one)] == codes


@pytest.mark.parametrize(
    "values",
    [
        "config: {FETCH__LIMIT: {name: c}}",
        "steps: {fetch: {secrets: {FETCH__LIMIT: {name: c}}}}",
        "env_from: [{config_map: c, provides: [FETCH__LIMIT]}]",
    ],
)
def test_what_the_cluster_gives_to_a_setting_under_a_parameter_is_refused(values: str) -> None:
    ((code, message),) = refusals(exposing("limit", default=100), values)
    assert code == "PG534"
    assert "task 'fetch' would never read 'FETCH__LIMIT' of the cluster" in message
    assert not refusals(pipeline(), values)
