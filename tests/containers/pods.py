"""A pod as a kubelet runs it, each container by podman: init containers in order, then the main one.

Everything a document says about a container is done or refused here; what it does not say is what Kubernetes
does by itself. There is no network, so that a task that needs more than its document gives it fails.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kubelet import expand

from containers.cluster import Cluster, Data, variables, volume
from containers.engine import Ended, Engine
from pipegen.units import quantity

_KNOWN = {
    "name", "image", "imagePullPolicy", "command", "args", "env", "envFrom", "resources", "volumeMounts",
    "securityContext", "workingDir", "terminationMessagePolicy",
}  # fmt: skip


@dataclass
class Pod:
    """One pod: its spec, and a folder of this machine for its volumes."""

    spec: Data
    cluster: Cluster
    engine: Engine
    folder: Path
    fields: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.security = self.spec.get("securityContext", {})
        group = int(self.security.get("fsGroup", 0))
        self.volumes = {
            one["name"]: volume(one, self.cluster, self.folder, group) for one in self.spec.get("volumes", ())
        }

    def run(self) -> Iterator[tuple[str, Ended]]:
        """The containers that start, by name; the first that fails is the last, as with restartPolicy Never."""
        for container in (*self.spec.get("initContainers", ()), *self.spec["containers"]):
            ended = self.start(container)
            yield container["name"], ended
            if ended.code:
                return

    def start(self, container: Mapping[str, Any]) -> Ended:
        unknown = set(container) - _KNOWN
        assert not unknown, f"nothing is known of {unknown} here"
        env = variables(container, self.cluster, self.fields)
        options = [*self._rights(container), *self._limits(container), *self._mounts(container)]
        options += ["--http-proxy=false", f"--hostname={self.fields.get('metadata.name', 'pod')}"]
        if "workingDir" in container:
            options.append(f"--workdir={container['workingDir']}")
        if "command" in container:
            options.append(f"--entrypoint={json.dumps([expand(one, env) for one in container['command']])}")
        words = [expand(one, env) for one in container.get("args", ())]
        seconds = self.spec.get("activeDeadlineSeconds", 120)
        image = self.cluster.images.get(container["image"], container["image"])
        return self.engine.run(image, *words, options=options, env=env, timeout=min(int(seconds), 120))

    def _rights(self, container: Mapping[str, Any]) -> Iterator[str]:
        own = container.get("securityContext", {})
        security = {**self.security, **own}
        if "runAsUser" in security:
            yield f"--user={security['runAsUser']}:{security.get('runAsGroup', 0)}"
        assert not security.get("runAsNonRoot") or security.get("runAsUser") != 0, "root is not let in"
        if "fsGroup" in self.security:
            yield f"--group-add={self.security['fsGroup']}"
        capabilities = own.get("capabilities", {})
        yield from (f"--cap-drop={one}" for one in capabilities.get("drop", ()))
        yield from (f"--cap-add={one}" for one in capabilities.get("add", ()))
        if own.get("allowPrivilegeEscalation") is False:
            yield "--security-opt=no-new-privileges"
        if own.get("readOnlyRootFilesystem"):
            yield from ("--read-only", "--read-only-tmpfs=false")

    def _limits(self, container: Mapping[str, Any]) -> Iterator[str]:
        limits = container.get("resources", {}).get("limits", {})
        for name, amount in limits.items():
            if name == "memory":
                yield from (f"{flag}={quantity(amount):.0f}" for flag in ("--memory", "--memory-swap"))
            elif name == "cpu":
                yield f"--cpus={quantity(str(amount))}"
            else:
                assert name == "ephemeral-storage", f"there is no {name} here"

    def _mounts(self, container: Mapping[str, Any]) -> Iterator[str]:
        for one in container.get("volumeMounts", ()):
            source = self.volumes[one["name"]] / one.get("subPath", "")
            yield f"--mount=type=bind,source={source},target={one['mountPath']}" + (
                ",readonly=true" if one.get("readOnly") else ""
            )
