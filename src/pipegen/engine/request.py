"""What the engine asks a slot to do, what it hears back, and how both travel over a socket."""

from __future__ import annotations

import json
import socket
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_LENGTH = struct.Struct("!I")


@dataclass(frozen=True, slots=True)
class Process:
    """A command to start, in place of running the task in a fork of the slot."""

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: str


@dataclass(frozen=True, slots=True)
class Request:
    """One attempt at a task: the words of `pipegen exec`, and where its log, scratch and output go.

    With `shared`, a bucket gets what comes out under `key`; with `ask`, it is asked first whether it has that.
    With `spare`, nothing else waits for a slot: there is time to get ready for the next.
    """

    task: str
    attempt: int
    words: tuple[str, ...]
    env: Mapping[str, str]
    log: str
    work: str
    timeout: float | None = None
    grace: float = 10.0
    command: Process | None = None
    ending: Process | None = None
    cwd: str | None = None
    key: str | None = None
    shared: str | None = None
    ask: bool = False
    spare: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """How an attempt went; `artifact` is the digest of what was published, or `fetched` from the bucket.

    `trouble` is what went wrong with the bucket, as code and message.
    """

    code: int
    rows: int | None = None
    reason: str = ""
    artifact: str | None = None
    fetched: bool = False
    trouble: str | None = None


@dataclass(slots=True)
class Line:
    """One end of the socket between the engine and a slot."""

    socket: socket.socket
    _got: bytearray = field(default_factory=bytearray)

    def send(self, message: Request | Reply) -> None:
        data = json.dumps(message, default=_plain).encode()
        self.socket.sendall(_LENGTH.pack(len(data)) + data)

    def receive(self) -> dict[str, Any] | None:
        """The next message, waited for; None when the other end is gone."""
        while (found := self._next()) is None:
            try:
                data = self.socket.recv(65536)
            except ConnectionError:
                return None
            if not data:
                return None
            self._got += data
        return found

    def _next(self) -> dict[str, Any] | None:
        if len(self._got) < _LENGTH.size:
            return None
        (length,) = _LENGTH.unpack_from(self._got)
        end = _LENGTH.size + length
        if len(self._got) < end:
            return None
        found: dict[str, Any] = json.loads(bytes(self._got[_LENGTH.size : end]))
        del self._got[:end]
        return found


def request_of(data: Mapping[str, Any]) -> Request:
    return Request(
        **{
            **data,
            "words": tuple(data["words"]),
            "command": _process(data["command"]),
            "ending": _process(data["ending"]),
        }
    )


def _plain(value: Request | Reply | Process) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__slots__}


def _process(data: Mapping[str, Any] | None) -> Process | None:
    return None if data is None else Process(tuple(data["argv"]), data["env"], data["cwd"])
