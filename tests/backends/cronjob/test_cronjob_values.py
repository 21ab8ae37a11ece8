"""Every key that values may give to a CronJob changes the file, or is refused with a reason."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import pytest
from pod_pipelines import container, containers, generated, pod_of, refusals, text_of
from reviews_by_hand import FETCH, PLAIN, STEPS, TOKEN, pipeline, task

from pipegen.backends.cronjob.config import ArtifactConfig, CronJobConfig, CronJobStepConfig
from pipegen.backends.cronjob.problems import OF_THE_POD
from pipegen.backends.kubernetes.config import EnvFrom, KeyRef, Mount, PodConfig
from pipegen.ir import Parameter, Resources, Setting

# What needs something of the pipeline to show: GPUs, CPU, a deadline, a required setting.
ASKING = replace(PLAIN, resources=Resources(cpu="1", gpu=1))
SETTINGS = (Setting("url", "str", required=True), Setting("token", "str", required=True))
NEEDY = pipeline(
    "reviews",
    task("fetch", options=ASKING),
    task("score", reviews="fetch", options=ASKING),
    steps={**STEPS, "fetch": replace(FETCH, settings=SETTINGS)},
    deadline="1h",
)
CONFIG, SECRETS = "{FETCH__URL: {name: given}}", "{FETCH__TOKEN: {name: given}}"
GIVEN = f"config: {CONFIG}, secrets: {SECRETS}"

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
    "affinity": "{podAntiAffinity: {}}",
    "topology_spread": "[{maxSkew: 1, topologyKey: zone, whenUnsatisfiable: DoNotSchedule}]",
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
    "patch": "{hostNetwork: true}",
    "container_patch": "{tty: true}",
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
    "mode": "engine",
    "artifacts": "{claim: reviews}",
    "tmp_size": "1Gi",
    "deadline_on": "pod",
    "ttl": "1d",
    "rerun_evicted": "true",
    "object_patch": "{metadata: {finalizers: [a/b]}}",
    "steps": "{fetch: {pull_policy: Always}}",
}
# Seen only where something else is so: tested by themselves below.
ELSEWHERE = {"workers", "ignore", "provided", "secret", "generate_name", "companions", "sequential"}


def test_every_key_has_a_case() -> None:
    assert {one.name for one in fields(CronJobConfig)} == {*WHOLE} | ELSEWHERE
    assert {one.name for one in fields(CronJobStepConfig)} == {*POD}


@pytest.mark.parametrize("key", WHOLE)
def test_a_key_changes_the_file_or_is_refused(key: str) -> None:
    beside = {"config": CONFIG, "secrets": SECRETS}
    value = beside.pop(key, "")[:-1] + ", " + WHOLE[key][1:] if key in beside else WHOLE[key]
    others = "".join(f", {name}: {one}" for name, one in beside.items())
    values = f"{{{key}: {value}{others}}}"
    assert refusals(NEEDY, values) == []
    assert text_of(NEEDY, values) != text_of(NEEDY, f"{{{GIVEN}}}")


@pytest.mark.parametrize("key", POD)
def test_a_key_for_a_step_changes_its_container_alone_or_is_refused(key: str) -> None:
    values = f"{{{GIVEN}, steps: {{score: {{{key}: {POD[key]}}}}}}}"
    found = refusals(NEEDY, values)
    if key in OF_THE_POD:
        assert [code for code, _ in found] == ["PG552"]
        assert f"cronjob.steps.score.{key}" in found[0][1]
    else:
        assert found == []
        before, after = generated(NEEDY, f"{{{GIVEN}}}"), generated(NEEDY, values)
        assert container(before, "fetch") == container(after, "fetch")
        assert containers(before) != containers(after)


def test_no_key_of_a_pod_is_forgotten_when_steps_are_told_apart() -> None:
    of_containers = {"command", "pull_policy", "secrets", "config", "env_from", "mounts", "gpu_resource",
                     "cpu_limit", "container_security", "init_containers"}  # fmt: skip
    assert {*OF_THE_POD} | of_containers == {one.name for one in fields(PodConfig)}


PARTS: list[tuple[type, str, str]] = [
    (KeyRef, "secrets: {A: {%s}}", "name: a | key: b | optional: true"),
    (EnvFrom, "env_from: [{%s}]", "secret: a | config_map: a | prefix: B_ | optional: true"),
    (
        Mount,
        "mounts: {m: {%s}}",
        "path: /a | secret: a | config_map: a | claim: a | empty: 1Gi | source: {emptyDir: {medium: Memory}} | "
        "items: {a: b} | sub_path: s | read_only: true | optional: true",
    ),
    (
        ArtifactConfig,
        "artifacts: {%s}",
        "claim: a | per_run: false | storage_class: fast | size: 1Gi | memory: true",
    ),
]
# Keys that need another one beside them.
BESIDE = {
    (KeyRef, "key"): "name: a", (KeyRef, "optional"): "name: a",
    (EnvFrom, "prefix"): "secret: a", (EnvFrom, "optional"): "secret: a",
    **{(Mount, key): "path: /m" for key in ("secret", "config_map", "claim", "empty", "source")},
    **{(Mount, key): "path: /m, secret: a" for key in ("items", "sub_path", "read_only", "optional")},
    (Mount, "path"): "secret: a",
    (ArtifactConfig, "per_run"): "claim: a", (ArtifactConfig, "storage_class"): "size: 1Gi",
}  # fmt: skip
UNSEEN = {(EnvFrom, "provides")}  # what is known to be there; it lets a required variable pass


@pytest.mark.parametrize(("cls", "where", "keys"), PARTS)
def test_every_key_of_a_part_changes_the_file(cls: type, where: str, keys: str) -> None:
    given = [one.strip() for one in keys.split(" | ")]
    names = {one.partition(":")[0] for one in given}
    assert names | {key for of, key in UNSEEN if of is cls} == {one.name for one in fields(cls)}
    texts = []
    for one in given:
        beside = BESIDE.get((cls, one.partition(":")[0]), "")
        texts.append(text_of(pipeline(), "{%s}" % (where % ", ".join(filter(None, (beside, one))))))
    plain = text_of(pipeline())
    assert plain not in texts
    assert len(set(texts)) == len(texts)


def test_a_job_may_get_its_name_from_the_cluster() -> None:
    once = pipeline(schedule=None)
    assert generated(once)["metadata"]["name"] == "reviews"
    assert generated(once, "{generate_name: true}")["metadata"]["generateName"] == "reviews-"
    assert generated(once, "{suspend: true}")["spec"]["suspend"] is True


@pytest.mark.parametrize(("name", "said"), [("reviews", None), ("Übung & Nächte!", "Übung & Nächte!")])
def test_a_pipeline_is_found_by_the_name_that_its_user_gave_it(name: str, said: str | None) -> None:
    metadata = generated(pipeline(name))["metadata"]
    assert metadata.get("annotations", {}).get("pipegen/pipeline") == said
    assert metadata["labels"]["pipegen/pipeline"] in ("reviews", "ubung-nachte")


@pytest.mark.parametrize(
    "values", ["provided: ['*']", "env_from: [{secret: a, provides: [FETCH__URL, FETCH__TOKEN]}]", GIVEN]
)
def test_a_required_variable_comes_from_somewhere(values: str) -> None:
    assert {code for code, _ in refusals(NEEDY)} == {"PG523"}
    assert refusals(NEEDY, f"{{{values}}}") == []


def test_secret_settings_come_from_the_secret_that_is_sketched_for_them() -> None:
    salt = replace(TOKEN, name="salt", required=False)
    one = pipeline("Reviews!", steps={**STEPS, "fetch": replace(FETCH, settings=(TOKEN, salt))})
    for values, name in (("", "reviews"), ("{secret: keys}", "keys")):
        named = {each["name"]: each for each in container(generated(one, values), "fetch")["env"]}
        assert named["FETCH__TOKEN"]["valueFrom"] == {"secretKeyRef": {"name": name, "key": "FETCH__TOKEN"}}
        ref = {"name": name, "key": "FETCH__SALT", "optional": True}
        assert named["FETCH__SALT"]["valueFrom"] == {"secretKeyRef": ref}
        assert f"\n# Needs a Secret '{name}' with FETCH__TOKEN: pipegen env " in text_of(one, values)
        assert {each["name"] for each in container(generated(one, values), "score")["env"]} == {"HOME"}
    for values in ("{provided: ['*']}", "{env_from: [{secret: a, provides: ['*']}]}"):
        assert "secretKeyRef" not in text_of(one, values)


def test_a_step_and_its_task_are_told_by_name_and_the_nearer_word_wins() -> None:
    one = pipeline(
        "p", task("fetch"), task("eu", "score", reviews="fetch"), task("us", "score", reviews="fetch")
    )
    data = generated(
        one,
        "{pull_policy: Never, container_patch: {tty: true}, steps: {"
        "score: {pull_policy: Always, container_patch: {stdin: true}, init_containers: []}, "
        "us: {pull_policy: IfNotPresent, container_patch: {tty: null}}}}",
    )
    assert [one.get("imagePullPolicy") for one in containers(data)] == ["Never", "Always", "IfNotPresent"]
    assert [(one.get("tty"), one.get("stdin")) for one in containers(data)] == [
        (True, None), (True, True), (None, True),
    ]  # fmt: skip


def test_variables_go_only_where_they_are_read() -> None:
    data = generated(
        pipeline(parameters=(Parameter("model", (("score", "model"),), "small", True),)),
        "{secrets: {SCORE__KEY: {name: a}, OPENAI_KEY: {name: a}}}",
    )
    names = {one["name"]: {each["name"] for each in one["env"]} for one in containers(data)}
    assert names["fetch"] == {"HOME", "OPENAI_KEY"}
    assert names["score"] == {"HOME", "OPENAI_KEY", "SCORE__KEY", "REVIEWS__MODEL"}


@pytest.mark.parametrize(
    ("kind", "default", "env", "flag"),
    [
        ("str", "a $(B)", "a $$(B)", False),
        ("int", 3, "3", False),
        ("bool", True, "true", False),
        ("list[int]", [1, 2], "[1, 2]", False),
        ("Literal['a', 'b']", "a", "a", False),
        ("str | None", "a", "a", False),
        ("str | None", None, None, True),
        ("int | str", "3", None, True),
        ("Any", "3", None, True),
    ],
)
def test_a_parameter_is_a_variable_where_text_says_the_same(
    kind: str, default: Any, env: str | None, flag: bool
) -> None:
    steps = {**STEPS, "score": replace(STEPS["score"], settings=(Setting("model", kind, required=False),))}
    one = pipeline(steps=steps, parameters=(Parameter("model", (("score", "model"),), default, True),))
    score = container(generated(one), "score")
    assert {each["name"]: each["value"] for each in score["env"]}.get("REVIEWS__MODEL") == env
    assert "model=REVIEWS__MODEL" in score["args"]
    assert ("--default" in score["args"]) is flag


def test_a_secret_takes_the_place_of_a_parameters_default() -> None:
    one = pipeline(parameters=(Parameter("model", (("score", "model"),), "small", True),))
    data = generated(one, "{secrets: {REVIEWS__MODEL: {name: models, key: best}}}")
    found = [each for each in container(data, "score")["env"] if each["name"] == "REVIEWS__MODEL"]
    assert found == [
        {"name": "REVIEWS__MODEL", "valueFrom": {"secretKeyRef": {"name": "models", "key": "best"}}}
    ]


@pytest.mark.parametrize(
    "values",
    [
        "{config: {SCORE__MODEL: {name: models}}}",
        "{steps: {score: {secrets: {SCORE__MODEL: {name: models}}}}}",
        "{env_from: [{config_map: models}]}",
    ],
)
def test_the_default_of_a_parameter_is_weaker_than_a_variable_of_the_setting(values: str) -> None:
    one = pipeline(parameters=(Parameter("model", (("score", "model"),), "small", True),))
    score = container(generated(one, values), "score")
    assert "REVIEWS__MODEL" not in [each["name"] for each in score["env"]]
    assert score["args"][-4:] == ["--param", "model=REVIEWS__MODEL", "--default", 'model="small"']


def test_sidecars_are_there_for_every_task_and_safe_unless_told_otherwise() -> None:
    data = generated(
        pipeline(),
        "{sidecars: [{name: proxy, image: p}, {name: root, image: r, securityContext: {runAsUser: 0}}], "
        "init_containers: [{name: migrate, image: m}], steps: {score: {init_containers: [{name: warm, image: w}]}}}",
    )
    names = [one["name"] for one in containers(data)]
    assert names == ["migrate", "proxy", "root", "fetch", "warm", "score", "report"]
    assert container(data, "proxy")["restartPolicy"] == "Always"
    assert container(data, "root")["securityContext"]["runAsUser"] == 0
    for one in containers(data):
        assert one["securityContext"]["allowPrivilegeEscalation"] is False
        assert one["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_two_volumes_of_one_name_are_told_apart() -> None:
    data = generated(
        pipeline(),
        "{mounts: {models: {path: /models, claim: small}}, "
        "steps: {score: {mounts: {models: {path: /models, claim: large}}}}}",
    )
    volumes = {one["name"]: one.get("persistentVolumeClaim") for one in pod_of(data)["volumes"]}
    assert volumes["models"] == {"claimName": "small"} and volumes["models-2"] == {"claimName": "large"}
    mounted = [[each["name"] for each in one["volumeMounts"]][-1] for one in containers(data)]
    assert mounted == ["models", "models-2", "models"]


def test_patches_are_applied_from_the_inside_out_in_both_forms() -> None:
    data = generated(
        pipeline(),
        "{container_patch: [{op: add, path: /tty, value: true}], "
        "patch: [{op: replace, path: /containers/0/tty, value: false}, {op: add, path: /hostPID, value: true}], "
        "object_patch: {spec: {suspend: true, jobTemplate: {spec: {template: {spec: {hostPID: null}}}}}}}",
    )
    assert [one["tty"] for one in containers(data)] == [True, True, False]
    assert data["spec"]["suspend"] is True
    assert "hostPID" not in pod_of(data)
