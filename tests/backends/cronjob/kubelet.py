"""A pod run on this machine as a kubelet runs it: init containers in order, then the main ones, until one fails.

Containers are processes; their mounts are folders here, and paths in arguments and variables follow them.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
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
        for key, text in self.node.config_maps.get(volume.get("configMap", {}).get("name"), {}).items():
            (made / key).write_text(text, encoding="utf-8")
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
        words = [expand(word, env) for word in (*container["command"], *container["args"])]
        assert words[0] == "pipegen"
        done = self.start(container, [*self.node.command, *words[1:]], {"PATH": os.environ["PATH"], **env})
        return Ended(container["name"], done.returncode, done.stdout + done.stderr)

    def start(
        self, container: Mapping[str, Any], words: list[str], env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        """The container as a plain process of this machine."""
        mounts = sorted(container["volumeMounts"], key=lambda one: -len(one["mountPath"]))
        here = {one["mountPath"]: self.volumes[one["name"]] for one in mounts}
        words = [words[0], *(self.local(word, here) for word in words[1:])]
        env = {name: self.local(value, here) for name, value in env.items()}
        return subprocess.run(words, cwd=self.node.project, env=env, capture_output=True, text=True)

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


class IsolatedPod(LocalPod):
    """One pod with what the security context says: a root that is read-only, no privileges, paths as they are."""

    def start(
        self, container: Mapping[str, Any], words: list[str], env: Mapping[str, str]
    ) -> subprocess.CompletedProcess[str]:
        security = {**self.spec["securityContext"], **container["securityContext"]}
        assert security["readOnlyRootFilesystem"] and security["capabilities"] == {"drop": ["ALL"]}
        assert security["allowPrivilegeEscalation"] is False
        mounts = [(str(self.volumes[one["name"]]), one["mountPath"]) for one in container["volumeMounts"]]
        for folder, _ in mounts:
            Path(folder).chmod(0o777)  # as a kubelet makes an emptyDir
        ids = f"--reuid={security['runAsUser']} --regid={security['runAsGroup']} --clear-groups"
        script = "\n".join(_script(self.node.project, mounts, ids))
        inside = ["unshare", "--mount", "sh", "-euc", script, "sh", *words]
        return subprocess.run(inside, env=env, capture_output=True, text=True)


def isolation_works() -> bool:
    """Whether this machine lets tests make file systems of their own and become somebody else."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "setpriv", "chroot"))):
        return False
    return subprocess.run(["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"]).returncode == 0


def _script(project: Path, mounts: Sequence[tuple[str, str]], ids: str) -> Iterator[str]:
    """Shell lines that build a root of read-only folders, mount volumes into it, and start the words given."""
    seen = ["/usr", "/bin", "/lib", "/lib64", "/sbin", "/etc", sys.base_prefix, sys.prefix, *_sources()]
    yield "root=/mnt; mount -t tmpfs none $root; mkdir $root/dev $root/proc"
    yield "for name in dev proc; do mount --rbind /$name $root/$name; done"
    for folder in dict.fromkeys(seen):
        if Path(folder).is_symlink():
            yield f"ln -s {Path(folder).readlink()} $root{folder}"
        elif Path(folder).is_dir():
            yield from _bound(folder, folder, ",ro")
    yield from _bound(str(project), "/app", ",ro")
    for folder, path in mounts:
        yield from _bound(folder, path, "")
    yield "mount -o remount,ro $root"
    drop = f"setpriv {ids} --bounding-set=-all --inh-caps=-all --no-new-privs"
    yield f'exec chroot $root {drop} sh -c \'cd /app && exec "$@"\' sh "$@"'


def _bound(folder: str, path: str, how: str) -> Iterator[str]:
    yield f"mkdir -p $root'{path}'; mount --bind '{folder}' $root'{path}'"
    if how:
        yield f"mount -o remount,bind{how} $root'{path}'"


def _sources() -> Iterator[str]:
    """Where pipegen itself is imported from."""
    import pipegen

    yield str(Path(pipegen.__file__).resolve().parents[1])
