"""The running task's scratch folder: beside its output, on the same disk, gone when the task ends."""

from __future__ import annotations

import fcntl
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipegen.errors import Diagnostic, PipegenError

_current: Path | None = None


def workdir() -> Path:
    """A folder for what a step needs only while it runs."""
    if _current is None:
        message = "no task is running, so there is no scratch folder"
        raise PipegenError(
            Diagnostic("PG314", message, hint="a run by hand gives one: with use_workdir(folder): ...")
        )
    return _current


def enter(folder: Path | None) -> None:
    """Say which folder is the running task's; None when there is none any more."""
    global _current
    _current = folder


@contextmanager
def use_workdir(folder: Path) -> Iterator[None]:
    """What `workdir()` gives inside this `with`: for a step that is run by hand, in a test or a notebook."""
    before = _current
    enter(folder)
    try:
        yield
    finally:
        enter(before)


def unwritable(out: Path, task: str, error: OSError) -> PipegenError:
    reason = error.strerror or type(error).__name__
    message = f"the output '{out}' of task '{task}' cannot be written: {reason}"
    return PipegenError(Diagnostic("PG315", message, hint="check the folder that --out is in"))


@contextmanager
def folder_for(out: Path, task: str) -> Iterator[Path]:
    """A new, empty scratch folder beside the output, removed at the end with all in it."""
    safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in task)[:60]
    folder = out.absolute().parent / f".{safe}.{os.urandom(6).hex()}.work"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear(folder.parent, safe)
        lock = _create(folder)
    except OSError as error:
        raise unwritable(out, task, error) from None
    try:
        yield folder
    finally:
        remove(folder)
        if lock is not None:
            os.close(lock)


def remove(folder: Path) -> None:
    """Remove a scratch folder and all in it; what cannot be removed must not fail the task."""
    try:
        folder.rmdir()
    except FileNotFoundError:
        return
    except OSError:
        import shutil  # seldom needed, and slow to import

        shutil.rmtree(folder, ignore_errors=True)


def _create(folder: Path) -> int | None:
    """Locked before it has its name: nobody takes it for a leftover in between."""
    beside = folder.with_name(f"{folder.name}.new")
    beside.mkdir()
    lock = _lock(beside)
    beside.rename(folder)
    return lock


def _clear(parent: Path, safe: str) -> None:
    """Remove the scratch folders of this task whose process was killed: it has lost its lock on them."""
    pattern = re.compile(rf"\.{re.escape(safe)}\.[0-9a-f]{{12}}\.work")
    for path in parent.iterdir():
        lock = _lock(path) if pattern.fullmatch(path.name) else None
        if lock is not None:
            remove(path)
            os.close(lock)


def _lock(folder: Path) -> int | None:
    """A descriptor that locks a folder while this process or a fork of it lives; None if another's does."""
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor
