"""What a real cluster took, these validators take: otherwise their refusals would mean nothing."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from validators.models import hera_roundtrip, kubernetes_schema
from validators.planting import ACCEPTED, accepted, chain, planted
from validators.validate import check, examine

pytestmark = pytest.mark.engine
BUILT_IN = [document for name in ("cronjob", "companions") for document in accepted(name)]
ARGO = [
    document for name in ("argo-compact", "argo-templates", "argo-features") for document in accepted(name)
]
TASKS = "0.spec.workflowSpec.templates.0.dag.tasks"


@pytest.mark.parametrize("path", sorted(ACCEPTED.iterdir()), ids=lambda path: path.stem)
def test_documents_that_ran_are_accepted(path: Path) -> None:
    assert check(path) == []


def test_every_document_and_every_pod_of_a_folder_is_looked_at() -> None:
    folder, *single = examine([ACCEPTED, *sorted(ACCEPTED.iterdir())])
    assert folder.documents == sum(answer.documents for answer in single) == 16
    assert folder.pods == sum(answer.pods for answer in single)


def test_each_call_of_a_template_makes_a_pod() -> None:
    (answer,) = examine([ACCEPTED / "argo-templates.yaml"])
    of_the_workflow, of_each_template = 4, 1
    assert answer.pods == of_the_workflow + 2 * of_each_template


def test_text_objects_and_files_are_answered_alike() -> None:
    path = ACCEPTED / "argo-compact.yaml"
    broken = path.read_text().replace("template: c0", "template: c9")
    answers = examine([broken, accepted("argo-compact"), path])
    assert [[finding.message for finding in answer.findings] for answer in answers] == [
        ['template "main" task "fetch": no template "c9"'],
        [],
        [],
    ]


def test_hundreds_of_sets_are_answered_in_their_order() -> None:
    good, bad = accepted("cronjob"), planted(accepted("cronjob"), "0.spec.schedule", "often")
    answers = examine([good if n % 3 else bad for n in range(300)])
    assert [bool(answer.findings) for answer in answers] == [n % 3 == 0 for n in range(300)]


def test_a_set_without_documents_is_no_success() -> None:
    with pytest.raises(ValueError, match="no documents"):
        check("# nothing here\n")


@pytest.mark.parametrize("length", [201, 1000])
def test_a_dag_inside_inline_may_have_any_number_of_tasks(length: int) -> None:
    inline = [{"name": "all", "inline": {"dag": {"tasks": chain(length)}}}]
    (answer,) = examine([planted(accepted("argo-compact"), TASKS, inline)])
    assert (answer.findings, answer.pods) == ((), length + 1)  # one more: the template that no task uses


def test_a_plain_dag_may_have_200_tasks() -> None:
    assert check(planted(accepted("argo-compact"), TASKS, chain(200))) == []


@pytest.mark.parametrize(
    "text", ["{{workflow.name}} ok", "\u2028", "🙂", "quote \" ' \\", "tab\t\x7f", "!!binary"]
)
def test_any_text_survives_the_way_to_the_validators(text: str) -> None:
    config = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "a"}, "data": {"text": text}}
    assert check(config) == []
    assert check(json.dumps(config, ensure_ascii=False)) == []


@pytest.mark.parametrize("document", ARGO, ids=lambda document: document["kind"])
def test_hera_reads_and_writes_argo_documents_without_loss(document: dict[str, object]) -> None:
    assert hera_roundtrip(document) == []


@pytest.mark.parametrize("document", BUILT_IN, ids=lambda document: document["kind"])
def test_the_published_schemas_take_built_in_kinds(document: dict[str, object]) -> None:
    assert kubernetes_schema(document) == []
