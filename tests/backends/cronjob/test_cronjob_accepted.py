"""What Kubernetes' own validation, its pod security standard and its schemas say to generated objects."""

from __future__ import annotations

from typing import Any

import kubernetes_validate
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_up import pipelines
from pod_pipelines import files_of, generated, large, text_of
from reviews_by_hand import pipeline, task
from test_cronjob_golden import ENGINE, GOLDEN
from validators.validate import check, examine

from pipegen.ir import Pipeline

pytestmark = pytest.mark.engine  # the validators are built with Go
ARTIFACTS = [
    "{claim: a}",
    "{claim: a, per_run: false}",
    "{storage_class: fast, size: 1Gi}",
    "{size: 1Gi}",
    "{memory: true}",
]
GIVEN = "provided: ['*']"
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
    (answer,) = examine([GOLDEN])
    assert [str(one) for one in answer.findings] == []
    assert answer.documents == answer.pods == 5


def test_the_pipeline_of_the_engine_is_accepted_too() -> None:
    files = files_of(large(), ENGINE)
    assert len(files) == 2
    for text in files.values():
        assert [str(one) for one in check(text)] == []


@given(st.lists(pipelines(), min_size=20, max_size=20))
@settings(max_examples=5)
def test_any_pipeline_is_accepted(many: list[Pipeline]) -> None:
    for answer in examine([text_of(one) for one in many]):
        assert [str(one) for one in answer.findings] == []
        assert answer.pods == 1


@given(pipelines())
@settings(max_examples=15)
def test_any_pipeline_fits_the_published_schema(one: Pipeline) -> None:
    kubernetes_validate.validate(generated(one), "1.36", strict=True)


@pytest.mark.parametrize("artifacts", ARTIFACTS)
def test_wherever_artifacts_lie_the_object_is_accepted(artifacts: str) -> None:
    assert said(large(), f"{{artifacts: {artifacts}, {GIVEN}}}") == []


@pytest.mark.parametrize("values", UNSAFE)
def test_what_is_not_restricted_is_so_only_because_values_say_it(values: str) -> None:
    assert said(large(), f"{{{GIVEN}}}") == []
    assert any("security" in one.lower() for one in said(large(), f"{{{GIVEN}, {values}}}"))


@pytest.mark.parametrize("number", [300, 2000])
def test_many_tasks_are_accepted(number: int) -> None:
    tasks = [
        task(f"t{n}", "report", *{f"t{max(0, n - k)}" for k in (1, 7)} if n else ()) for n in range(number)
    ]
    assert said(pipeline("large", *tasks)) == []


def test_the_validators_see_what_is_wrong() -> None:
    def planted(change: Any) -> list[str]:
        data = generated(pipeline())
        change(data["spec"]["jobTemplate"]["spec"]["template"]["spec"], data["spec"])
        return [str(one) for one in check(data)]

    assert planted(lambda pod, cron: pod["containers"][0].update(name="fetch"))
    assert planted(lambda pod, cron: pod.update(restartPolicy="Always"))
    assert planted(lambda pod, cron: cron.update(schedule="0 3 * * 7"))
    assert planted(lambda pod, cron: cron.update(timeZone="Europe/Atlantis"))
    assert planted(lambda pod, cron: cron.update(surprise=True))
