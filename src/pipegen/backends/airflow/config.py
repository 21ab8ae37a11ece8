"""What values.yaml may say in its `airflow` section."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal

from pipegen.backends.kubernetes.config import AbsolutePath, ObjectName, PodConfig
from pipegen.values.kinds import DnsLabel, Doc, Duration, EnvName, Limit, Pattern, Range

Operator = Literal["bash", "kubernetes", "docker"]
_IDENTIFIER = rf"(?!(?:{'|'.join(keyword.kwlist)})(?![A-Za-z0-9_]))[A-Za-z_][A-Za-z0-9_]*"
Function = Annotated[
    str,
    Pattern(rf"{_IDENTIFIER}(\.{_IDENTIFIER})*:{_IDENTIFIER}", "a function like 'package.module:function'"),
]
Day = Annotated[str, Pattern(r"[12][0-9]{3}-[01][0-9]-[0-3][0-9]", "a day like '2025-01-31'")]
Place = Annotated[
    str,
    Pattern(
        r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/(?!\.{1,2}(/|$))[A-Za-z0-9_.=+-]+)*",
        "a place like 's3://bucket/prefix', of letters, digits and '_.=+-'",
    ),
]
Key = Annotated[str, Pattern(r"[A-Za-z0-9_.-]{1,200}", "letters, digits, '_', '.' and '-'")]


@dataclass(frozen=True, slots=True)
class ConnectionRef:
    """One field of a Connection of Airflow."""

    id: Annotated[Key, Doc("The Connection.", "reviews_api")]
    field: Annotated[
        Literal["password", "login", "host", "schema"],
        Doc("Which part of it; Airflow hides the password alone."),
    ] = "password"


@dataclass(frozen=True, slots=True)
class ArtifactConfig:
    """Where tasks hand on what they make: a folder that all workers, pods and containers see, or a bucket."""

    path: Annotated[
        AbsolutePath,
        Doc(
            "The folder; below it one for each run. Pods mount the claim there, containers the host's folder."
        ),
    ] = "/tmp/pipegen/artifacts"
    claim: Annotated[
        ObjectName | None,
        Doc("For pods: an existing PersistentVolumeClaim that many pods may mount.", "reviews"),
    ] = None
    s3: Annotated[
        Place | None,
        Doc(
            "A place in a bucket instead of a folder: each task fetches what feeds it and puts there what it makes, "
            "packed so that links, modes and empty folders are kept. Tasks need boto3 and credentials.",
            "s3://acme-artifacts/airflow",
        ),
    ] = None

    @property
    def root(self) -> str:
        return self.s3 or self.path

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.s3 is not None and self != ArtifactConfig(s3=self.s3):
            yield "s3", "a bucket stands for itself; take out path and claim, or s3"


@dataclass(frozen=True, slots=True)
class Callbacks:
    """Functions that Airflow calls; it must be able to import them."""

    on_failure: Annotated[Function | None, Doc("When it failed.", "acme.alerts:page")] = None
    on_success: Annotated[Function | None, Doc("When it succeeded.")] = None
    on_retry: Annotated[Function | None, Doc("Before a task is tried again; for tasks only.")] = None


@dataclass(frozen=True, slots=True)
class LateRun:
    """When a run is late, and whom to tell: a deadline alert of Airflow 3."""

    after: Annotated[str, Limit(), Doc("How long a run may take.", "2h")]
    call: Annotated[
        Function,
        Doc(
            "The function that is called then; the triggerer, or the executor, must be able to import it.",
            "acme.alerts:late",
        ),
    ]
    since: Annotated[
        Literal["queued", "due"], Doc("Counted from when it was queued, or from its logical date.")
    ] = "queued"
    by: Annotated[
        Literal["triggerer", "executor"],
        Doc("Who calls the function; the triggerer takes one with `async def`, the executor another."),
    ] = "triggerer"


@dataclass(frozen=True, slots=True)
class AirflowStepConfig(PodConfig):
    """How a task runs; under `steps` for single tasks or steps. Keys about pods are for `operator: kubernetes`."""

    operator: Annotated[
        Operator | None,
        Doc("`bash` runs on the worker, `kubernetes` in a pod, `docker` in a container beside the worker."),
    ] = None
    pool: Annotated[str | None, Doc("The pool that a task takes slots of.", "default_pool")] = None
    pool_slots: Annotated[int | None, Range(ge=1), Doc("How many slots.", 1)] = None
    queue: Annotated[str | None, Doc("The queue, for workers that listen to several.", "gpu")] = None
    priority_weight: Annotated[int | None, Doc("Which task goes first when slots are scarce.", 1)] = None
    weight_rule: Annotated[
        Literal["downstream", "upstream", "absolute"] | None, Doc("Which other tasks add to its weight.")
    ] = None
    max_active: Annotated[
        int | None, Range(ge=1), Doc("How many of the task run at once, over all runs.")
    ] = None
    owner: Annotated[str | None, Doc("Whom Airflow names as the owner.", "search")] = None
    group: Annotated[
        Annotated[str, Pattern(r"[A-Za-z0-9_-]{1,100}", "letters, digits, '_' and '-'")] | None,
        Doc("The task group that it is drawn in.", "europe"),
    ] = None
    variables: Annotated[
        Mapping[Annotated[str, EnvName()], Key],
        Doc(
            "Environment variables from Variables of Airflow; not for pods.", {"FETCH__TOKEN": "fetch_token"}
        ),
    ] = field(default_factory=dict)
    connections: Annotated[
        Mapping[Annotated[str, EnvName()], ConnectionRef],
        Doc("Environment variables from Connections of Airflow; not for pods."),
    ] = field(default_factory=dict)
    callbacks: Annotated[Callbacks | None, Doc("Functions that are called when a task ends.")] = None
    sla: Annotated[
        Annotated[str, Limit()] | None,
        Doc(
            "With `version: '2'` and a schedule: how long after a run is due a task must have succeeded.",
            "1h",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class DockerConfig:
    """For `operator: docker`."""

    network: Annotated[str | None, Doc("The network of the containers.", "bridge")] = None
    user: Annotated[str | None, Doc("Whom the process runs as.", "1000:1000")] = None
    url: Annotated[str | None, Doc("Where Docker listens.", "unix://var/run/docker.sock")] = None
    connection: Annotated[Key | None, Doc("The Connection with the registry's login.")] = None
    pull: Annotated[bool, Doc("Pull the image each time.")] = False


@dataclass(frozen=True, slots=True)
class KubernetesConfig:
    """For `operator: kubernetes`."""

    namespace: Annotated[Annotated[str, DnsLabel(63)] | None, Doc("The namespace of the pods.")] = None
    service_account: Annotated[ObjectName | None, Doc("The ServiceAccount of the pods.")] = None
    automount_token: Annotated[bool, Doc("Give the pods the account's token.")] = False
    connection: Annotated[Key | None, Doc("The Connection with the way to the cluster.")] = None
    in_cluster: Annotated[bool | None, Doc("Whether workers run in that cluster themselves.")] = None
    startup_timeout: Annotated[str, Duration(), Doc("How long a pod may take to start.")] = "10m"
    keep_pods: Annotated[
        Literal["never", "failed", "always"], Doc("Which pods are left when a task has ended.")
    ] = "never"
    deferrable: Annotated[bool, Doc("Wait for pods in the triggerer instead of a worker.")] = False


@dataclass(frozen=True, slots=True)
class AirflowConfig(AirflowStepConfig):
    """How a pipeline becomes a DAG."""

    ignore: Annotated[
        tuple[str, ...], Doc("Features that the target cannot express and that may be left out.", ["image"])
    ] = ()
    dag_id: Annotated[
        Annotated[str, Pattern(r"[A-Za-z0-9_.-]{1,200}", "letters, digits, '_', '.' and '-', at most 200")]
        | None,
        Doc("What the DAG is called; made of the pipeline's name when not given."),
    ] = None
    version: Annotated[
        Literal["2", "3"] | None,
        Doc("Which Airflow reads the file, 2.10 or 3.1 and later; both when not given."),
    ] = None
    project: Annotated[
        AbsolutePath | None,
        Doc(
            "For `bash`: the project's folder on the workers; found from the DAG's file when not given.",
            "/opt/acme",
        ),
    ] = None
    artifacts: Annotated[ArtifactConfig, Doc("Where tasks hand on what they make.")] = ArtifactConfig()
    start_date: Annotated[Day, Doc("The first day that the schedule is for.")] = "2025-01-01"
    catchup: Annotated[bool, Doc("Run what was due since `start_date` as well.")] = False
    max_active_runs: Annotated[
        int | None, Range(ge=1), Doc("How many runs go on at once; 1 unless runs may overlap.", 1)
    ] = None
    max_active_tasks: Annotated[int | None, Range(ge=1), Doc("How many tasks of it run at once.", 16)] = None
    paused: Annotated[bool | None, Doc("Whether the DAG is stopped when Airflow first sees it.")] = None
    tags: Annotated[tuple[str, ...], Doc("Tags of the DAG, beside the pipeline's labels.", ["search"])] = ()
    dag_callbacks: Annotated[Callbacks | None, Doc("Functions that are called when a run ends.")] = None
    late: Annotated[
        tuple[LateRun, ...],
        Doc(
            "With `version: '3'`: functions that are called when a run takes too long.",
            [{"after": "2h", "call": "acme.alerts:late"}],
        ),
    ] = ()
    sla_miss: Annotated[
        Function | None, Doc("With `version: '2'`: the function that is called when an `sla` is missed.")
    ] = None
    retry: Annotated[
        Literal["airflow", "exec"],
        Doc(
            "Who tries a failed task again: Airflow, or the task's own command, which keeps the worker's slot."
        ),
    ] = "airflow"
    secret: Annotated[
        ObjectName | None,
        Doc(
            "For pods: the Secret with all secret settings that nothing else gives; named like the pipeline."
        ),
    ] = None
    provided: Annotated[
        tuple[str, ...],
        Doc("Required variables that the workers have, or the cluster; `*` for all.", ["FETCH__TOKEN"]),
    ] = ()
    docker: Annotated[DockerConfig, Doc("For `operator: docker`.")] = DockerConfig()
    kubernetes: Annotated[KubernetesConfig, Doc("For `operator: kubernetes`.")] = KubernetesConfig()
    steps: Annotated[
        Mapping[str, AirflowStepConfig], Doc("More for single tasks or steps, by name or slug.")
    ] = field(default_factory=dict)

    def validate(self) -> Iterator[tuple[str, str]]:
        import datetime  # only who has values pays for it

        try:
            datetime.date.fromisoformat(self.start_date)
        except ValueError:
            yield "start_date", f"'{self.start_date}' is no day; write it like '2025-01-31'"
        if self.dag_callbacks is not None and self.dag_callbacks.on_retry is not None:
            yield "dag_callbacks", "a run is not tried again; give on_retry under callbacks"
