"""Objects beside a workflow: the rights that Argo's own container needs, and a network that finds the pods."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from argo_pipelines import CONTEXT, config, pipeline, refusals
from validators.validate import check

from pipegen.backends.argo import ArgoBackend
from pipegen.ir import Schedule

ALL = """{namespace: data, service_account: runner, companions: {
  service_account: {annotations: {iam.gke.io/gcp-service-account: a@b.c}}, role: true, network_policy: {},
  claims: {models: {size: 10Gi}}, config_maps: {flags: {LEVEL: '{{x}}'}}}}"""


NIGHTLY = pipeline(schedule=Schedule("0 3 * * *"))


def files(values: str) -> dict[str, str]:
    return {one.path: one.text for one in ArgoBackend().lower(NIGHTLY, config(values[1:-1]), CONTEXT)}


def objects(values: str) -> dict[str, Any]:
    return {data["kind"]: data for data in map(yaml.safe_load, files(values).values())}


@pytest.mark.engine
def test_companions_are_files_that_a_cluster_takes() -> None:
    found = objects(ALL)
    assert [*found] == [
        "CronWorkflow", "ServiceAccount", "Role", "RoleBinding", "NetworkPolicy", "PersistentVolumeClaim",
        "ConfigMap",
    ]  # fmt: skip
    assert [str(one) for one in check(list(found.values()))] == []
    assert {data["metadata"]["namespace"] for data in found.values()} == {"data"}


def test_the_role_lets_argo_report_results_and_nothing_else() -> None:
    found = objects(ALL)
    (rule,) = found["Role"]["rules"]
    assert rule == {
        "apiGroups": ["argoproj.io"], "resources": ["workflowtaskresults"], "verbs": ["create", "patch"],
    }  # fmt: skip
    assert found["RoleBinding"]["subjects"][0]["name"] == found["Role"]["metadata"]["name"] == "runner"
    assert "automountServiceAccountToken" not in found["ServiceAccount"]  # Argo's container needs the token


def test_where_argo_has_an_account_of_its_own_the_tasks_get_no_rights_and_no_token() -> None:
    found = objects(ALL.replace("{namespace", "{executor_account: reporter, namespace"))
    assert found["RoleBinding"]["subjects"][0]["name"] == found["Role"]["metadata"]["name"] == "reporter"
    assert found["ServiceAccount"]["automountServiceAccountToken"] is False


def test_the_network_policy_finds_the_pods() -> None:
    found = objects("{annotations: {a: b}, companions: {network_policy: {}}}")
    pods = found["CronWorkflow"]["spec"]["workflowSpec"]["podMetadata"]
    assert pods["annotations"] == {"a": "b"}
    assert found["NetworkPolicy"]["spec"]["podSelector"]["matchLabels"] == pods["labels"] != {}
    assert "podMetadata" not in objects("{}")["CronWorkflow"]["spec"]["workflowSpec"]


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ("{companions: {service_account: {}}}", "without a name"),
        ("{companions: {role: true}}", "without a name"),
        (
            "{service_account: a, companions: {role: true}}",
            "binds an account of a namespace, and none is given",
        ),
    ],
)
def test_what_is_not_named_is_refused(values: str, words: str) -> None:
    found = refusals(pipeline(), values[1:-1])
    assert {code for code, _ in found} == {"PG525"}
    assert words in found[0][1]


@pytest.mark.parametrize("layout", ["kustomize", "helm"])
def test_who_knows_objects_by_name_needs_one(layout: str) -> None:
    values = f"companions: {{layout: {layout}}}"
    assert [code for code, _ in refusals(pipeline(), values)] == ["PG571"]
    for named in ("generate_name: false", "kind: WorkflowTemplate"):
        assert ArgoBackend().lower(pipeline(), config(f"{named}, {values}"), CONTEXT)


def test_what_argo_fills_in_survives_helm() -> None:
    chart = files(ALL.replace("companions: {", "companions: {layout: helm, "))
    plain = files(ALL)
    name = "reviews.cronworkflow.yaml"
    assert "{{workflow.name}}" in plain[name]
    rendered = chart[f"reviews/templates/{name}"].replace('{{ "{{" }}', "{{")
    assert yaml.safe_load(rendered) == yaml.safe_load(plain[name])
    assert yaml.safe_load(chart["reviews/Chart.yaml"])["name"] == "reviews"
