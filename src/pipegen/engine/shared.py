"""Artifacts that machines share: a bucket with `cache/KEY`, which holds a digest, and `artifacts/DIGEST.tar`.

An object of a bucket is there as a whole or not at all, and what is taken from it is checked against its
digest before anybody sees it; so a machine that dies in the middle harms nobody.
"""

from __future__ import annotations

import os
import re
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pipegen.engine.artifacts import Artifacts
from pipegen.errors import Diagnostic, PipegenError
from pipegen.runtime.manifest import FILE, sha256
from pipegen.runtime.manifest_json import load_manifest
from pipegen.runtime.publish import remove
from pipegen.runtime.verify import verify

CODES: dict[str, tuple[str, str]] = {
    "PG780": (
        "artifact store that cannot be meant",
        "`--store` takes `s3://BUCKET/PREFIX`. Endpoint, region and credentials come from where all tools for S3 "
        "take them: AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, a profile, or the machine's role.",
    ),
    "PG781": (
        "artifact store needs a package",
        "A bucket is reached by boto3, which pipegen does not install by itself: `pip install 'pipegen-compiler[s3]'`.",
    ),
    "PG782": (
        "artifact store that cannot be used",
        "The bucket does not exist, does not answer, or refuses these credentials. Before a run that is an error. "
        "If it happens while a run goes on, that run does without the store.",
    ),
}
_REASONS = {"404": "it does not exist", "403": "access was refused"}  # a HEAD is answered by a number alone
_URL = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*?))?/*")
_GONE = ("404", "NoSuchKey", "NotFound")


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
                if error.response["Error"]["Code"] in _GONE:
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
                        self.name, self._artifact(digest), str(packed), Config=_config()
                    )
                except self.client.exceptions.ClientError as error:
                    if error.response["Error"]["Code"] in _GONE:
                        return False
                    raise
            return _unpacked(packed, folder, digest) and artifacts.publish(folder) == digest

    def put(self, key: str, digest: str, artifacts: Artifacts) -> None:
        """Hand an artifact to the others, then say which work leads to it."""
        with told(self.name):
            if not self._has(digest):
                with tempfile.TemporaryFile(dir=artifacts.places.artifacts) as packed:
                    _pack(artifacts.folder(digest), packed)
                    packed.seek(0)
                    self.client.upload_fileobj(packed, self.name, self._artifact(digest), Config=_config())
            self.client.put_object(Bucket=self.name, Key=f"{self.prefix}cache/{key}", Body=digest.encode())

    def _has(self, digest: str) -> bool:
        try:
            self.client.head_object(Bucket=self.name, Key=self._artifact(digest))
        except self.client.exceptions.ClientError as error:
            if error.response["Error"]["Code"] in _GONE:
                return False
            raise
        return True

    def _artifact(self, digest: str) -> str:
        return f"{self.prefix}artifacts/{digest}.tar"


def open_bucket(url: str) -> Bucket:
    """The bucket behind s3://bucket/prefix, opened once in each process: a connection is not shared with a fork."""
    return _opened(url, os.getpid())


@lru_cache(maxsize=1)
def _opened(url: str, _: int) -> Bucket:
    match = _URL.fullmatch(url)
    if match is None:
        message = f"--store '{url}' is no s3://bucket/prefix"
        hint = "write s3://BUCKET or s3://BUCKET/PREFIX"
        if url.startswith("s3://") and url.strip("/") != "s3:":
            hint = "the name of a bucket is 3 to 63 lower-case letters, digits, dots and hyphens"
        raise PipegenError(Diagnostic("PG780", message, None, hint))
    try:
        import boto3  # type: ignore[import-untyped]
    except ImportError:
        hint = "pip install 'pipegen-compiler[s3]'"
        raise PipegenError(
            Diagnostic("PG781", "a bucket is reached by boto3, which is not installed", None, hint)
        ) from None
    prefix = f"{match[2]}/" if match[2] else ""
    with told(match[1]):
        return Bucket(match[1], prefix, boto3.client("s3"))


def checked(url: str) -> str:
    """The same URL, once the bucket behind it has answered."""
    bucket = open_bucket(url)
    with told(bucket.name):
        bucket.client.head_bucket(Bucket=bucket.name)
    return url


@contextmanager
def told(name: str) -> Iterator[None]:
    """What the bucket's side says, as one of our own errors."""
    from boto3.exceptions import Boto3Error  # type: ignore[import-untyped]
    from botocore.exceptions import BotoCoreError, ClientError  # type: ignore[import-untyped]

    try:
        yield
    except (Boto3Error, BotoCoreError, ClientError) as error:
        code = error.response["Error"]["Code"] if isinstance(error, ClientError) else ""
        reason = _REASONS.get(code) or str(error).partition("\n")[0]
        hint = "check the bucket's name, the credentials, and AWS_ENDPOINT_URL_S3"
        raise PipegenError(
            Diagnostic("PG782", f"bucket '{name}' cannot be used: {reason}", None, hint)
        ) from None


def _config() -> Any:
    """Without threads: a slot forks, and a fork of a process with threads may hang."""
    from boto3.s3.transfer import TransferConfig  # type: ignore[import-untyped]

    return TransferConfig(use_threads=False)


def _pack(folder: Path, file: Any) -> None:
    """A folder as it is, but for who owns it and when it was made."""

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mtime = 0
        return info

    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.add(folder, arcname=".", filter=plain)


def _unpacked(packed: Path, folder: Path, digest: str) -> bool:
    """Whether an archive holds what its digest says; nothing in it may lie outside of the folder."""
    folder.mkdir()
    try:
        with tarfile.open(packed) as archive:
            archive.extractall(folder, filter="tar")
        if sha256(folder / FILE) == digest:
            verify(folder, load_manifest(folder), "")
            return True
    except (tarfile.TarError, OSError, PipegenError):
        pass
    remove(folder)
    return False
