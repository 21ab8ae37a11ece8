"""A pod run on this machine as a kubelet runs it: init containers in order, then the main ones, until one fails.

Containers are processes; their mounts are folders here, and paths in arguments and variables follow them.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


def expand(text: str, env: Mapping[str, str]) -> str:
    """$(VARIABLE) filled in as Kubernetes does it (third_party/forked/golang/expansion), byte by byte."""
    source, found, place = text.encode(), bytearray(), 0
    while place < len(source):
        one, after = source[place : place + 1], source[place + 1 : place + 2]
        if one != b"$" or not after:
            found += one
            place += 1
        elif after == b"$":
            found += b"$"
            place += 2
        elif after == b"(" and (end := source.find(b")", place)) > 0:
            name = source[place + 2 : end].decode()
            found += env.get(name, f"$({name})").encode()
            place = end + 1
        else:  # Go makes a character of the one byte
            found += b"$" + chr(after[0]).encode()
            place += 2
    return found.decode(errors="replace")


@dataclass
class Node:
    """What a pod finds around it: a folder for each claim, keys of Secrets and ConfigMaps, the user's project."""

    project: Path
    command: Sequence[str]
    claims: Mapping[str, Path] = field(default_factory=dict)
    secrets: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    config_maps: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    job: str = "reviews-1"


@dataclass
class Ended:
    """A container that ended."""

    name: str
    code: int
    log: str


class LocalPod:
    """One pod."""

    def __init__(self, spec: Mapping[str, Any], node: Node, folder: Path) -> None:
        self.spec, self.node = spec, node
        self.volumes = {one["name"]: self._volume(one, folder) for one in spec["volumes"]}

    def _volume(self, volume: Mapping[str, Any], folder: Path) -> Path:
        if "persistentVolumeClaim" in volume:
            return self.node.claims[volume["persistentVolumeClaim"]["claimName"]]
        made = folder / str(volume["name"])
        made.mkdir(parents=True)
        return made

    def run(self) -> Iterator[Ended]:
        """The containers that start, in order; with restartPolicy Never the first failure is the last."""
        for container in (*self.spec.get("initContainers", ()), *self.spec["containers"]):
            ended = self._run(container)
            yield ended
            if ended.code:
                return

    def _run(self, container: Mapping[str, Any]) -> Ended:
        env = self.env(container)
        mounts = sorted(container["volumeMounts"], key=lambda one: -len(one["mountPath"]))
        here = {one["mountPath"]: self.volumes[one["name"]] for one in mounts}
        words = [expand(word, env) for word in (*container["command"], *container["args"])]
        assert words[0] == "pipegen"
        words = [*self.node.command, *(self.local(word, here) for word in words[1:])]
        env = {name: self.local(value, here) for name, value in env.items()}
        done = subprocess.run(
            words,
            cwd=self.node.project,
            env={"PATH": os.environ["PATH"], **env},
            capture_output=True,
            text=True,
        )
        return Ended(container["name"], done.returncode, done.stdout + done.stderr)

    def local(self, text: str, here: Mapping[str, Path]) -> str:
        """The text with a path in the container replaced by the folder on this machine."""
        head, equals, path = text.partition("=")
        if equals and path.startswith("/"):
            return f"{head}={self.local(path, here)}"
        for mounted, folder in here.items():
            if text == mounted or text.startswith(f"{mounted}/"):
                return str(folder) + text.removeprefix(mounted)
        return text

    def env(self, container: Mapping[str, Any]) -> dict[str, str]:
        """The variables as the process sees them."""
        found: dict[str, str] = {}
        for source in container.get("envFrom", ()):
            keys = (
                self.node.secrets[source["secretRef"]["name"]]
                if "secretRef" in source
                else self.node.config_maps[source["configMapRef"]["name"]]
            )
            found |= {source.get("prefix", "") + name: value for name, value in keys.items()}
        for one in container["env"]:
            found[one["name"]] = self._value(one, found)
        return found

    def _value(self, variable: Mapping[str, Any], env: Mapping[str, str]) -> str:
        if "value" in variable:
            return expand(variable["value"], env)
        ((kind, source),) = variable["valueFrom"].items()
        if kind == "secretKeyRef":
            return self.node.secrets[source["name"]][source["key"]]
        if kind == "configMapKeyRef":
            return self.node.config_maps[source["name"]][source["key"]]
        assert source["fieldPath"] == "metadata.labels['job-name']"
        return self.node.job
