"""What a reviewer sees in a pull request: whole files, kept under golden/, as ruff would have them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from dag_pipelines import in_containers, pipeline, rich, text_of

from pipegen.ir import Pipeline

GOLDEN = Path(__file__).with_name("golden")
EVERY_VALUE = """
airflow:
  dag_id: nightly.reviews
  command: [/opt/venv/bin/pipegen]
  project: /opt/acme
  artifacts: {path: /mnt/artifacts}
  start_date: 2025-03-01
  catchup: true
  max_active_runs: 1
  max_active_tasks: 8
  paused: false
  tags: [nightly]
  pool: small
  pool_slots: 2
  queue: default
  priority_weight: 5
  weight_rule: absolute
  max_active: 4
  owner: search
  retry: exec
  callbacks: {on_failure: "acme.alerts:page", on_retry: "acme.alerts:note"}
  dag_callbacks: {on_failure: "acme.alerts:page", on_success: "acme.alerts:cheer"}
  variables: {FETCH__URL: fetch_url}
  connections: {FETCH__TOKEN: {id: reviews-api}}
  steps:
    score: {pool: large, group: scoring}
    fetch: {queue: network, callbacks: {on_success: "acme.alerts:cheer"}}
"""
DOCKER = """
airflow:
  operator: docker
  artifacts: {path: /mnt/artifacts}
  docker: {network: host, user: '1000', url: 'tcp://docker:2375', connection: registry, pull: true}
  variables: {FETCH__TOKEN: fetch_token}
"""
PODS = """
airflow:
  operator: kubernetes
  artifacts: {claim: reviews}
  kubernetes:
    {namespace: reviews, service_account: reviews, startup_timeout: 5m, keep_pods: failed, in_cluster: true}
  mounts: {models: {path: /models, claim: models, read_only: true}}
  node_selector: {pool: gpu}
  tolerations: [{key: batch, operator: Exists, effect: NoSchedule}]
  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
    {matchExpressions: [{key: zone, operator: In, values: [a, b]}]}]}}}
  pull_secrets: [registry]
  env_from: [{config_map: flags}]
  steps:
    fetch: {config: {FETCH__PROXY: {name: network}}, priority_class: batch, patch: {hostNetwork: false}}
"""
MIXED = """
airflow:
  ignore: [image, cpu, memory, gpu]
  artifacts: {path: /mnt/artifacts}
  steps:
    fetch: {operator: docker, variables: {FETCH__TOKEN: fetch_token}}
"""
FOR_3 = """
airflow:
  version: '3'
  provided: [FETCH__URL]
  late:
    - {after: 2h, call: "acme.alerts:late"}
    - {after: 90s, call: "acme.alerts:late_at_once", since: due, by: executor}
  steps: {score: {group: scoring, callbacks: {on_failure: "acme.platform.notifications.on_call:page_the_engineer"}}}
"""
FOR_2 = """
airflow:
  version: '2'
  provided: [FETCH__URL]
  sla: 1h
  sla_miss: "acme.alerts:missed"
  steps: {score: {group: scoring, sla: 90m}}
"""
CASES: dict[str, tuple[Pipeline, str]] = {
    "plain": (pipeline(parameters=()), "airflow: {provided: [FETCH__URL]}"),
    "rich": (rich(), "airflow: {provided: [FETCH__URL]}"),
    "every_value": (rich(), EVERY_VALUE),
    "for_airflow_3": (rich(), FOR_3),
    "for_airflow_2": (rich(), FOR_2),
    "docker": (in_containers(), DOCKER),
    "pods": (in_containers(), PODS),
    "mixed": (in_containers(), MIXED),
}


@pytest.mark.parametrize("case", CASES)
def test_the_file_is_the_one_that_was_reviewed(case: str, regenerate: bool) -> None:
    text, golden = text_of(*CASES[case]), GOLDEN / f"{case}_dag.py"
    if regenerate:
        GOLDEN.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("words", [("check",), ("format", "--diff")], ids=lambda words: words[0])
def test_ruff_finds_nothing_to_change(words: tuple[str, ...]) -> None:
    ruff = Path(sys.executable).with_name("ruff")
    files = sorted(map(str, GOLDEN.glob("*.py")))
    done = subprocess.run(
        [ruff, words[0], "--isolated", "--target-version", "py39", *words[1:], *files],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) in ((0, "All checks passed!\n"), (0, "")), done.stdout + done.stderr
