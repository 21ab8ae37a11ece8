"""A connection to a database that survives threads and forks."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from threading import RLock
from typing import Generic, TypeVar

C = TypeVar("C")

# What a forked process got from its parent: closing it, or forgetting it, would end the parent's connection.
_inherited: list[object] = []


@dataclass
class _Own(Generic[C]):
    """What belongs to one process."""

    process: int
    lock: RLock = field(default_factory=RLock)
    connection: C | None = None


class Held(Generic[C]):
    """One connection in each process, opened when it is needed, lent to one thread at a time."""

    def __init__(self, connect: Callable[[], C], close: Callable[[C], object]) -> None:
        self._connect = connect
        self._close = close
        self._own: _Own[C] = _Own(os.getpid())

    @contextmanager
    def lent(self) -> Iterator[C]:
        own = self._mine()
        with own.lock:
            if own.connection is None:
                own.connection = self._connect()
            yield own.connection

    def drop(self) -> None:
        """Close the connection; the next one who needs it gets a new one."""
        own = self._mine()
        with own.lock:
            connection, own.connection = own.connection, None
            if connection is not None:
                with suppress(Exception):  # it may be broken, which is why it is dropped
                    self._close(connection)

    def _mine(self) -> _Own[C]:
        if self._own.process != os.getpid():
            _inherited.append(self._own)
            self._own = _Own(os.getpid())
        return self._own
