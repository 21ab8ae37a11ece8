"""Taking over a file or a folder: looked through first, then moved or copied, never hard-linked.

A hard link would let a later edit of the user's file change the artifact.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from pathlib import Path

from pipegen.runtime.codecs.contract import CodecError, writing

_FICLONE = 0x40049409  # shares the blocks of two files until one is written, on file systems that can
_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Found:
    """One thing below the root, by its path from there; the root itself is at "."."""

    path: str
    kind: str  # "file", "folder" or "link"
    size: int = 0
    shared: bool = False  # has other hard links
    target: str = ""


def hand_over(source: Path, target: Path, scratch: Path | None) -> None:
    """Put what is at `source` at `target`; CodecError when it cannot be carried to another machine."""
    found = look_through(source)
    size = sum(one.size for one in found)
    with writing(size):
        target.parent.mkdir(exist_ok=True)
        may_move = _may_move(source, scratch) and not any(one.shared for one in found)
        if may_move and _move(source, target, found):
            return
        for one in found:
            _copy(source / one.path, target / one.path, one)


def look_through(root: Path) -> list[Found]:
    """Everything in a file or folder, each folder before what is in it."""
    found: list[Found] = []
    problems: list[str] = []
    waiting = ["."]
    while waiting:
        path = waiting.pop()
        try:
            one = _look_at(root, path)
        except CodecError as problem:
            problems += problem.problems
            continue
        found.append(one)
        if one.kind == "folder":
            with writing(), os.scandir(root / path) as entries:
                waiting += [entry.name if path == "." else f"{path}/{entry.name}" for entry in entries]
    if problems:
        raise CodecError(*sorted(problems)[:_SHOWN], code="PG338")
    return found


def _look_at(root: Path, path: str) -> Found:
    whole = root / path
    with writing():
        info = whole.lstat()
    name = root.name if path == "." else path
    shown = os.fsencode(name).decode("utf-8", "backslashreplace")
    if shown != name:
        raise CodecError(f"'{shown}' has a name that is not UTF-8")
    if stat.S_ISREG(info.st_mode):
        return Found(path, "file", info.st_size, info.st_nlink > 1)
    if stat.S_ISDIR(info.st_mode):
        return Found(path, "folder")
    if stat.S_ISLNK(info.st_mode):
        return Found(path, "link", target=_link_target(root, whole, shown))
    raise CodecError(f"'{shown}' is neither file nor folder, but a socket, pipe or device")


def _link_target(root: Path, link: Path, shown: str) -> str:
    """Where a link leads, when that is inside, both by its words and in fact."""
    target = os.readlink(link)  # noqa: PTH115 - a Path would rewrite './x'
    by_words = os.path.normpath(link.parent / target)
    inside = [Path(where).is_relative_to(root) for where in (by_words, os.path.realpath(link))]
    if target.startswith("/") or not all(inside):
        raise CodecError(f"'{shown}' is a symbolic link that leads out of the folder, to '{target}'")
    if not link.exists():  # DVC, for one, could not carry it
        raise CodecError(f"'{shown}' is a symbolic link to '{target}', which does not exist")
    return target


def _may_move(source: Path, scratch: Path | None) -> bool:
    return scratch is not None and Path(os.path.realpath(scratch)) in source.parents


def _move(source: Path, target: Path, found: list[Found]) -> bool:
    try:
        source.rename(target)
    except OSError:  # on another file system, for one
        return False
    for one in found:
        if one.kind != "link":  # a folder that may not be written could never be replaced
            place = target / one.path
            mode = place.stat().st_mode
            place.chmod(mode | (0o700 if one.kind == "folder" else 0o600))
    return True


def _copy(source: Path, target: Path, one: Found) -> None:
    if one.kind == "folder":
        target.mkdir()
    elif one.kind == "link":
        target.symlink_to(one.target)
    else:
        _copy_file(source, target)
        if source.stat().st_mode & stat.S_IXUSR:
            mode = target.stat().st_mode
            target.chmod(mode | (mode & 0o444) >> 2)  # whoever may read it may run it


def _copy_file(source: Path, target: Path) -> None:
    import fcntl
    import shutil

    with source.open("rb") as read, target.open("xb") as written:
        try:
            fcntl.ioctl(written.fileno(), _FICLONE, read.fileno())
        except OSError:
            shutil.copyfileobj(read, written, 1 << 20)
