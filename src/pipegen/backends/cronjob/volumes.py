"""The volumes of the pod: where artifacts lie, /tmp, and what values mount."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator

from pipegen.backends.cronjob.config import ArtifactConfig, CronJobConfig
from pipegen.backends.kubernetes.config import PodConfig
from pipegen.backends.kubernetes.pod import Data, volume_of
from pipegen.emit.yaml import Yaml

ARTIFACTS, TMP = "/pipegen/artifacts", "/tmp"
RUN = "PIPEGEN_RUN"  # holds the Job's name where several runs share a claim


class Volumes:
    """The volumes of one pod, each under a name of its own, in the order in which containers ask for them."""

    def __init__(self, config: CronJobConfig) -> None:
        self.config = config
        self.sources: dict[str, Data] = {"artifacts": _artifacts(config.artifacts)}

    def mounts(self, pod: PodConfig) -> list[Yaml]:
        """What one container mounts; a mount at /tmp takes the place of ours."""
        found: list[Yaml] = [{"name": "artifacts", "mountPath": ARTIFACTS}]
        if TMP not in map(place, (one.path for one in pod.mounts.values())):
            found.append({"name": self._name("tmp", _tmp(self.config)), "mountPath": TMP})
        for name, mount in pod.mounts.items():
            volume = volume_of(name, mount)
            found.append({**volume.mount, "name": self._name(name, volume.source)})
        return found

    def _name(self, wanted: str, source: Data) -> str:
        """The name of a volume; steps may call two different ones the same."""
        return next(name for name in _names(wanted) if self.sources.setdefault(name, source) == source)

    def data(self) -> list[Yaml]:
        return [{"name": name, **source} for name, source in self.sources.items()]


def place(path: str) -> str:
    """A mount's path, so that two ways to write it are one."""
    return posixpath.normpath("/" + path.lstrip("/"))


def root(config: ArtifactConfig) -> str:
    """The folder that holds a run's artifacts, as arguments of a container name it."""
    return f"{ARTIFACTS}/$({RUN})" if config.claim is not None and config.per_run else ARTIFACTS


def run_variable(config: ArtifactConfig) -> list[Data]:
    """The variable that keeps runs apart on a claim."""
    if config.claim is None or not config.per_run:
        return []
    return [{"name": RUN, "valueFrom": {"fieldRef": {"fieldPath": "metadata.labels['job-name']"}}}]


def _names(wanted: str) -> Iterator[str]:
    yield wanted
    number = 2
    while True:
        yield f"{wanted[:57].rstrip('-')}-{number}"
        number += 1


def _artifacts(config: ArtifactConfig) -> Data:
    if config.claim is not None:
        return {"persistentVolumeClaim": {"claimName": config.claim}}
    if config.storage_class is not None:
        claim: Data = {
            "accessModes": ["ReadWriteOnce"],
            "storageClassName": config.storage_class,
            "resources": {"requests": {"storage": config.size}},
        }
        return {"ephemeral": {"volumeClaimTemplate": {"spec": claim}}}
    return {"emptyDir": ({"medium": "Memory"} if config.memory else {}) | _limit(config.size)}


def _tmp(config: CronJobConfig) -> Data:
    return {"emptyDir": _limit(config.tmp_size)}


def _limit(size: str | None) -> Data:
    return {} if size is None else {"sizeLimit": size}
