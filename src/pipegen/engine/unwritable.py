"""What is said when the engine cannot write to its own folder."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipegen.errors import Diagnostic, PipegenError

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)


@contextmanager
def refused(folder: Path) -> Iterator[None]:
    """A run that cannot begin is refused; one that goes on is not stopped by this."""
    try:
        yield
    except OSError as error:
        raise PipegenError(Diagnostic("PG779", sentence(error, folder), None, hint(error))) from None


def sentence(error: OSError, folder: Path) -> str:
    return f"the engine cannot write to '{error.filename or folder}': {reason(error)}"


def reason(error: OSError) -> str:
    return (error.strerror or type(error).__name__).lower()


def hint(error: OSError) -> str:
    if error.errno in _FULL:
        return "free some space: pipegen runs gc"
    return "see who may write there, or name another folder with PIPEGEN_HOME"
