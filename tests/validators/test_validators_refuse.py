"""Each validator refuses the mistakes it is there for, so that silence means something."""

from __future__ import annotations

from typing import Any

import pytest

from validators.models import hera_roundtrip, kubernetes_schema
from validators.planting import Mistake, accepted, chain, mistakes, planted
from validators.validate import check

pytestmark = pytest.mark.engine

MAIN = "0.spec.workflowSpec.templates.0"


@pytest.mark.parametrize("mistake", list(mistakes()), ids=lambda mistake: f"{mistake.file}: {mistake.name}")
def test_a_planted_mistake_is_refused(mistake: Mistake) -> None:
    findings = check(planted(accepted(mistake.file), mistake.at, mistake.put))
    by_the_right_one = [found.message for found in findings if found.validator == mistake.refused_by]
    assert any(mistake.saying in message for message in by_the_right_one), [*map(str, findings)]


def test_a_plain_dag_of_201_tasks_is_refused() -> None:
    findings = check(planted(accepted("argo-compact"), f"{MAIN}.dag.tasks", chain(201)))
    assert [(found.validator, found.message) for found in findings] == [
        ("crd", "spec.workflowSpec.templates[0].dag.tasks: Too many: 201: must have at most 200 items")
    ]


def test_201_templates_are_refused() -> None:
    (document,) = accepted("argo-compact")
    document["spec"]["workflowSpec"]["templates"] += [{"name": f"s{n}", "suspend": {}} for n in range(198)]
    assert [(found.validator, found.message) for found in check(document)] == [
        ("crd", "spec.workflowSpec.templates: Too many: 201: must have at most 200 items")
    ]


@pytest.mark.parametrize(
    ("change", "validator", "message"),
    [
        ({"imagee": "x"}, "crd-inline", 'inline: unknown field "template.dag.tasks[49].imagee"'),
        ({"when": 5}, "crd-inline", "must be of type string"),
        ({"depends": "t1"}, "crd-inline", "cannot use both 'depends' and"),
        ({"template": "c9"}, "argo", 'task "t249": no template "c9"'),
        ({"dependencies": ["t999"]}, "argo", 'depends on "t999"'),
    ],
)
def test_a_mistake_far_down_in_an_inline_dag_is_refused(
    change: dict[str, Any], validator: str, message: str
) -> None:
    tasks = chain(250)
    tasks[-1] |= change
    inline = [{"name": "all", "inline": {"dag": {"tasks": tasks}}}]
    findings = check(planted(accepted("argo-compact"), f"{MAIN}.dag.tasks", inline))
    assert [message in found.message for found in findings if found.validator == validator] == [True]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, name: b}", 'key "name" already set'),
        (
            '{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a", "name": "b"}}',
            "duplicate field",
        ),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: {name: n}", "of type string"),
        ("apiVersion: v1\nkind: ConfigMap\nmetadata: [", "did not find expected node content"),
        ("metadata: {name: a}", "without apiVersion or kind"),
        ("apiVersion: example.org/v1\nkind: Pipeline", 'no kind "Pipeline" is registered'),
        ("apiVersion: argoproj.io/v1alpha1\nkind: EventSource", 'no kind "EventSource"'),
        ("apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}", "no kind"),
    ],
)
def test_a_document_that_no_cluster_would_read_is_refused(text: str, message: str) -> None:
    assert [message in found.message for found in check(text)] == [True]


def test_one_broken_document_does_not_hide_the_next() -> None:
    text = "kind: [\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: My Map}\n"
    assert [(found.document, found.validator) for found in check(text)] == [(1, "read"), (2, "kubernetes")]


def test_an_object_that_etcd_would_not_take_is_refused() -> None:
    tasks = [task | {"when": "'" + "x" * 200 + "' != ''"} for task in chain(6000)]
    inline = [{"name": "all", "inline": {"dag": {"tasks": tasks}}}]
    findings = check(planted(accepted("argo-compact"), f"{MAIN}.dag.tasks", inline))
    assert [found.message for found in findings if "1572864 that etcd takes" in found.message]


def test_a_template_reference_needs_its_document_in_the_same_set() -> None:
    workflow, steps, shared = accepted("argo-templates")
    assert check([workflow, steps, shared]) == []
    assert [found.message for found in check([workflow, shared])] == [
        'template "main" task "fetch": no WorkflowTemplate "reviews-steps" among the documents'
    ]


def test_a_pod_has_the_security_context_of_the_workflow_that_runs_it() -> None:
    documents = planted(accepted("argo-templates"), "0.spec.securityContext", {})
    assert {(found.kind, found.message.split(":")[0]) for found in check(documents)} == {
        ("Workflow", f'pod of template "{name}"') for name in ("fetch", "score", "tell")
    }


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"imagee": "x"}, ".imagee: not a field"),
        ({"container": {"image": 5}}, ".container.image: Input should be a valid string"),
        ({"parallelism": "2"}, ".parallelism: '2' became 2"),
        ({"dag": {"tasks": [{"name": "a", "inline": {"imagee": "x"}}]}}, ".inline.imagee: not a field"),
    ],
)
def test_hera_shows_what_it_does_not_know(change: dict[str, Any], message: str) -> None:
    documents = accepted("argo-compact")
    documents[0]["spec"]["workflowSpec"]["templates"][1] |= change
    assert [found for found in hera_roundtrip(documents[0]) if message in found]


@pytest.mark.parametrize(
    ("at", "value", "message"),
    [
        ("0.spec.scheduel", "x", ".spec: Additional properties"),
        ("0.spec.suspend", "no", ".spec.suspend: 'no' is not of type"),
        ("0.kind", "CornJob", "Couldn't find schema for kind CornJob"),
    ],
)
def test_the_published_schemas_refuse_mistakes(at: str, value: str, message: str) -> None:
    (document,) = planted(accepted("cronjob"), at, value)
    assert [found for found in kubernetes_schema(document) if message in found]
