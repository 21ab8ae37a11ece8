"""Where a generated file stands on disk, and what stands there already."""

from __future__ import annotations

import os
import stat
from pathlib import Path, PurePosixPath, PureWindowsPath

from pipegen.emit.scalars import visible
from pipegen.errors import Diagnostic, PipegenError


def locate(root: Path, path: str) -> Path:
    """The real file behind a path, links followed; refused when it leaves `root` or cannot be a file."""
    if _is_foreign(path):
        message = f"the path '{visible(path)}' is not a plain relative path"
        raise _refused("PG410", message, "write it like 'deploy/reviews.yaml', without '..', '\\' or a drive")
    base = Path(os.path.realpath(root))
    place = Path(os.path.realpath(base / path))  # unlike Path.resolve, the same for loops on every Python
    if not place.is_relative_to(base):
        message = f"'{path}' leads through a symbolic link out of '{root}'"
        raise _refused("PG416", message, "replace the link, or generate into the folder it points to")
    _refuse_obstacle(place, path)
    return place


def read(place: Path, path: str, *, as_is: bool = False) -> str | None:
    """The text of a file, with its line ends as we write them unless `as_is`; None when there is no file."""
    try:
        text = place.read_bytes().decode()
        return text if as_is else text.replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except OSError as problem:
        reason = reason_of(problem)
    except UnicodeDecodeError as problem:
        reason = f"byte {problem.start} is not UTF-8"
    raise _refused(
        "PG414", f"the existing file '{path}' cannot be read: {reason}", "repair it or move it away"
    )


def reason_of(problem: OSError) -> str:
    return (problem.strerror or str(problem)).lower()


def unwritable(path: str, problem: OSError, note: str = "nothing was changed") -> Diagnostic:
    message = f"'{path}' cannot be written: {reason_of(problem)}; {note}"
    return Diagnostic("PG415", message, hint="free space, make the folder writable or choose another one")


def _is_foreign(path: str) -> bool:
    posix = PurePosixPath(path)
    return (
        not posix.parts
        or posix.is_absolute()
        or ".." in posix.parts
        or "\\" in path
        or PureWindowsPath(path).drive != ""
        or visible(path) != path
    )


def _refuse_obstacle(place: Path, path: str) -> None:
    try:
        mode = _mode(place)
        above = next(folder for folder in place.parents if folder.exists())
        below_a_file = not above.is_dir()
    except OSError as problem:
        raise PipegenError(unwritable(path, problem)) from problem
    if below_a_file:
        message = f"'{path}' cannot be placed: '{above.name}' is a file, not a folder"
        raise _refused("PG417", message, "move that file away or choose another path")
    if mode and not stat.S_ISREG(mode):
        what = "a folder" if stat.S_ISDIR(mode) else "not a regular file"
        raise _refused(
            "PG413", f"'{path}' exists and is {what}", "move it away or choose another output folder"
        )


def _mode(place: Path) -> int:
    try:
        return place.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return 0


def _refused(code: str, message: str, hint: str) -> PipegenError:
    return PipegenError(Diagnostic(code, message, hint=hint))
