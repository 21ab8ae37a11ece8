"""Artifacts that machines share: a bucket with `cache/KEY`, which holds a digest, and `artifacts/DIGEST.tar`.

An object of a bucket is there as a whole or not at all, and what is taken from it is checked against its
digest before anybody sees it; so a machine that dies in the middle harms nobody.
"""

from __future__ import annotations

import re
import tarfile
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

from pipegen.engine.artifacts import Artifacts
from pipegen.errors import PipegenError
from pipegen.runtime.bucket import is_gone, open_place, pack, told, unpack, without_threads
from pipegen.runtime.manifest import FILE, sha256
from pipegen.runtime.manifest_json import load_manifest
from pipegen.runtime.publish import remove
from pipegen.runtime.verify import verify


class Bucket(NamedTuple):
    """A place in a bucket, and a client that reaches it."""

    name: str
    prefix: str
    client: Any

    def digest(self, key: str) -> str | None:
        """The digest that the same work led to on any machine."""
        with told(self.name):
            try:
                answer = self.client.get_object(Bucket=self.name, Key=f"{self.prefix}cache/{key}")
            except self.client.exceptions.ClientError as error:
                if is_gone(error):
                    return None
                raise
            found: str = answer["Body"].read(100).decode("ascii", "replace").strip()
            return found if re.fullmatch("[0-9a-f]{64}", found) else None

    def fetch(self, digest: str, artifacts: Artifacts) -> bool:
        """Take an artifact over; whether it was there, whole."""
        if artifacts.known(digest):
            return True
        with tempfile.TemporaryDirectory(dir=artifacts.places.artifacts, prefix=".fetched-") as place:
            packed, folder = Path(place, "packed"), Path(place, "out")
            with told(self.name):
                try:
                    self.client.download_file(
                        self.name, self._artifact(digest), str(packed), Config=without_threads()
                    )
                except self.client.exceptions.ClientError as error:
                    if is_gone(error):
                        return False
                    raise
            return _unpacked(packed, folder, digest) and artifacts.publish(str(folder)) == digest

    def put(self, key: str, digest: str, artifacts: Artifacts) -> None:
        """Hand an artifact to the others, then say which work leads to it."""
        with told(self.name):
            if not self._has(digest):
                with tempfile.TemporaryFile(dir=artifacts.places.artifacts) as packed:
                    pack(artifacts.folder(digest), packed)
                    packed.seek(0)
                    self.client.upload_fileobj(
                        packed, self.name, self._artifact(digest), Config=without_threads()
                    )
            self.client.put_object(Bucket=self.name, Key=f"{self.prefix}cache/{key}", Body=digest.encode())

    def _has(self, digest: str) -> bool:
        try:
            self.client.head_object(Bucket=self.name, Key=self._artifact(digest))
        except self.client.exceptions.ClientError as error:
            if is_gone(error):
                return False
            raise
        return True

    def _artifact(self, digest: str) -> str:
        return f"{self.prefix}artifacts/{digest}.tar"


def open_bucket(url: str) -> Bucket:
    """The bucket behind s3://bucket/prefix."""
    return Bucket(*open_place(url, "--store"))


def checked(url: str) -> str:
    """The same URL, once the bucket behind it has answered."""
    bucket = open_bucket(url)
    with told(bucket.name):
        bucket.client.head_bucket(Bucket=bucket.name)
    return url


def _unpacked(packed: Path, folder: Path, digest: str) -> bool:
    """Whether an archive holds what its digest says."""
    try:
        unpack(packed, folder)
        if sha256(folder / FILE) == digest:
            verify(folder, load_manifest(folder), "")
            return True
    except (tarfile.TarError, OSError, PipegenError):
        pass
    remove(folder)
    return False
