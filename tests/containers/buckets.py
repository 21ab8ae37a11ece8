"""What Argo's executor does around a task: artifacts from an S3 server before it, and to the server after it."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from containers.cluster import Cluster

Artifact = Mapping[str, Any]
DEFAULT = "default-bucket"  # of the cluster's own artifact repository
_SECRETS = ("accessKeySecret", "secretKeySecret", "serviceAccountKeySecret", "accountKeySecret")


@dataclass(frozen=True)
class Bucket:
    """An S3 server, seen by one cluster."""

    client: Any
    cluster: Cluster

    def save(self, artifact: Artifact, source: Path) -> None:
        """Upload what lies at a path: an archive, or file by file."""
        bucket, key = self.place(artifact)
        self.client.create_bucket(Bucket=bucket)
        archive = artifact.get("archive", {})
        if "none" in archive:
            self._save_plain(bucket, key, source)
        else:
            data = _zipped(source) if "zip" in archive else _tarred(source, archive.get("tar", {}))
            self.client.put_object(Bucket=bucket, Key=key, Body=data)

    def load(self, artifact: Artifact, target: Path) -> bool:
        """Download to a path, unpacked when it is an archive; False when there is nothing."""
        bucket, key = self.place(artifact)
        self.client.create_bucket(Bucket=bucket)  # there already, unless this is the first task
        keys = self.keys(bucket, key)
        inside = [one for one in keys if one.startswith(f"{key}/")]
        if key not in keys and not inside:
            return False
        target.parent.mkdir(parents=True, exist_ok=True)
        if key in keys:
            _unpack(self.data(bucket, key), target)
        for one in inside:
            file = target / one.removeprefix(f"{key}/")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(self.data(bucket, one))
        if "mode" in artifact:
            target.chmod(artifact["mode"])
        return True

    def place(self, artifact: Artifact) -> tuple[str, str]:
        """Bucket and key, whatever kind of store the document means; credentials that are named must be there."""
        place = next(artifact[kind] for kind in ("s3", "gcs", "azure") if kind in artifact)
        for secret in set(_SECRETS) & set(place):
            keys = self.cluster.keys("secret", place[secret])
            assert keys is not None and keys[place[secret]["key"]]
        return place.get("bucket") or place.get("container") or DEFAULT, place.get("key") or place["blob"]

    def keys(self, bucket: str, prefix: str) -> list[str]:
        pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def data(self, bucket: str, key: str) -> bytes:
        found: bytes = self.client.get_object(Bucket=bucket, Key=key)["Body"].read()
        return found

    def _save_plain(self, bucket: str, key: str, source: Path) -> None:
        if source.is_file():
            self.client.put_object(Bucket=bucket, Key=key, Body=source.read_bytes())
        for path in sorted(source.rglob("*")):
            if path.is_file():
                name = f"{key}/{path.relative_to(source).as_posix()}"
                self.client.put_object(Bucket=bucket, Key=name, Body=path.read_bytes())


def _tarred(source: Path, how: Mapping[str, int]) -> bytes:
    data = io.BytesIO()
    level = how.get("compressionLevel", 6)
    with tarfile.open(fileobj=data, mode="w:gz", compresslevel=level) as archive:
        archive.add(source, source.name)
    return data.getvalue()


def _zipped(source: Path) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in (source, *sorted(source.rglob("*"))):
            archive.write(path, path.relative_to(source.parent))
    return data.getvalue()


def _unpack(data: bytes, target: Path) -> None:
    """As Argo does it: an archive by its looks, whose single folder becomes the path."""
    scratch = target.with_name(f"{target.name}.tmp")
    if data[:2] == b"\x1f\x8b":
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            archive.extractall(scratch, filter="tar")
    elif data[:4] in (b"PK\x03\x04", b"PK\x05\x06"):
        with zipfile.ZipFile(io.BytesIO(data)) as zipped:
            for one in zipped.infolist():
                Path(zipped.extract(one, scratch)).chmod(one.external_attr >> 16 & 0o777)
    else:
        target.write_bytes(data)
        return
    (only,) = scratch.iterdir()
    only.rename(target)
    shutil.rmtree(scratch)


def owned(folder: Path, user: int, group: int) -> None:
    """Give all that lies in a folder to the user that Argo's init container runs as."""
    for path in folder.rglob("*"):
        os.chown(path, user, group, follow_symlinks=False)
