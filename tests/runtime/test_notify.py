"""The step that tells people how a run ended."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from task_runs import Project, Result

FACTS = {
    "NOTIFY__PIPELINE": "reviews",
    "NOTIFY__STATUS": "Failed",
    "NOTIFY__WORKFLOW": "reviews-x1",
    "NOTIFY__DURATION": "12.5",
    "NOTIFY__FAILURES": "[]",
}


class Receiver(HTTPServer):
    """Keeps what it is sent, and answers with `code`."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.got: list[Any] = []
        self.code = 200


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        self.server.got.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(self.server.code)
        self.end_headers()

    def log_message(self, *words: object) -> None:
        """Nothing."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


def notify(folder: Path, url: str, **more: str) -> Result:
    given = {**FACTS, "NOTIFY__URL": url, **more}
    return Project(folder).exec("pipegen.runtime.notify:Notify", "--out", "out", **given)


def test_slack_gets_a_sentence(tmp_path: Path, receiver: Receiver) -> None:
    result = notify(tmp_path, f"http://127.0.0.1:{receiver.server_port}/x")
    assert result.code == 0, result.err
    assert receiver.got == [{"text": "reviews ended: Failed (reviews-x1, 12.5 s)"}]


def test_a_webhook_gets_the_facts_too(tmp_path: Path, receiver: Receiver) -> None:
    more = {"NOTIFY__FORM": "webhook", "NOTIFY__TEXT": "{status}! {x}"}
    assert notify(tmp_path, f"http://127.0.0.1:{receiver.server_port}", **more).code == 0
    (got,) = receiver.got
    assert got == {"text": "Failed! {x}", "pipeline": "reviews", "status": "Failed", "workflow": "reviews-x1",
                   "duration": "12.5", "failures": "[]"}  # fmt: skip


def test_what_is_not_taken_is_a_failure_that_does_not_tell_the_address(
    tmp_path: Path, receiver: Receiver
) -> None:
    receiver.code = 500
    result = notify(tmp_path, f"http://127.0.0.1:{receiver.server_port}/secret-path")
    assert result.code == 1
    assert "HTTP Error 500" in result.err and "secret-path" not in result.err


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://127.0.0.1/x", "hooks.example.com"])
def test_only_the_web_is_written_to(tmp_path: Path, url: str) -> None:
    assert "begins with https://" in notify(tmp_path, url).err
