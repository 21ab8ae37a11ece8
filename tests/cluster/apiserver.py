"""A real kube-apiserver on loopback, with Argo's definitions, token users and RBAC; nothing runs what it stores."""

from __future__ import annotations

import contextlib
import gzip
import itertools
import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from command_runs import Said, pipegen
from validators.building import VALIDATE, Program, binary

from pipegen.cluster.access import Access
from pipegen.cluster.connection import APPLY, Answer, Connection
from pipegen.errors import PipegenError

APISERVER = Program("apiserver", Path(__file__).with_name("go"))
CRDS = VALIDATE.sources / "crds"
_DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"
_USERS = {"admin": "system:masters", "reader": "", "applier": ""}
_LONGEST = 120  # seconds until it answers, on a machine with much else to do
_GROUPS = {
    "cronjobs": "/apis/batch/v1",
    "jobs": "/apis/batch/v1",
    "cronworkflows": "/apis/argoproj.io/v1alpha1",
    "workflows": "/apis/argoproj.io/v1alpha1",
    "workflowtemplates": "/apis/argoproj.io/v1alpha1",
    "roles": "/apis/rbac.authorization.k8s.io/v1",
    "rolebindings": "/apis/rbac.authorization.k8s.io/v1",
    "networkpolicies": "/apis/networking.k8s.io/v1",
}


@dataclass
class Cluster:
    """One server, and what tests do with it as its administrator."""

    folder: Path
    port: int
    user: str = "test"  # who makes namespaces there
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def host(self) -> str:
        return f"https://127.0.0.1:{self.port}"

    def kubeconfig(self, path: Path, namespace: str) -> Path:
        """A kubeconfig with a context for each user, named like them; the server does not know 'nobody'."""
        users = (*_USERS, "nobody")
        server = {"server": self.host, "certificate-authority": str(self.folder / "apiserver.crt")}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "current-context": "admin",
            "clusters": [{"name": "c", "cluster": server}],
            "users": [{"name": user, "user": {"token": f"{user}-token"}} for user in users],
            "contexts": [
                {"name": user, "context": {"cluster": "c", "user": user, "namespace": namespace}}
                for user in users
            ],
        }
        path.write_text(yaml.safe_dump(config), encoding="utf-8")
        return path

    def namespace(self, **labels: str) -> str:
        """A new namespace: tests share the server and nothing else."""
        name = f"{self.user}-{next(self._numbers)}"
        metadata = {"name": name, "labels": labels}
        self.ok("POST", "/api/v1/namespaces", {"apiVersion": "v1", "kind": "Namespace", "metadata": metadata})
        return name

    def ok(
        self, method: str, path: str, body: Mapping[str, Any] | None = None, manager: str = "somebody"
    ) -> Mapping[str, Any]:
        """A request of the administrator's that must work."""
        content = "application/merge-patch+json" if method == "PATCH" else "application/json"
        query = {"fieldManager": manager} if body else None
        answer = self._admin().ask(method, path, query, body, content)
        assert answer.ok, answer
        return answer.body

    def get(self, path: str) -> Answer:
        return self._admin().ask("GET", path)

    def applied(self, path: str, body: Mapping[str, Any], manager: str) -> Mapping[str, Any]:
        """Server-side apply by somebody else."""
        answer = self._admin().ask("PATCH", path, {"fieldManager": manager, "force": "true"}, body, APPLY)
        assert answer.ok, answer
        return answer.body

    def _admin(self) -> Connection:
        path = self.folder / "admin.yaml"
        if not path.exists():
            self.kubeconfig(path, "default")
        return Connection(Access(path, "admin"))


@dataclass(frozen=True)
class Place:
    """A project folder and a namespace of its own."""

    cluster: Cluster
    folder: Path
    namespace: str

    def pipegen(self, *words: str, user: str = "admin", **env: str) -> Said:
        """`pipegen WORDS` as a user of the cluster, whose kubeconfig is not among the project's files."""
        config = self.folder.parent / "kubeconfig"
        if not config.exists():
            self.cluster.kubeconfig(config, self.namespace)
        context = () if user == "admin" else ("--context", user)
        environment = {"KUBECONFIG": str(config), **env}
        return pipegen(self.folder, *words, *context, env=environment, loaded=("kubernetes.client",))

    def path(self, kind: str, name: str = "") -> str:
        root = f"{_GROUPS.get(kind, '/api/v1')}/namespaces/{self.namespace}/{kind}"
        return f"{root}/{name}" if name else root

    def live(self, kind: str, name: str) -> Any:
        return self.cluster.ok("GET", self.path(kind, name))

    def names(self, kind: str) -> list[str]:
        return sorted(one["metadata"]["name"] for one in self.cluster.ok("GET", self.path(kind))["items"])

    def edit(self, kind: str, name: str, change: Mapping[str, Any], manager: str = "kubectl-edit") -> None:
        """What `kubectl edit` sends."""
        self.cluster.ok("PATCH", self.path(kind, name), change, manager)

    def create(self, kind: str, body: Mapping[str, Any]) -> None:
        self.cluster.ok("POST", self.path(kind), body)


@contextlib.contextmanager
def running(folder: Path, *, argo: bool = True) -> Iterator[Cluster]:
    """A server of its own, stopped at the end, or when this process is gone."""
    tokens = folder / "tokens.csv"
    lines = [f'{user}-token,{user},{user},"{group}"' for user, group in _USERS.items()]
    tokens.write_text("\n".join(lines) + "\n", encoding="utf-8")
    port = _free_port()
    words = [
        f"--secure-port={port}",
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        f"--cert-dir={folder}",
        f"--token-auth-file={tokens}",
        "--authorization-mode=RBAC",
        "--service-cluster-ip-range=10.0.0.0/24",
    ]
    program = [binary(APISERVER), str(folder), *words]
    if argo:
        shutil.copytree(with_argo(), folder / "etcd")
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(program, stdin=subprocess.PIPE, stdout=log, stderr=log)
        try:
            cluster = Cluster(folder, port)
            _until_ready(cluster, process)
            if argo:
                _until_argo(cluster)
            yield cluster
        finally:
            process.kill()  # what it stores is of no use to anybody
            process.communicate(timeout=60)


def _free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _until_ready(cluster: Cluster, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _LONGEST
    while process.poll() is None and time.monotonic() < end:
        if (cluster.folder / "apiserver.crt").exists() and _is_ready(cluster):
            return
        time.sleep(0.1)
    raise RuntimeError(f"the API server does not start:\n{(cluster.folder / 'log').read_text()[-4000:]}")


def _is_ready(cluster: Cluster) -> bool:
    try:
        return cluster.get("/api/v1/namespaces/default").ok and cluster.get("/apis/batch/v1").ok
    except PipegenError:
        return False


def with_argo() -> Path:
    """What a server stores that knows Argo's kinds, made once: to learn them takes it a quarter of a minute of CPU."""
    kept = binary(APISERVER).with_suffix(".etcd")
    if not kept.exists():
        with tempfile.TemporaryDirectory() as folder, running(Path(folder), argo=False) as cluster:
            _install_argo(cluster)
            shutil.copytree(Path(folder, "etcd"), kept.with_suffix(".new"), dirs_exist_ok=True)
        kept.with_suffix(".new").rename(kept)
    return kept


def _install_argo(cluster: Cluster) -> None:
    """Argo's definitions, and the one of its templates without a namespace, which is not published with them."""
    found = [_read(path) for path in sorted(CRDS.glob("*.gz"))]
    for definition in (*found, _without_namespace(found[-1])):
        cluster.ok("POST", _DEFINITIONS, definition)
    _until_argo(cluster)


def _until_argo(cluster: Cluster) -> None:
    end = time.monotonic() + _LONGEST
    served: set[str] = set()
    while not served >= {"CronWorkflow", "Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"}:
        assert time.monotonic() < end, served
        answer = cluster.get("/apis/argoproj.io/v1alpha1")
        served = {one["kind"] for one in answer.body.get("resources") or ()}
        time.sleep(0.05)


def _read(path: Path) -> dict[str, Any]:
    definition: dict[str, Any] = yaml.load(gzip.decompress(path.read_bytes()), yaml.CSafeLoader)
    return definition


def _without_namespace(template: dict[str, Any]) -> dict[str, Any]:
    """As in Argo's minimal definitions, where a schema leaves everything open."""
    text = json.dumps({**template, "spec": {**template["spec"], "versions": []}})
    text = text.replace("workflowtemplate", "clusterworkflowtemplate")
    made: dict[str, Any] = json.loads(text.replace("WorkflowTemplate", "ClusterWorkflowTemplate"))
    made["spec"]["names"]["shortNames"] = ["cwft"]
    open_ = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
    schema = {"openAPIV3Schema": {"type": "object", "properties": {"spec": open_}}}
    version = {"name": "v1alpha1", "served": True, "storage": True, "schema": schema}
    made["spec"] |= {"scope": "Cluster", "versions": [version]}
    return made
