"""What Airflow cannot do is refused before anything is written, each with its own code."""

from __future__ import annotations

import pytest
from dag_pipelines import IMAGE, in_containers, pipeline, task, text_of

from pipegen.errors import PipegenError
from pipegen.ir import Parameter, Pipeline, Resources, Schedule

FED = "airflow: {provided: ['*']}"
PODS = "airflow: {provided: ['*'], operator: kubernetes, artifacts: {claim: a}"
LIMIT = (("fetch", "limit"),)
DAILY = Schedule("@daily")
CASES: dict[str, tuple[Pipeline, str, str]] = {
    "a pod without an image": (
        pipeline(),
        f"{PODS}}}",
        "PG840 task 'fetch' runs in a container and has no image",
    ),
    "a worker with a GPU, beside pods": (
        pipeline(
            task("fetch", "fetch", image=IMAGE), task("score", "score", "fetch", resources=Resources(gpu=1))
        ),
        f"{PODS}, steps: {{score: {{operator: bash}}}}}}",
        "PG840 task 'score' asks for gpu: a BashOperator runs where the worker does; "
        "`airflow.operator: kubernetes` or docker has it",
    ),
    "a claim without pods": (
        pipeline(),
        "airflow: {provided: ['*'], artifacts: {claim: a}}",
        "PG841 airflow.artifacts.claim is for operator 'kubernetes', and no task that it is said for has that one",
    ),
    "a node for a worker": (
        pipeline(),
        "airflow: {provided: ['*'], steps: {score: {node_selector: {pool: gpu}}}}",
        "PG841 airflow.steps.score.node_selector is for operator 'kubernetes', and no task that it is said for "
        "has that one",
    ),
    "a setting from nowhere": (
        pipeline(),
        "",
        "PG842 task 'fetch' needs FETCH__URL, and nothing provides it",
    ),
    "a parameter that a schedule cannot set": (
        pipeline(schedule=DAILY, parameters=(Parameter("url", (("fetch", "url"),)),)),
        "",
        "PG843 task 'fetch' needs parameter 'url', and a run by schedule cannot set it",
    ),
    "a secret parameter": (
        pipeline(parameters=(Parameter("token", (("fetch", "token"),)),)),
        FED,
        "PG844 parameter 'token' sets a secret, and Airflow shows the params of a run",
    ),
    "runs that replace each other": (
        pipeline(schedule=DAILY, concurrency="replace"),
        FED,
        "PG845 a due run of pipeline 'reviews' cannot replace the one that goes on in Airflow",
    ),
    "a deadline and a handler": (
        pipeline(deadline="1h", on_exit=task("tidy")),
        FED,
        "PG846 when a run is over its deadline, Airflow leaves out 'tidy'",
    ),
    "pods without a volume": (
        in_containers(),
        "airflow: {provided: ['*'], operator: kubernetes}",
        "PG847 task 'fetch' runs in a pod, and nothing is mounted at /tmp/pipegen/artifacts for artifacts",
    ),
    "several runs at once, and none of them allowed": (
        pipeline(schedule=DAILY, concurrency="forbid"),
        "airflow: {provided: ['*'], max_active_runs: 3}",
        "PG855 airflow.max_active_runs lets 3 runs of pipeline 'reviews' go on at once, and its concurrency is forbid",
    ),
    "a group that is called like a task": (
        pipeline(),
        "airflow: {provided: ['*'], steps: {score: {group: fetch}}}",
        "PG848 the task group 'fetch' is called like task 'fetch', and Airflow takes both for one",
    ),
    "Variables for pods": (
        in_containers(),
        f"{PODS}, variables: {{FETCH__TOKEN: token}}}}",
        "PG841 airflow.variables is for operator 'bash', and no task that it is said for has that one",
    ),
    "a variable from two places": (
        pipeline(task("fetch", "fetch", env={"FETCH__URL": "http://a"})),
        "airflow: {connections: {FETCH__URL: {id: shop, field: host}}}",
        "PG856 task 'fetch' is given FETCH__URL by env and by airflow.connections",
    ),
    "a variable of two stores": (
        pipeline(),
        "airflow: {variables: {FETCH__URL: a}, connections: {FETCH__URL: {id: shop, field: host}}}",
        "PG856 task 'fetch' is given FETCH__URL by airflow.variables and by airflow.connections",
    ),
    "a misspelt variable": (
        pipeline(),
        "airflow: {variables: {FETCH__URL: a, FETCH__LIMT: b}}",
        "PG857 airflow.variables gives FETCH__LIMT, and no task that it is said for has such a setting",
    ),
    "a variable for another task": (
        pipeline(),
        "airflow: {provided: ['*'], steps: {score: {variables: {FETCH__URL: a}}}}",
        "PG857 airflow.steps.score.variables gives FETCH__URL, and no task that it is said for has such a setting",
    ),
    "the variable of the DAG": (
        pipeline(task("fetch", "fetch", env={"PIPEGEN_ARTIFACTS": "/mnt"})),
        FED,
        "PG858 task 'fetch' is given PIPEGEN_ARTIFACTS, by which the DAG says where artifacts are",
    ),
    "a long tag": (
        pipeline(labels={"team": "x" * 100}),
        FED,
        "PG848 the tag 'team:xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...' has 105 characters; Airflow takes 100",
    ),
    "an unknown step": (
        pipeline(),
        "airflow: {provided: ['*'], steps: {scor: {pool: a}}}",
        "PG849 airflow.steps names 'scor', which is no task or step of pipeline 'reviews'",
    ),
    "a secret that is shown": (
        pipeline(),
        "airflow: {provided: ['*'], variables: {FETCH__TOKEN: reviews}}",
        "PG850 Airflow would show the value of Variable 'reviews', which is given as FETCH__TOKEN",
    ),
    "a secret as a login": (
        pipeline(),
        "airflow: {provided: ['*'], connections: {FETCH__TOKEN: {id: api, field: login}}}",
        "PG850 Airflow would show the login of Connection 'api', which is given as FETCH__TOKEN",
    ),
    "two mounts in one place": (
        in_containers(),
        f"{PODS}, mounts: {{a: {{path: /x, empty: '0'}}, b: {{path: /x/, empty: '0'}}}}}}",
        "PG851 mounts 'a' and 'b' of task 'fetch' are both at /x",
    ),
    "a default beside the choices": (
        pipeline(parameters=(Parameter("limit", LIMIT, 5, True, (1, 2)),)),
        "airflow: {provided: [FETCH__URL]}",
        "PG852 the default of parameter 'limit' is none of its choices",
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused(case: str) -> None:
    made, values, wanted = CASES[case]
    with pytest.raises(PipegenError) as refused:
        text_of(made, values)
    assert wanted in [f"{one.code} {one.message}" for one in refused.value.diagnostics]
    assert all(one.hint for one in refused.value.diagnostics if one.code != "PG505")


@pytest.mark.parametrize(
    ("section", "code"),
    [
        ("start_date: 2025-02-30", "PG234"),
        ("dag_callbacks: {on_retry: 'a:b'}", "PG234"),
        ("callbacks: {on_failure: page}", "PG233"),
        ("callbacks: {on_failure: 'import.a:page'}", "PG233"),
        ("callbacks: {on_failure: 'a:class'}", "PG233"),
        ("sla: 0s, version: '2'", "PG229"),
        ("late: [{after: 0s, call: 'a:b'}], version: '3'", "PG229"),
        ("operator: podman", "PG223"),
        ("artifacts: {path: here}", "PG233"),
        ("artifacts: {s3: 'gs://bucket'}", "PG233"),
        ("artifacts: {s3: 's3://bucket/../a'}", "PG233"),
        ("artifacts: {s3: 's3://bucket/{{ a }}'}", "PG233"),
        ("artifacts: {s3: 's3://bucket', claim: a}", "PG234"),
        ("artifacts: {s3: 's3://bucket', path: /mnt}", "PG234"),
        ("dag_id: my dag", "PG233"),
    ],
)
def test_values_are_checked(section: str, code: str) -> None:
    with pytest.raises(PipegenError) as refused:
        text_of(pipeline(), f"airflow: {{{section}}}")
    assert code in {one.code for one in refused.value.diagnostics}


@pytest.mark.parametrize("feature", ["image", "cpu", "memory", "ephemeral_storage", "gpu"])
def test_what_an_operator_has_follows_from_values(feature: str) -> None:
    from pipegen import registry

    backend = registry.backend("airflow")
    assert backend.can.of(feature).how == "refused"
    for kind, lacks in (("kubernetes", ()), ("docker", ("ephemeral_storage",))):
        config = backend.config(operator=kind)
        assert (backend.capabilities(config).of(feature).how == "refused") == (feature in lacks)  # type: ignore[attr-defined]
