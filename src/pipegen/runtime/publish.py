"""Putting a finished folder in place at once, so that nobody ever sees half of one.

A folder is filled beside its place, under a hidden name and a lock, and then trades places with what was
there. What a killed process leaves behind has lost its lock and is cleared away by the next one.
"""

from __future__ import annotations

import fcntl
import os
import re
from pathlib import Path
from types import TracebackType

from pipegen.runtime.codecs.contract import writing

_PARTIAL, _OLD = "partial", "old"
_LEFT = f"[0-9a-f]{{12}}\\.({_PARTIAL}|{_OLD})"
_LONGEST = 200  # of a name, so that the hidden one is not too long for the disk


class Draft:
    """A folder in the making; it is gone when the block ends without `publish`."""

    def __init__(self, target: Path) -> None:
        self.target = _place(target)
        self.path = self.target
        self._lock: int | None = None

    def __enter__(self) -> Draft:
        with writing():
            if not os.path.isdir(self.target.parent):
                self.target.parent.mkdir(parents=True, exist_ok=True)
            clear(self.target)
            while self._lock is None:  # more than once only when another process mistook it for a leftover
                self.path = _hidden(self.target, _PARTIAL)
                os.mkdir(self.path)
                self._lock, _ = _hold(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.path != self.target:
            remove(self.path)
        _let_go(self._lock)

    def publish(self) -> None:
        """Take the target's place; what was there goes when the block ends."""
        try:
            os.rename(self.path, self.target)  # does for a target that is missing or an empty folder
            self.path = self.target
        except OSError:
            if not self.target.is_dir():
                raise
            if not exchange(self.path, self.target):
                self._replace()

    def _replace(self) -> None:
        """In two steps, for file systems that cannot exchange; `clear` mends it when killed in between."""
        old = _hidden(self.target, _OLD)
        lock, _ = _hold(self.target)
        try:
            self.target.rename(old)
            try:
                self.path.rename(self.target)
            except OSError:
                old.rename(self.target)
                raise
            self.path = old
        finally:
            _let_go(lock)


def _place(target: Path) -> Path:
    """A link to the place stays, the place is replaced; a step may go to another folder meanwhile."""
    if os.path.islink(target):
        return Path(os.path.realpath(target))
    return target if target.is_absolute() else target.absolute()


def clear(target: Path) -> None:
    """Put back what a killed process had moved aside, and remove what it left half-written."""
    begin = f".{_stem(target)}."
    try:
        near = [name[len(begin) :] for name in os.listdir(target.parent) if name.startswith(begin)]
    except OSError:
        return
    names = sorted(begin + rest for rest in near if re.fullmatch(_LEFT, rest))
    for name in names:
        path = target.parent / name
        lock, is_ours = _hold(path)
        if lock is not None and name.endswith(_OLD) and not target.exists():
            path.rename(target)
        elif is_ours:
            remove(path)
        _let_go(lock)


def exchange(one: Path, other: Path) -> bool:
    """Let two folders trade places in one step; False where the system cannot."""
    try:
        import ctypes

        system = ctypes.CDLL(None, use_errno=True)
        first, second = os.fsencode(one), os.fsencode(other)
        if hasattr(system, "renameat2"):  # Linux
            at_here, swap = -100, 2
            return bool(system.renameat2(at_here, first, at_here, second, swap) == 0)
        if hasattr(system, "renamex_np"):  # macOS
            return bool(system.renamex_np(first, second, 2) == 0)
    except (ImportError, OSError):
        pass
    return False


def remove(path: Path) -> None:
    """Remove a folder and what is in it; what cannot be removed stays hidden and does no harm."""
    try:
        os.rmdir(path)
    except FileNotFoundError:
        return
    except OSError:
        import shutil  # slow to import, and not needed for what is empty

        shutil.rmtree(path, ignore_errors=True)


def _stem(target: Path) -> str:
    return target.name.encode()[:_LONGEST].decode(errors="ignore")


def _hidden(target: Path, ending: str) -> Path:
    return target.with_name(f".{_stem(target)}.{os.urandom(6).hex()}.{ending}")


def _hold(path: Path) -> tuple[int | None, bool]:
    """A descriptor that locks a folder until its process ends; None when the folder is gone or another's.

    On a file system without locks there is a descriptor, but no telling whether another has it as well.
    """
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None, False
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        if os.path.exists(path) and os.fstat(descriptor).st_ino == os.stat(path).st_ino:
            return descriptor, True
    except BlockingIOError:
        pass
    except OSError:
        return descriptor, False
    os.close(descriptor)
    return None, False


def _let_go(lock: int | None) -> None:
    if lock is not None:
        os.close(lock)
