"""What a pod finds around it: Secrets, ConfigMaps, claims and images, of which its volumes and variables are made."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kubelet import expand

Data = dict[str, Any]
Keys = Mapping[str, Mapping[str, str]]


@dataclass
class Cluster:
    """The part of a cluster that pods can see."""

    folder: Path
    secrets: Keys = field(default_factory=dict)
    config_maps: Keys = field(default_factory=dict)
    images: Mapping[str, str] = field(
        default_factory=dict
    )  # what documents call them: what they are called here

    def claim(self, name: str) -> Path:
        """The folder of a PersistentVolumeClaim."""
        found = self.folder / "claims" / name
        found.mkdir(parents=True, exist_ok=True)
        return found

    def keys(self, kind: str, source: Mapping[str, Any]) -> Mapping[str, str] | None:
        """A Secret or ConfigMap; None when it is missing and need not be there."""
        objects = self.secrets if kind == "secret" else self.config_maps
        name = str(source.get("name") or source.get("secretName"))
        if name not in objects:
            assert source.get("optional"), f"there is no {kind} '{name}'"
            return None
        return objects[name]


def volume(one: Mapping[str, Any], cluster: Cluster, folder: Path, group: int) -> Path:
    """The folder of a volume, owned as a kubelet leaves it: by root, and by the pod's fsGroup."""
    kind = next(key for key in one if key != "name")
    if kind == "persistentVolumeClaim":
        found = cluster.claim(one[kind]["claimName"])
    else:
        found = folder / str(one["name"])
        found.mkdir(parents=True)
    if kind in ("secret", "configMap"):
        _write_keys(found, "secret" if kind == "secret" else "config_map", one[kind], cluster)
    else:
        assert kind in ("emptyDir", "ephemeral", "persistentVolumeClaim"), f"no volume of kind {kind} here"
        found.chmod(0o2777 if kind == "emptyDir" else 0o2775)
    for path in (found, *found.rglob("*")):
        os.chown(path, -1, group)
    return found


def _write_keys(folder: Path, kind: str, source: Mapping[str, Any], cluster: Cluster) -> None:
    keys = cluster.keys(kind, source)
    if keys is None:
        return
    paths = {item["key"]: item["path"] for item in source.get("items", ())} or {key: key for key in keys}
    for key, path in paths.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(keys[key], encoding="utf-8")
        file.chmod(0o440)


def variables(container: Mapping[str, Any], cluster: Cluster, fields: Mapping[str, str]) -> dict[str, str]:
    """The variables of a container; `fields` is what the pod knows of itself."""
    found: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        kind = "secret" if "secretRef" in source else "config_map"
        keys = cluster.keys(kind, source["secretRef" if kind == "secret" else "configMapRef"]) or {}
        found |= {source.get("prefix", "") + name: value for name, value in keys.items()}
    for one in container.get("env", ()):
        value = _value(one, cluster, fields, found)
        if value is not None:
            found[one["name"]] = value
    return found


def _value(
    one: Mapping[str, Any], cluster: Cluster, fields: Mapping[str, str], env: Mapping[str, str]
) -> str | None:
    if "valueFrom" not in one:
        return expand(one.get("value", ""), env)
    ((kind, source),) = one["valueFrom"].items()
    if kind == "fieldRef":
        return fields[source["fieldPath"]]
    keys = cluster.keys("secret" if kind == "secretKeyRef" else "config_map", source)
    if keys is None or (source["key"] not in keys and source.get("optional")):
        return None
    return keys[source["key"]]
