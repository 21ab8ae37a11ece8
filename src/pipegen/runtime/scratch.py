"""The running task's scratch folder: beside its output, on the same disk, gone when the task ends."""

from __future__ import annotations

import os
from pathlib import Path

from pipegen.errors import Diagnostic, PipegenError

_current: Path | None = None


def workdir() -> Path:
    """A folder for what a step needs only while it runs."""
    if _current is None:
        message = "no task is running, so there is no scratch folder"
        raise PipegenError(Diagnostic("PG314", message, hint="make one: tempfile.TemporaryDirectory()"))
    return _current


def enter(folder: Path | None) -> None:
    """Say which folder is the running task's; None when there is none any more."""
    global _current
    _current = folder


def create(out: Path, task: str) -> Path:
    """A new, empty scratch folder beside the output."""
    safe = "".join(char if char.isalnum() or char in "-_" else "-" for char in task)[:60]
    folder = out.absolute().parent / f".{safe}.{os.urandom(6).hex()}.work"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.mkdir()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        message = f"the output '{out}' of task '{task}' cannot be written: {reason}"
        raise PipegenError(Diagnostic("PG315", message, hint="check the folder that --out is in")) from None
    return folder


def remove(folder: Path) -> None:
    """Remove a scratch folder and all in it; what cannot be removed must not fail the task."""
    try:
        folder.rmdir()
    except OSError:
        import shutil  # seldom needed, and slow to import

        shutil.rmtree(folder, ignore_errors=True)
