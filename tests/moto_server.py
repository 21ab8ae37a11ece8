"""A real S3 server on loopback, for as long as a test needs it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

_KEYS = {"aws_access_key_id": "me", "aws_secret_access_key": "mine", "region_name": "us-east-1"}


@dataclass(frozen=True, slots=True)
class Moto:
    """A server that answers, and how to reach it."""

    address: str
    process: subprocess.Popen[bytes]

    @property
    def client(self) -> Any:
        import boto3

        return boto3.client("s3", endpoint_url=self.address, **_KEYS)

    @property
    def env(self) -> Mapping[str, str]:
        """The variables by which any tool finds it."""
        return {
            "AWS_ENDPOINT_URL_S3": self.address,
            "AWS_ACCESS_KEY_ID": _KEYS["aws_access_key_id"],
            "AWS_SECRET_ACCESS_KEY": _KEYS["aws_secret_access_key"],
            "AWS_DEFAULT_REGION": _KEYS["region_name"],
        }


@contextmanager
def moto_server() -> Iterator[Moto]:
    """Start one, and end it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield Moto(_answering(f"http://127.0.0.1:{port}", process), process)
        finally:
            process.kill()


def _answering(address: str, process: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and process.poll() is None:
        try:
            urlopen(address, timeout=1).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return address
    raise AssertionError(f"no answer from {address}, exit code {process.poll()}")
