"""What single values make of the file: over each other, beside each other, and as the last word."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from argo_pipelines import (
    FETCH,
    LARGE_VALUES,
    STEPS,
    TOKEN,
    container,
    documents,
    generated,
    large,
    pipeline,
    refusals,
    spec_of,
    task,
    template,
    text_of,
    warnings,
)


def dag_task(data: dict[str, Any]) -> Any:
    return next(one for one in template(data, "main")["dag"]["tasks"] if one["name"] == "fetch")


def test_generate_name_and_ignore() -> None:
    assert documents(pipeline(), "generate_name: false")[0]["metadata"]["name"] == "reviews"
    assert documents(pipeline())[0]["metadata"]["generateName"] == "reviews-"
    assert refusals(large(), f"kind: Workflow, {LARGE_VALUES}")
    assert not refusals(large(), f"kind: Workflow, ignore: [schedule, concurrency], {LARGE_VALUES}")


def test_a_pod_key_of_one_step_goes_over_that_of_all() -> None:
    data = generated(
        pipeline(),
        "node_selector: {a: x, b: y}, runtime_class: r1, steps: {score: {node_selector: {b: z}, runtime_class: r2}}",
    )
    assert spec_of(data)["nodeSelector"] == {"a": "x", "b": "y"}
    assert template(data, "score")["nodeSelector"] == {"a": "x", "b": "z"}
    assert "nodeSelector" not in template(data, "fetch")
    assert template(data, "score")["podSpecPatch"] == '{"runtimeClassName":"r2"}'
    assert '"runtimeClassName": "r1"' in spec_of(data)["podSpecPatch"]


def test_a_mount_that_one_step_has_otherwise_is_in_no_defaults() -> None:
    values = "mounts: {m: {path: /m, claim: a}}, steps: {score: {mounts: {m: {path: /m, empty: '0'}}}}"
    data = generated(pipeline(), values)
    assert [one["name"] for one in spec_of(data)["templateDefaults"]["volumes"]] == ["work", "tmp"]
    assert template(data, "score")["volumes"] == [{"name": "m", "emptyDir": {}}]
    assert template(data, "fetch")["volumes"][0]["persistentVolumeClaim"] == {"claimName": "a"}


def test_other_containers_of_a_pod_keep_to_the_restricted_standard_unless_they_say_otherwise() -> None:
    values = "sidecars: [{name: a, image: a}, {name: b, image: b, securityContext: {allowPrivilegeEscalation: true}}]"
    one, other = template(generated(pipeline(), values), "fetch")["sidecars"]
    assert one["securityContext"] == {"allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}}
    assert other["securityContext"]["allowPrivilegeEscalation"] is True


def test_patches_are_the_last_word() -> None:
    values = (
        "workflow_patch: [{op: replace, path: /entrypoint, value: score}], "
        "object_patch: {metadata: {labels: {app.kubernetes.io/managed-by: null}}}, "
        "steps: {fetch: {template_patch: {container: {env: [{name: A, value: b}]}}, task_patch: {when: x}}}"
    )
    data = generated(pipeline(), values)
    assert spec_of(data)["entrypoint"] == "score"
    assert "app.kubernetes.io/managed-by" not in data["metadata"]["labels"]
    assert container(data, "fetch")["env"] == [{"name": "A", "value": "b"}]
    assert dag_task(data)["when"] == "x"


def test_a_patch_that_cannot_be_applied_is_refused() -> None:
    (found,) = refusals(pipeline(), "workflow_patch: [{op: remove, path: /nothing}]")
    said = (
        "a patch under 'argo' cannot be applied: operation 1 names a place that is not there: remove /nothing"
    )
    assert found == ("PG539", said)


def test_keys_about_schedules_are_warned_of_where_there_is_none() -> None:
    said = [one.message for one in warnings(pipeline(), "suspend: true, when: x")]
    assert said == [
        "argo.when is about schedules, and pipeline 'reviews' becomes a Workflow",
        "argo.suspend is about schedules, and pipeline 'reviews' becomes a Workflow",
    ]
    assert {one.code for one in warnings(pipeline(), "suspend: true")} == {"PG542"}
    assert warnings(large(), f"suspend: true, {LARGE_VALUES}") == []


def test_a_step_may_be_named_by_its_slug_for_all_its_tasks() -> None:
    two = pipeline(
        "two", task("fetch"), task("eu", "score", reviews="fetch"), task("us", "score", reviews="fetch")
    )
    data = generated(two, "steps: {score: {pull_policy: Always}, us: {pull_policy: Never}}")
    assert container(data, "eu")["imagePullPolicy"] == "Always"
    assert container(data, "us")["imagePullPolicy"] == "Never"


def test_secret_settings_come_from_the_secret_that_is_sketched_for_them() -> None:
    env = {one["name"]: one for one in container(generated(large(), LARGE_VALUES), "fetch")["env"]}
    assert env["FETCH__TOKEN"]["valueFrom"] == {"secretKeyRef": {"name": "reviews", "key": "FETCH__TOKEN"}}
    for values in (
        "provided: ['*']",
        f"{LARGE_VALUES}, env_from: [{{secret: a, provides: [FETCH__TOKEN]}}]",
        f"{LARGE_VALUES}, config: {{FETCH__TOKEN: {{name: a}}}}",
    ):
        found = [one for one in container(generated(large(), values), "fetch")["env"] if "valueFrom" in one]
        assert not any("secretKeyRef" in one["valueFrom"] for one in found)


def test_a_secret_setting_that_may_be_missing_is_optional_in_the_secret() -> None:
    salt = replace(TOKEN, name="salt", required=False)
    one = pipeline(
        "r", task("fetch"), task("score"), steps={**STEPS, "fetch": replace(FETCH, settings=(salt,))}
    )
    data = generated(one, "secret: keys")
    (salted,) = container(data, "fetch")["env"]
    ref = {"name": "keys", "key": "FETCH__SALT", "optional": True}
    assert salted == {"name": "FETCH__SALT", "valueFrom": {"secretKeyRef": ref}}
    assert "env" not in container(data, "score")


def test_a_bare_file_says_whose_rights_its_pods_need() -> None:
    line = "# Runs as the namespace's account 'default', which must be allowed to create and patch workflowtaskresults"
    assert line in text_of(pipeline())
    for values in ("service_account: runner", "executor_account: argo"):
        assert line not in text_of(pipeline(), values)
