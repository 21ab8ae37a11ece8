"""The diagnostics of artifacts: what was being done, for whom, and why it was refused."""

from __future__ import annotations

import errno
from pathlib import Path
from types import TracebackType

from pipegen.dsl.type_names import type_name
from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.runtime.codecs.contract import CodecError, DiskError
from pipegen.runtime.manifest import Manifest

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_ELSEWHERE = (errno.EXDEV, errno.EBUSY)


class InputError(PipegenError):
    """An artifact that cannot be read, found before the step runs or while it walks a stream."""


class Reading:
    """An artifact being read for a parameter; around any part of it, turns refusals into diagnostics."""

    def __init__(self, folder: Path, manifest: Manifest, annotation: object, name: str) -> None:
        self.folder = folder
        self.manifest = manifest
        self.annotation = annotation
        self.name = name

    def __enter__(self) -> Reading:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if isinstance(error, CodecError):
            raise InputError(*(self._diagnostic(error, sentence) for sentence in error.problems)) from error
        if isinstance(error, OSError):
            message = f"{self._handed_on} cannot be read: {error.strerror or error}"
            raise InputError(Diagnostic("PG342", message, Origin(str(self.folder)))) from error

    @property
    def _handed_on(self) -> str:
        return f"what '{self.manifest.producer}' handed on" + (
            f" for parameter '{self.name}'" if self.name else ""
        )

    def _diagnostic(self, error: CodecError, sentence: str) -> Diagnostic:
        code = error.code or "PG336"
        place = Origin(str(self.folder / error.file), error.line)
        wanted = type_name(self.annotation)
        if code == "PG335":
            made = f"{self.manifest.type}, as '{self.manifest.codec}'"
            message = f"{self._handed_on} is {made}, which cannot be read as {wanted}"
            hint = f"change what '{self.manifest.producer}' returns, or the type of the parameter"
            return Diagnostic(code, message, place, hint)
        if code != "PG336":
            return Diagnostic(code, f"{self._handed_on} cannot be read: {sentence}", place, error.hint)
        line = f"line {error.line}: " if error.line else ""
        hint = error.hint or f"run '{self.manifest.producer}' again if its types have changed since"
        return Diagnostic(code, f"{self._handed_on} does not fit {wanted}: {line}{sentence}", place, hint)


def not_written(problem: CodecError, annotation: object, producer: str) -> PipegenError:
    """Why what a task returned could not be handed on."""
    code = problem.code or "PG323"
    if code == "PG322":
        start, hint = f"'{producer}' did not return {type_name(annotation)}", _TYPE_HINT
    else:
        start, hint = f"what '{producer}' returns cannot be handed on", ""
    return PipegenError(
        *(Diagnostic(code, f"{start}: {one}", hint=problem.hint or hint) for one in problem.problems)
    )


_TYPE_HINT = "return what the type on `run` says, or change the type"


def disk(problem: DiskError, folder: Path, producer: str) -> PipegenError:
    """What the disk had against an artifact."""
    cause = problem.cause
    reason = cause.strerror or str(cause)
    if cause.errno in _FULL:
        need = f"{problem.needed} bytes are needed and " if problem.needed is not None else ""
        message = (
            f"what '{producer}' returned does not fit at '{folder}': {reason.lower()}; {need}{_free(folder)}"
        )
        hint = "free some space, or give the task more; what was there before is untouched"
        return PipegenError(Diagnostic("PG325", message, hint=hint))
    file = f" ('{cause.filename}')" if cause.filename else ""
    message = f"what '{producer}' returned cannot be written to '{folder}': {reason.lower()}{file}"
    hint = "name a folder inside it, not the mounted folder itself" if cause.errno in _ELSEWHERE else ""
    return PipegenError(Diagnostic("PG326", message, hint=hint))


def _free(folder: Path) -> str:
    import shutil  # slow to import

    place = folder.absolute().parent
    while not place.exists():
        place = place.parent
    return f"{shutil.disk_usage(place).free} are free"
