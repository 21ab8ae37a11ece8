"""Every key that values may give to Argo changes the file, which stays valid, or is refused with a reason."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from argo_pipelines import (
    LARGE_VALUES,
    PLAIN,
    generated,
    large,
    pipeline,
    template,
    text_of,
)
from validators.validate import examine

from pipegen.backends.argo.artifact_config import ArtifactConfig
from pipegen.backends.argo.config import ArgoConfig, ArgoStepConfig, Memoize, Ttl
from pipegen.backends.kubernetes.config import EnvFrom, KeyRef, Mount
from pipegen.ir import Resources

BUDGET = "{minAvailable: 1}"
MUTEX = "{mutexes: [{name: reviews}]}"
METRICS = "{prometheus: [{name: runs, help: how often, counter: {value: '1'}}]}"
SPREAD = "[{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]"
AFFINITY = "{podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone}]}}"

POD: dict[str, str] = {
    "command": "[/bin/pipegen]",
    "pull_policy": "Always",
    "pull_secrets": "[registry]",
    "secrets": "{EXTRA: {name: a}}",
    "config": "{EXTRA: {name: a}}",
    "env_from": "[{secret: a}]",
    "mounts": "{models: {path: /models, claim: models}}",
    "annotations": "{a: b}",
    "node_selector": "{pool: gpu}",
    "tolerations": "[{operator: Exists}]",
    "affinity": AFFINITY,
    "topology_spread": SPREAD,
    "priority_class": "high",
    "runtime_class": "gvisor",
    "scheduler": "volcano",
    "host_aliases": "[{ip: 10.0.0.1, hostnames: [db]}]",
    "dns_policy": "Default",
    "dns_config": "{nameservers: [10.0.0.1]}",
    "grace": "1m",
    "gpu_resource": "amd.com/gpu",
    "cpu_limit": "true",
    "pod_security": "{runAsUser: 5}",
    "container_security": "{runAsUser: 5}",
    "sidecars": "[{name: proxy, image: proxy}]",
    "init_containers": "[{name: migrate, image: migrate}]",
    "patch": "{shareProcessNamespace: true}",
}
STEP: dict[str, str] = {
    **POD,
    "service_account": "fetcher",
    "retry_policy": "OnError",
    "archive_logs": "true",
    "memoize": "{cache: memo, key: fetch-1, max_age: 1d}",
    "synchronization": MUTEX,
    "metrics": METRICS,
    "hooks": "{exit: {template: tidy}}",
    "template_patch": "{timeout: 10m}",
    "task_patch": "{when: '1 == 1'}",
}
WHOLE: dict[str, str] = {
    **POD,
    "namespace": "reviews",
    "name": "other",
    "object_labels": "{a: b}",
    "object_annotations": "{a: b}",
    "service_account": "reviews",
    "automount_token": "true",
    "suspend": "true",
    "starting_deadline": "5m",
    "keep_successful": "0",
    "keep_failed": "0",
    "version": "'3.5'",
    "kind": "CronWorkflow",
    "artifacts": "{store: gcs, bucket: a}",
    "schedules": "[0 12 * * 6]",
    "when": "cronworkflow.failed < 3",
    "stop_strategy": "cronworkflow.failed >= 3",
    "executor_account": "argo",
    "secret": "other",
    "parallelism": "20",
    "priority": "10",
    "fail_fast": "false",
    "pod_gc": "null",
    "pod_gc_delay": "60s",
    "ttl": "{completed: 7d}",
    "archive_logs": "true",
    "retry_policy": "OnError",
    "layout": "inline",
    "notifications": "[{slack: {name: slack}}, {webhook: {name: hook, key: address}, when: always, image: 'a:1'}]",
    "disruption_budget": BUDGET,
    "synchronization": MUTEX,
    "metrics": METRICS,
    "hooks": "{exit: {template: fetch}}",
    "workflow_patch": "{podGC: {deleteDelayDuration: 10s}}",
    "object_patch": "{metadata: {finalizers: [acme.example/b]}}",
    "steps": "{fetch: {pull_policy: Always}}",
}
ARTIFACTS: dict[str, str] = {
    "store": "{store: volume}",
    "default_kind": "{default_kind: gcs}",
    "repository": "{repository: a}",
    "repository_key": "{repository: a, repository_key: b}",
    "bucket": "{store: gcs, bucket: a}",
    "endpoint": "{store: s3, bucket: a, endpoint: s3.example.com}",
    "region": "{store: s3, bucket: a, region: eu}",
    "insecure": "{store: s3, bucket: a, insecure: true}",
    "access_key": "{store: s3, bucket: a, access_key: {name: a}, secret_key: {name: a}}",
    "secret_key": "{store: gcs, bucket: a, secret_key: {name: a, key: json}}",
    "workload_identity": "{store: s3, bucket: a, workload_identity: true}",
    "prefix": "{prefix: 'runs/{workflow}'}",
    "gc": "{gc: OnWorkflowDeletion}",
    "gc_account": "{gc: OnWorkflowDeletion, gc_account: gc}",
    "archive": "{archive: zip}",
    "compression": "{compression: 9}",
    "mode": "{mode: '750'}",
    "claim": "{store: volume, claim: shared}",
    "size": "{store: volume, size: 1Gi}",
    "storage_class": "{store: volume, storage_class: nfs}",
    "access_mode": "{store: volume, access_mode: ReadWriteOnce}",
    "keep_claim": "{store: volume, keep_claim: never}",
}
# What must be asked of the pipeline for a key to show.
ASKING = replace(PLAIN, resources=Resources(cpu="1", gpu=1))
# Refused, or shown by a test of its own below.
ELSEWHERE = {"ignore", "provided", "generate_name", "companions"}
NOT_4_1 = {"version"}


def needy() -> Any:
    """A pipeline in which every key has something to change."""
    base = large()
    asking = tuple(
        replace(one, options=replace(one.options, resources=ASKING.resources)) for one in base.tasks
    )
    return replace(base, tasks=asking)


def merged_values(key: str, value: str) -> str:
    """The values that the pipeline needs anyway, with one more."""
    return f"{LARGE_VALUES}, {key}: {value}"


def test_every_key_is_tried() -> None:
    assert set(WHOLE) | ELSEWHERE == {one.name for one in fields(ArgoConfig)}
    assert set(STEP) == {one.name for one in fields(ArgoStepConfig)}
    assert set(ARTIFACTS) == {one.name for one in fields(ArtifactConfig)}


def test_every_key_of_a_whole_pipeline_changes_the_file() -> None:
    before = text_of(needy(), LARGE_VALUES)
    same = []
    for key, value in WHOLE.items():
        kind = "kind: CronWorkflow" if key == "kind" else None
        after = text_of(needy(), merged_values(key, value))
        if after == before and kind is None:
            same.append(key)
    assert same == []


def test_every_key_of_one_step_changes_its_template_alone() -> None:
    before = generated(needy(), LARGE_VALUES)
    same = []
    for key, value in STEP.items():
        after = generated(needy(), f"{LARGE_VALUES}, steps: {{fetch: {{{key}: {value}}}}}")
        one, other = ({**t, "called": dag_task(d)} for d in (before, after) for t in [template(d, "fetch")])
        if one == other:
            same.append(key)
        assert template(before, "report") == template(after, "report")
    assert same == []


def dag_task(data: dict[str, Any]) -> Any:
    return next(one for one in template(data, "main")["dag"]["tasks"] if one["name"] == "fetch")


def test_every_key_about_artifacts_changes_the_file() -> None:
    before = text_of(pipeline())
    plain = {"store: gcs, bucket: a", "store: volume"}
    for key, value in ARTIFACTS.items():
        after = text_of(pipeline(), f"artifacts: {value}")
        assert after != before, key
        assert value.strip("{}") in plain or after != text_of(pipeline(), "artifacts: {store: volume}"), key


def test_with_every_key_the_file_is_accepted() -> None:
    texts = [
        text_of(needy(), merged_values(key, value)) for key, value in WHOLE.items() if key not in NOT_4_1
    ]
    texts += [
        text_of(needy(), f"{LARGE_VALUES}, steps: {{fetch: {{{key}: {value}}}}}")
        for key, value in STEP.items()
    ]
    texts += [text_of(pipeline(), f"artifacts: {value}") for value in ARTIFACTS.values()]
    assert [str(one) for answer in examine(texts) for one in answer.findings] == []


def test_every_key_of_the_small_parts_is_written_somewhere() -> None:
    keys = {one.name for part in (KeyRef, EnvFrom, Mount, Ttl, Memoize) for one in fields(part)}
    values = """
      secrets: {FETCH__TOKEN: {name: n1, key: k1, optional: true}}
      provided: [FETCH__URL]
      env_from: [{secret: n2, prefix: P2_, optional: true}, {config_map: n3, provides: ['*']}]
      mounts:
        m4: {path: /m4, secret: n4, items: {k4: p4}, sub_path: s4, read_only: true, optional: true}
        m5: {path: /m5, config_map: n5}
        m6: {path: /m6, claim: n6}
        m7: {path: /m7, empty: 7Gi}
        m8: {path: /m8, source: {ephemeral: {volumeClaimTemplate: {spec: {accessModes: [ReadWriteOnce],
          resources: {requests: {storage: 8Gi}}}}}}}
      ttl: {completed: 1s, succeeded: 2s, failed: 3s}
      steps: {fetch: {memoize: {cache: n9, key: k9, max_age: 9h}}}"""
    text = text_of(large(), "\n" + values.replace("\n      ", "\n  ").strip("\n"))
    marks = [
        "n1",
        "k1",
        "n2",
        "P2_",
        "n3",
        "n4",
        "k4",
        "p4",
        "s4",
        "n5",
        "n6",
        "7Gi",
        "8Gi",
        "n9",
        "k9",
        "9h",
    ]
    assert [mark for mark in marks if mark not in text] == []
    assert text.count("optional: true") >= 4
    assert "secondsAfterFailure: 3" in text
    assert {key for key in keys if f"{key}:" not in values} == set()
