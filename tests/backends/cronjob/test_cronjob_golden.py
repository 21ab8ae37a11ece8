"""What a reviewer sees in a pull request: whole files, kept under golden/."""

from __future__ import annotations

from pathlib import Path

import pytest
from pod_pipelines import large, text_of
from reviews_by_hand import pipeline, task

from pipegen.ir import Pipeline

GOLDEN = Path(__file__).with_name("golden")
EVERY_VALUE = """
  name: nightly
  namespace: reviews
  object_labels: {tier: batch}
  object_annotations: {acme.example/owner: data}
  annotations: {acme.example/cost: reviews}
  service_account: reviews
  automount_token: true
  suspend: true
  starting_deadline: 10m
  keep_successful: 1
  keep_failed: 5
  ttl: 7d
  deadline_on: pod
  rerun_evicted: true
  command: [/app/bin/pipegen]
  pull_policy: Always
  pull_secrets: [registry]
  secrets: {FETCH__TOKEN: {name: reviews, key: token}}
  config: {FETCH__URL: {name: reviews, optional: true}}
  env_from: [{secret: shared, prefix: ACME_}, {config_map: flags, optional: true}]
  mounts:
    models: {path: /models, claim: models, read_only: true}
    certificates: {path: /etc/ssl/acme, config_map: ca, items: {ca.crt: acme.crt}}
    tmp: {path: /tmp, empty: 5Gi}
  node_selector: {pool: cpu}
  tolerations: [{key: batch, operator: Exists, effect: NoSchedule}]
  affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: {nodeSelectorTerms: [
    {matchExpressions: [{key: zone, operator: In, values: [a, b]}]}]}}}
  topology_spread: [{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: ScheduleAnyway}]
  priority_class: batch
  runtime_class: gvisor
  scheduler: volcano
  host_aliases: [{ip: 10.0.0.1, hostnames: [db]}]
  dns_policy: ClusterFirst
  dns_config: {options: [{name: ndots, value: '2'}]}
  grace: 60s
  cpu_limit: true
  pod_security: {runAsUser: 2000}
  container_security: {readOnlyRootFilesystem: false}
  init_containers: [{name: migrate, image: migrate}]
  sidecars: [{name: proxy, image: proxy}]
  artifacts: {claim: reviews}
  patch: {shareProcessNamespace: true}
  container_patch: {terminationMessagePolicy: FallbackToLogsOnError}
  object_patch: [{op: add, path: /metadata/labels/patched, value: 'yes'}]
  steps:
    report:
      gpu_resource: amd.com/gpu
      init_containers: [{name: warm, image: warm}]
"""
ENGINE = """
  mode: engine
  workers: 2
  provided: [FETCH__URL]
  secrets: {FETCH__TOKEN: {name: reviews}}
  artifacts: {claim: reviews, per_run: false}
"""
GENERATED = {
    "reviews.cronjob.yaml": (pipeline(), ""),
    "adhoc.job.yaml": (pipeline("adhoc", task("fetch"), schedule=None), ""),
    "large.cronjob.yaml": (large(), "{provided: [FETCH__URL], secrets: {FETCH__TOKEN: {name: reviews}}}"),
    "every-value.cronjob.yaml": (large(), EVERY_VALUE),
    "engine.cronjob.yaml": (large(), ENGINE),
}


@pytest.mark.parametrize("name", GENERATED)
def test_the_file_is_as_it_was_reviewed(name: str, regenerate: bool) -> None:
    one: tuple[Pipeline, str] = GENERATED[name]
    made, kept = text_of(*one), GOLDEN / name
    if regenerate:
        GOLDEN.mkdir(exist_ok=True)
        kept.write_text(made, encoding="utf-8")
    assert made == kept.read_text(encoding="utf-8")
