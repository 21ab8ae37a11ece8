"""What a reviewer sees in a pull request: whole files, kept under golden/, which GitLab's own schema takes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import check_jsonschema
import ci_local
import jsonschema
import pytest
from gitlab_pipelines import generated, large, text_of, wide
from reviews_by_hand import pipeline, task

from pipegen.backends.gitlab.words import BESIDE, OURS, WORDS
from pipegen.ir import Pipeline

GOLDEN = Path(__file__).with_name("golden")
SCHEMA = Path(check_jsonschema.__file__).parent / "builtin_schemas/vendor/gitlab-ci.json"
EVERY_VALUE = """
  file: ci/reviews.gitlab-ci.yml
  directory: services/reviews
  artifacts: build/artifacts
  prefix: nightly-
  command: [uv, run, pipegen]
  ref: release
  executor: kubernetes
  rules:
    branches: [main]
    tags: true
    merge_requests: true
    changes: [src/**/*]
    select: PIPELINE
    more: [{if: '$CI_COMMIT_TITLE =~ /retrain/', when: manual}, {if: $STOP, when: never}]
  tags: [kubernetes]
  timeout: 90m
  retry_when: [script_failure, runner_system_failure]
  interruptible: true
  resource_group: warehouse
  pull_policy: [if-not-present]
  before_script: [uv sync]
  after_script: [df -h]
  services: [postgres:17, {name: redis:8, alias: cache}]
  cache: [{key: uv, paths: [.cache/uv]}]
  variables: {UV_CACHE_DIR: $CI_PROJECT_DIR/.cache/uv}
  id_tokens: {VAULT_TOKEN: {aud: 'https://vault.example.com'}}
  secrets: {FETCH__TOKEN: {vault: reviews/token@ops, file: false}}
  expire_in: 7d
  access: developer
  steps:
    score: {tags: [gpu], timeout: 2h30m}
    report:
      environment: {name: production, url: 'https://reviews.example.com'}
      reports: {metrics: [data/metrics.txt]}
      expire_in: never
      patch: {coverage: '/\\d+/'}
"""
SHARED_STAGE = "{stage: data, file: ci/reviews.gitlab-ci.yml, rules: {manual: false, branches: [main]}}"
GENERATED = {
    "reviews.yml": (pipeline(), ""),
    "adhoc.yml": (pipeline("adhoc", task("fetch"), schedule=None, on_failure=task("alert", "tell")), ""),
    "large.yml": (large(), ""),
    "every-value.yml": (large(), EVERY_VALUE),
    "shared-stage.yml": (pipeline(), SHARED_STAGE),
    "gathering.yml": (wide(7), "{max_needs: 3}"),
    "inputs.yml": (large(), "{parameters: inputs, executor: kubernetes}"),
}


@cache
def schema() -> Any:
    return jsonschema.Draft7Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


@pytest.mark.parametrize("name", GENERATED)
def test_the_file_is_as_it_was_reviewed(name: str, regenerate: bool) -> None:
    one: tuple[Pipeline, str] = GENERATED[name]
    made, kept = text_of(*one), GOLDEN / name
    if regenerate:
        GOLDEN.mkdir(exist_ok=True)
        kept.write_text(made, encoding="utf-8")
    assert made == kept.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", GENERATED)
def test_the_schema_of_gitlab_takes_it(name: str) -> None:
    document = generated(*GENERATED[name])
    assert [one.message for one in schema().iter_errors(document)] == []


@pytest.mark.engine
@pytest.mark.parametrize("name", GENERATED)
def test_gitlab_ci_local_takes_it_and_finds_its_jobs(name: str, tmp_path: Path) -> None:
    text = text_of(*GENERATED[name])
    stages = "" if "\nstages:" in text else "stages: [data]\n"
    (tmp_path / ".gitlab-ci.yml").write_text(stages + text, encoding="utf-8")
    said = ci_local.listed(tmp_path, {"PIPELINE": "reviews"}, source="push" if stages else "web")
    assert said.code == 0, said.said
    jobs = [
        key for key, one in generated(*GENERATED[name]).items() if isinstance(one, dict) and "script" in one
    ]
    assert all(f"{job} " in said.said for job in jobs), said.said


def test_every_word_of_the_schema_is_known_to_pipegen() -> None:
    defined = json.loads(SCHEMA.read_text(encoding="utf-8"))["definitions"]
    job, reports = defined["job_template"]["properties"], defined["artifacts"]["properties"]["reports"]
    assert set(job) <= {*OURS, *BESIDE, *WORDS["patch"]}
    assert set(reports["properties"]) <= set(WORDS["reports"])
    assert {*defined["cache_item"]["properties"]} <= set(WORDS["cache"])
    assert "properties" in str(defined["services"])
    for section, place in {
        "services": defined["services"],
        "environment": job["environment"],
        "secrets": defined["secrets"],
    }.items():
        (known,) = properties(place)
        assert known <= set(WORDS[section])
    (rule,) = properties(defined["rules"])
    assert rule <= {*WORDS["rules.more"], "needs"}


def properties(schema: Any) -> Iterator[set[str]]:
    """The keys of every mapping that a part of the schema describes, and not those inside of them."""
    if isinstance(schema, dict) and "properties" in schema:
        yield set(schema["properties"])
    elif isinstance(schema, dict | list):
        for one in schema.values() if isinstance(schema, dict) else schema:
            yield from properties(one)


def test_the_schema_would_notice_a_keyword_that_gitlab_does_not_know() -> None:
    document = generated(pipeline())
    document["fetch"]["skript"] = ["true"]
    assert not schema().is_valid(document)
