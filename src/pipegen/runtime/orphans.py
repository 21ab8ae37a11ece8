"""Processes whose parent died: on Linux they can be made to come to us. Elsewhere these do nothing."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import cache
from pathlib import Path

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36


def adopt_orphans() -> bool:
    """From now on, orphaned descendants become children of this process; whether that can be had here."""
    return _prctl(_PR_SET_CHILD_SUBREAPER, 1)


def die_with_parent(number: int) -> None:
    """When the parent dies, however it does, this process gets a signal."""
    _prctl(_PR_SET_PDEATHSIG, number)


def adopted() -> list[int]:
    """The children of this process that have not ended."""
    me = os.getpid()
    try:
        return [int(pid) for pid in Path(f"/proc/{me}/task/{me}/children").read_text().split()]
    except OSError:
        return []


def _prctl(option: int, value: int) -> bool:
    call = _system_call()
    return call is not None and call(option, value, 0, 0, 0) == 0


@cache
def _system_call() -> Callable[..., int] | None:
    try:
        import ctypes

        found: Callable[..., int] = ctypes.CDLL(None).prctl
    except (ImportError, OSError, AttributeError):
        return None
    return found
