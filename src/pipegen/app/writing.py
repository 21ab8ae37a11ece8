"""Single files that a user named: written as a whole or not at all, and never over what may be theirs."""

from __future__ import annotations

import os
from pathlib import Path

from pipegen.errors import Diagnostic, PipegenError


def write_text(path: Path, text: str, *, replace: bool = True, instead: str = "move that file away") -> None:
    """Write a file, or say why not; what stands there is only replaced when it may be."""
    try:
        if not replace and path.exists() and path.read_bytes() != text.encode():
            hint = f"choose another path, or {instead}"
            raise PipegenError(Diagnostic("PG180", f"'{path}' is there already", None, hint))
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(path, text)
    except (OSError, ValueError) as error:
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        if isinstance(error, (FileExistsError, NotADirectoryError)):
            reason = "a file stands where a folder is needed"
        message = f"'{path}' cannot be written: {reason}"
        raise PipegenError(Diagnostic("PG198", message, None, "choose another path")) from None


def _put(path: Path, text: str) -> None:
    """By way of a file beside it; a pipe or a device is written to as it is."""
    if path.exists() and not path.is_file():
        path.write_text(text, encoding="utf-8")
        return
    real = path.resolve()
    beside = real.with_name(f".{real.name[:200]}.{os.getpid()}.partial")
    try:
        beside.write_text(text, encoding="utf-8")
        if real.exists():
            beside.chmod(real.stat().st_mode & 0o7777)
        beside.replace(real)
    finally:
        beside.unlink(missing_ok=True)
