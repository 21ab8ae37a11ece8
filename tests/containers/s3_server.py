"""An S3 server on loopback, for as long as tests need it."""

from __future__ import annotations

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen


@contextmanager
def server() -> Iterator[Any]:
    """A client of a new server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _client(_answering(f"http://127.0.0.1:{port}", process))
    finally:
        process.terminate()
        process.wait(10)


def _client(address: str) -> Any:
    import boto3  # type: ignore[import-untyped]

    keys = {"aws_access_key_id": "me", "aws_secret_access_key": "mine", "region_name": "us-east-1"}
    return boto3.client("s3", endpoint_url=address, **keys)


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
