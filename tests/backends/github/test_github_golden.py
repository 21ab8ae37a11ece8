"""What a reviewer sees in a pull request: whole files, kept under golden/."""

from __future__ import annotations

from pathlib import Path

import pytest
from workflow_pipelines import IMAGE, NIGHTLY, pipeline, task, text_of, triggered

from pipegen.ir import Options, Parameter, Pipeline, Resources, Retry, Schedule, Task

GOLDEN = Path(__file__).with_name("golden")
EVERY_VALUE = """
  name: Nightly reviews
  push: {branches: [main, 'release/**'], paths: ['data/**'], tags: [v*]}
  pull_request: {branches_ignore: [docs], paths_ignore: ['**.md']}
  checkout: {lfs: true, fetch-depth: 0}
  concurrency_group: 'reviews-${{ github.ref }}'
  working_directory: services/reviews
  artifacts: out
  retention_days: 5
  provided: [NEEDY__URL]
  actions: {checkout: 'acme/checkout@0123456789012345678901234567890123456789 # v9'}
  runs_on: [self-hosted, linux]
  python: '3.13'
  install: [pip install uv, uv sync]
  command: [uv, run, pipegen]
  secrets: {FETCH__TOKEN: REVIEWS_TOKEN}
  variables: {SCORE__MODEL: REVIEWS_MODEL}
  container: {credentials: {username: bot, password: '${{ secrets.REGISTRY }}'}, options: --init}
  services: {db: {image: 'postgres:17', ports: ['5432:5432']}}
  before: [{uses: aws-actions/configure-aws-credentials@v4, with: {role-to-assume: reviews, aws-region: eu-west-1}}]
  after: [{run: echo done, if: always()}]
  cache: [{path: [~/.cache/models], key: 'models-${{ runner.os }}', restore_keys: [models-]}]
  environment: {name: production, url: https://reviews.example.com}
  permissions: {id-token: write}
  timeout_minutes: 600
  steps:
    report: {runs_on: [gpu], permissions: {contents: write}, patch: {defaults: {run: {shell: bash}}, environment: null}}
"""
LARGE = pipeline(
    "reviews",
    task("fetch", options=Options(image=IMAGE, retry=Retry(3, "30s"), timeout="2h", env={"A": "${{ b }}"})),
    task("score", reviews="fetch", options=Options(image=IMAGE, resources=Resources("500m", "2Gi", gpu=1))),
    task("report", scores="score", reviews="fetch", options=Options(image=IMAGE, metadata={"owner": "ada"})),
    task("collect", "report", scores="report", options=triggered("all_done")),
    task("Rescue me!", "report", scores="score", options=triggered("one_failed")),
    task("last", "report", "collect", "fetch"),
    schedule=Schedule("30 2 * * mon-fri", "Asia/Tokyo"),
    concurrency="replace",
    description="Reads reviews.\nEvery night.",
    parameters=(
        Parameter("limit", (("fetch", "limit"),), 10, True, description="How many."),
        Parameter("model", (("score", "model"),), "small", True, ("small", "large")),
    ),
    on_failure=Task("alert", "report"),
    on_exit=Task("tidy", "report"),
)
GENERATED: dict[str, tuple[Pipeline, str]] = {
    "reviews.yml": (pipeline(), ""),
    "adhoc.yml": (pipeline("adhoc", task("fetch"), schedule=None), "{summary: false}"),
    "large.yml": (LARGE, ""),
    "every-value.yml": (LARGE, EVERY_VALUE),
    "one-job.yml": (pipeline(schedule=NIGHTLY, concurrency="forbid"), "{layout: job, run: [--workers, '2']}"),
}


@pytest.mark.parametrize("name", GENERATED)
def test_the_file_is_as_it_was_reviewed(name: str, regenerate: bool) -> None:
    made, kept = text_of(*GENERATED[name]), GOLDEN / name
    if regenerate:
        GOLDEN.mkdir(exist_ok=True)
        kept.write_text(made, encoding="utf-8")
    assert made == kept.read_text(encoding="utf-8")
