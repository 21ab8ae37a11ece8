"""Buckets: how one is reached, and artifacts in it, each an archive that is there as a whole or not at all."""

from __future__ import annotations

import os
import re
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from pipegen.errors import Diagnostic, PipegenError

CODES: dict[str, tuple[str, str]] = {
    "PG780": (
        "address of a bucket that cannot be meant",
        "`run --store`, and `--in` and `--out` of `exec`, take `s3://BUCKET/PREFIX`. Endpoint, region and credentials "
        "come from where all tools for S3 take them: AWS_ENDPOINT_URL_S3, AWS_REGION, AWS_ACCESS_KEY_ID, a profile, or "
        "the machine's role.",
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


class Place(NamedTuple):
    """A place in a bucket, and a client that reaches it."""

    name: str
    prefix: str
    client: Any

    def download(self, key: str, file: Path) -> bool:
        """Whether there is such an object; what goes wrong otherwise is said as one of our own errors."""
        with told(self.name):
            try:
                self.client.download_file(
                    self.name, f"{self.prefix}{key}", str(file), Config=without_threads()
                )
            except self.client.exceptions.ClientError as error:
                if is_gone(error):
                    return False
                raise
        return True

    def upload(self, file: Any, key: str) -> None:
        with told(self.name):
            self.client.upload_fileobj(file, self.name, f"{self.prefix}{key}", Config=without_threads())


def is_gone(error: Any) -> bool:
    """Whether an answer means that there is no such object."""
    return error.response["Error"]["Code"] in _GONE


def open_place(url: str, said_by: str) -> Place:
    """The place behind s3://bucket/prefix, opened once in each process: a connection is not shared with a fork."""
    match = _URL.fullmatch(url)
    if match is None:
        message = f"{said_by} '{url}' is no s3://bucket/prefix"
        hint = "write s3://BUCKET or s3://BUCKET/PREFIX"
        if url.startswith("s3://") and url.strip("/") != "s3:":
            hint = "the name of a bucket is 3 to 63 lower-case letters, digits, dots and hyphens"
        raise PipegenError(Diagnostic("PG780", message, None, hint))
    prefix = f"{match[2]}/" if match[2] else ""
    return Place(match[1], prefix, _client(match[1], os.getpid()))


@lru_cache(maxsize=1)
def _client(name: str, _: int) -> Any:
    try:
        import boto3  # type: ignore[import-untyped]
    except ImportError:
        hint = "pip install 'pipegen-compiler[s3]'"
        raise PipegenError(
            Diagnostic("PG781", "a bucket is reached by boto3, which is not installed", None, hint)
        ) from None
    with told(name):
        return boto3.client("s3")


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


def without_threads() -> Any:
    """A slot forks, and a fork of a process with threads may hang."""
    from boto3.s3.transfer import TransferConfig  # type: ignore[import-untyped]

    return TransferConfig(use_threads=False)


def pack(folder: Path, file: Any) -> None:
    """A folder as it is, but for who owns it and when it was made."""

    def plain(info: tarfile.TarInfo) -> tarfile.TarInfo:
        info.uid = info.gid = 0
        info.uname = info.gname = ""
        info.mtime = 0
        return info

    with tarfile.open(fileobj=file, mode="w", format=tarfile.PAX_FORMAT) as archive:
        archive.add(folder, arcname=".", filter=plain)


def unpack(packed: Path, folder: Path) -> None:
    """What an archive holds; nothing in it may lie outside of the folder."""
    folder.mkdir()
    with tarfile.open(packed) as archive:
        archive.extractall(folder, filter="tar")
