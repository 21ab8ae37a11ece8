"""An Argo workflow on this machine: the controller's order, a pod for every try, artifacts by key through S3.

The controller is that of the tests of the Argo backend; here its calls become pods, as Argo makes them: template
defaults merged, volumes and security of the workflow, patches of the pod's spec.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from controller import Call, Controller, filled

from containers.buckets import Bucket, owned
from containers.cluster import Cluster, Data
from containers.engine import Ended, Engine
from containers.pods import Pod

_OURS = {"init", "wait"}  # Argo's own containers: this module does what they do


@dataclass
class Workflow:
    """One run."""

    documents: Sequence[Data]
    cluster: Cluster
    engine: Engine
    bucket: Bucket
    folder: Path
    parameters: Mapping[str, str] = field(default_factory=dict)
    name: str = "run-1"
    tries: list[tuple[str, Ended]] = field(default_factory=list)
    uploads: list[tuple[str, bool]] = field(default_factory=list)  # of which task, after it went well or not
    pods: dict[str, Pod] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)

    def run(self) -> str:
        """Run it; how it ended."""
        controller = Controller(self.documents, self.parameters, self.name)
        self.spec: Data = controller.spec
        status = controller.walk(controller.own["main"], controller.own, self._task)
        controller.finish(self._task, status)
        return status

    def codes(self, task: str) -> list[int]:
        """The exit codes of a task's tries."""
        return [ended.code for name, ended in self.tries if name == task]

    @property
    def log(self) -> str:
        return "\n".join(f"--- {name}: {ended.code}\n{ended.log}" for name, ended in self.tries if ended.code)

    def artifact(self, task: str, target: Path) -> Path | None:
        """What a task handed on, as the next one would get it."""
        call = self.calls[task]
        for one in call.template.get("outputs", {}).get("artifacts", ()):
            return target if self.bucket.load(one, target) else None
        found = self._in_volume(self.pods[task], call.words[call.words.index("--out") + 1])
        return found if found.exists() else None

    def _task(self, call: Call) -> str:
        self.calls[call.task] = call
        for number in range(call.retries + 1):
            pod = self.pods[call.task] = self._pod(call, f"{call.task}-{number}")
            if self._started(call, pod):
                return "Succeeded"
        return "Failed"

    def _started(self, call: Call, pod: Pod) -> bool:
        for one in call.template.get("inputs", {}).get("artifacts", ()):
            there = self.bucket.load(one, self._in_volume(pod, one["path"]))
            assert there or one.get("optional"), f"{call.task}: {one} is missing"
        for place in pod.volumes.values():
            owned(place, pod.security["runAsUser"], pod.security["runAsGroup"])
        failed = False
        for _, ended in pod.run():
            self.tries.append((call.task, ended))
            failed = bool(ended.code)
        for one in call.template.get("outputs", {}).get("artifacts", ()):
            made = self._in_volume(pod, one["path"])
            if made.exists():  # Argo does so after a failure, too
                self.uploads.append((call.task, not failed))
                self.bucket.save(one, made)
            else:
                assert failed or one.get("optional"), f"{call.task}: nothing lies at {one['path']}"
        return not failed

    def _in_volume(self, pod: Pod, path: str) -> Path:
        """A path in the main container as the folder here that is mounted there."""
        (main,) = pod.spec["containers"]
        mounts = [one for one in main["volumeMounts"] if f"{path}/".startswith(f"{one['mountPath']}/")]
        mount = max(mounts, key=lambda one: len(one["mountPath"]))
        inside = path.removeprefix(mount["mountPath"]).lstrip("/")
        folder: Path = pod.volumes[mount["name"]] / mount.get("subPath", "")
        return folder / inside

    def _pod(self, call: Call, name: str) -> Pod:
        defaults: Data = filled(self.spec["templateDefaults"], call.scope)
        template = merged(defaults, call.template)
        claims = [
            {"name": one["metadata"]["name"], "persistentVolumeClaim": {"claimName": f"{self.name}-{number}"}}
            for number, one in enumerate(self.spec.get("volumeClaimTemplates", ()))
        ]
        assert "sidecars" not in template, "containers side by side are not run here"
        spec: Data = {
            "securityContext": template.get("securityContext", self.spec.get("securityContext", {})),
            "volumes": [*self.spec.get("volumes", ()), *claims, *template.get("volumes", ())],
            "initContainers": template.get("initContainers", []),
            "containers": [{"name": "main", **template["container"]}],
        }
        if "activeDeadlineSeconds" in template:
            spec["activeDeadlineSeconds"] = template["activeDeadlineSeconds"]
        for holder in (self.spec, template):
            spec = merged(spec, json.loads(holder.get("podSpecPatch", "{}")))
        for kind in ("initContainers", "containers"):
            spec[kind] = [one for one in spec[kind] if one["name"] not in _OURS]
        fields = {"metadata.name": name, "metadata.namespace": "default"}
        return Pod(spec, self.cluster, self.engine, self.folder / name, fields)


def merged(one: Any, other: Any) -> Any:
    """A strategic merge, as far as pods need it: lists of named things by name, mounts by path."""
    if isinstance(one, dict) and isinstance(other, dict):
        both = {key: merged(value, other[key]) if key in other else value for key, value in one.items()}
        return both | {key: value for key, value in other.items() if key not in one}
    key = _key(one, other)
    if key is None:
        return other
    found = {item[key]: item for item in one}
    for item in other:
        found[item[key]] = merged(found[item[key]], item) if item[key] in found else item
    return list(found.values())


def _key(one: Any, other: Any) -> str | None:
    if not (isinstance(one, list) and isinstance(other, list)):
        return None
    items = [*one, *other]
    for key in ("mountPath", "name"):
        if items and all(isinstance(item, dict) and key in item for item in items):
            return key
    return None
