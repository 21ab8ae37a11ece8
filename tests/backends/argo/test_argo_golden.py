"""What a reviewer sees in a pull request: whole files, kept under golden/."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from argo_pipelines import LARGE_VALUES, NIGHTLY, PLAIN, grid, large, pipeline, task, text_of

from pipegen.ir import Cache, Pipeline, Retry

GOLDEN = Path(__file__).with_name("golden")
ALL_DONE = replace(PLAIN, trigger="all_done")
ONE_FAILED = replace(PLAIN, trigger="one_failed")

TEN = pipeline(
    "ten",
    task("fetch"),
    *(task(f"clean-{place}", "score", reviews="fetch") for place in ("eu", "us", "jp")),
    *(task(f"score-{place}", "score", reviews=f"clean-{place}") for place in ("eu", "us", "jp")),
    task("merge", "report", "score-eu", "score-us", "score-jp", feed="collect"),
    task("report", "report", scores="merge", reviews="fetch"),
    task("publish", "report", reviews="report"),
    schedule=NIGHTLY,
    description="Ten steps, as a person reads them.",
)
DIAMOND = pipeline(
    "diamond",
    task("fetch"),
    task("left", "score", reviews="fetch"),
    task("right", "score", reviews="fetch"),
    task("report", a="left", b="right"),
)
PARTS = [f"part-{n}" for n in range(100)]
FAN_IN = pipeline(
    "fan-in", *(task(one, "fetch") for one in PARTS), task("all", "report", *PARTS, feed="collect")
)
SAME_STEP = pipeline(
    "same-step", task("score"), *(task(f"score-{n}", "score", reviews="score") for n in range(70))
)
SINKS = pipeline(
    "sinks", task("fetch"), *(task(f"report-{place}", "report", reviews="fetch") for place in ("eu", "us"))
)
TRIGGERS = pipeline(
    "triggers",
    task("fetch"),
    task("score", reviews="fetch"),
    task("rescue", "score", reviews="score", options=ONE_FAILED),
    task("report", scores="score", reviews="rescue", options=ALL_DONE),
)
RETRIES = pipeline(
    "retries",
    task("fetch", options=replace(PLAIN, retry=Retry(3, "1h30m", 2.0, "1d"), timeout="90s")),
    task("score", reviews="fetch", options=replace(PLAIN, retry=Retry(2), timeout="1d")),
    task("report", scores="score", options=replace(PLAIN, retry=Retry(2, "10s", 1.5), timeout="5m")),
)
NAMES = pipeline(
    "Übung & Nächte!" + "x" * 60,
    task("2fast", "fetch"),
    task("on", "score", reviews="2fast"),
    task("main", "score", reviews="on"),
    task("on-exit", "score", reviews="main"),
    task("naïve task", "score", reviews="on-exit"),
    task("{{workflow.name}} $(HOME)", "score", reviews="naïve task"),
    task(
        "x" * 80,
        "report",
        reviews="{{workflow.name}} $(HOME)",
        options=replace(PLAIN, cache=Cache(key=("{{a}}",))),
    ),
    schedule=NIGHTLY,
)
S3 = "bucket: artifacts, endpoint: s3.example.com, region: eu-central-1, access_key: {name: s3}, secret_key: {name: s3}"
AZURE = "store: azure, bucket: a, endpoint: 'https://a.example', secret_key: {name: az}"
REPOSITORY = "repository: artifacts, repository_key: team, gc: OnWorkflowDeletion, gc_account: gc"
SHARED = "store: volume, claim: shared, prefix: 'runs/{pipeline}/{workflow}'"
SLACK = "{slack: {name: slack}}"
WEBHOOK = "{webhook: {name: hook, key: address}, when: always, text: '{pipeline}: {status}'}"
CLAIM = "store: volume, size: 5Gi, storage_class: nfs, keep_claim: never"
GENERATED: dict[str, tuple[Pipeline, str]] = {
    "reviews.workflow.yaml": (pipeline(), ""),
    "ten.cronworkflow.yaml": (TEN, ""),
    "diamond.workflow.yaml": (DIAMOND, ""),
    "fan-in.workflow.yaml": (FAN_IN, ""),
    "same-step.workflow.yaml": (SAME_STEP, ""),
    "sinks.workflowtemplate.yaml": (SINKS, "kind: WorkflowTemplate"),
    "triggers.workflow.yaml": (TRIGGERS, ""),
    "retries.workflow.yaml": (RETRIES, ""),
    "retries-3.6.workflow.yaml": (RETRIES, "version: '3.6'"),
    "names.cronworkflow.yaml": (NAMES, ""),
    "large.cronworkflow.yaml": (large(), LARGE_VALUES),
    "large-3.5.cronworkflow.yaml": (large(), f"version: '3.5', {LARGE_VALUES}"),
    "cluster.clusterworkflowtemplate.yaml": (DIAMOND, "kind: ClusterWorkflowTemplate"),
    "s3.workflow.yaml": (pipeline(), f"artifacts: {{store: s3, {S3}, archive: none, mode: '750'}}"),
    "s3-identity.workflow.yaml": (pipeline(), "artifacts: {store: s3, bucket: a, workload_identity: true}"),
    "gcs.workflow.yaml": (pipeline(), "artifacts: {store: gcs, bucket: a, secret_key: {name: gcs}, compression: 9}"),
    "azure.workflow.yaml": (pipeline(), f"artifacts: {{{AZURE}}}"),
    "repository.workflow.yaml": (pipeline(), f"artifacts: {{{REPOSITORY}}}"),
    "volume.workflow.yaml": (pipeline(), f"artifacts: {{{CLAIM}}}"),
    "claim.workflow.yaml": (pipeline(), f"artifacts: {{{SHARED}}}"),
    "memoize.workflow.yaml": (pipeline(), "steps: {fetch: {memoize: {cache: memo, key: 'fetch-1', max_age: 2d}}}"),
    "notifications.workflow.yaml": (pipeline("{{name}}"), f"notifications: [{SLACK}, {WEBHOOK}]"),
    "inline.workflow.yaml": (grid(210, 30), ""),
    "shards.workflow.yaml": (grid(450, 15), ""),
}  # fmt: skip


@pytest.mark.parametrize("name", GENERATED)
def test_the_file_is_as_it_was_reviewed(name: str, regenerate: bool) -> None:
    made, kept = text_of(*GENERATED[name]), GOLDEN / name
    if regenerate:
        GOLDEN.mkdir(exist_ok=True)
        kept.write_text(made, encoding="utf-8")
    assert made == kept.read_text(encoding="utf-8")


def test_there_is_no_golden_file_that_nothing_makes() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(GENERATED)
