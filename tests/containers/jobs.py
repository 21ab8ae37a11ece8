"""A CronJob or Job on this machine: its pod, container by container."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pod_pipelines import pod_of

from containers.cluster import Cluster, Data
from containers.engine import Ended, Engine
from containers.pods import Pod


@dataclass
class Job:
    """One run."""

    document: Data
    cluster: Cluster
    engine: Engine
    folder: Path
    name: str = "job-1"
    ended: dict[str, Ended] = field(default_factory=dict)

    def run(self) -> bool:
        """Run it; whether all went well."""
        spec = pod_of(self.document)
        fields = {"metadata.name": f"{self.name}-x7k2p", "metadata.labels['job-name']": self.name}
        self.pod = Pod(spec, self.cluster, self.engine, self.folder, fields)
        self.ended = dict(self.pod.run())
        wanted = len([*spec.get("initContainers", ()), *spec["containers"]])
        return len(self.ended) == wanted and not any(one.code for one in self.ended.values())

    @property
    def artifacts(self) -> Path:
        """The folder with what the tasks handed on, one folder a task."""
        volume: Path = self.pod.volumes["artifacts"]
        return volume / self.name if (volume / self.name).exists() else volume

    @property
    def log(self) -> str:
        return "\n".join(f"--- {name}: {one.code}\n{one.log}" for name, one in self.ended.items() if one.code)
