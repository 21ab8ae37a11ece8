"""What Argo, its resource definitions and the pod security standard say to generated objects."""

from __future__ import annotations

import pytest
import yaml
from argo_pipelines import grid, pipeline, text_of
from test_argo_golden import GENERATED, GOLDEN
from validators.models import hera_roundtrip
from validators.validate import check, examine

from pipegen.ir import Pipeline

UNSAFE = [
    "pod_security: {runAsNonRoot: false, runAsUser: 0}",
    "container_security: {privileged: true, allowPrivilegeEscalation: true}",
    "patch: {hostNetwork: true}",
    "mounts: {m: {path: /m, source: {hostPath: {path: /}}}}",
    "sidecars: [{name: s, image: s, securityContext: {capabilities: {add: [ALL]}}}]",
]


def said(one: Pipeline, values: str = "") -> list[str]:
    return [str(finding) for finding in check(text_of(one, values))]


def test_every_golden_file_is_accepted() -> None:
    current = [name for name in GENERATED if "-3." not in name]  # the validators are those of Argo 4.1
    answers = examine([GOLDEN / name for name in current])
    assert [str(one) for answer in answers for one in answer.findings] == []
    assert all(answer.pods for answer in answers)


@pytest.mark.parametrize("values", UNSAFE)
def test_what_is_not_restricted_is_so_only_because_values_say_it(values: str) -> None:
    assert said(pipeline()) == []
    assert any("security" in one.lower() for one in said(pipeline(), values))


@pytest.mark.parametrize(
    ("count", "width"),
    [(200, 10), (201, 10), (400, 20), (401, 20), (1000, 200), (1000, 20), (2000, 1), (2300, 50)],
)
def test_graphs_of_every_size_are_accepted(count: int, width: int) -> None:
    assert said(grid(count, width, inputs=3 if width > 2 else 1)) == []


def test_a_graph_that_outgrows_one_object_becomes_several_that_are_accepted() -> None:
    assert said(grid(10_000, 100, inputs=3)) == []


@pytest.mark.parametrize("name", [one for one in GENERATED if "-3." not in one])
def test_hera_reads_every_golden_file_and_loses_nothing(name: str) -> None:
    for document in yaml.safe_load_all((GOLDEN / name).read_text(encoding="utf-8")):
        assert hera_roundtrip(document) == []
