"""Whether an artifact is what its producer wrote, checked before anything in it is used."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.runtime.manifest import Link, Manifest, PayloadFile, is_litter, sha256, walk

_TREE = "data"  # a payload that is a folder: nothing may be added to it
_SHOWN = 5
_Problem = tuple[str, str, str]  # code, path, what is wrong with it


def verify(folder: Path, manifest: Manifest, name: str) -> None:
    """Refuse an artifact of which anything is missing or changed.

    Empty folders, links and the right to execute are put back: stores that keep only the content of files,
    as DVC and S3 do, lose them.
    """
    found: list[Diagnostic] = []
    for code, path, problem in _problems(folder, manifest):
        where = f" for parameter '{name}'" if name else ""
        message = f"what '{manifest.producer}' handed on{where} is not whole: '{path}' {problem}"
        hint = f"run '{manifest.producer}' again; a step must not change its inputs"
        found.append(Diagnostic(code, message, Origin(str(folder / path)), hint))
        if len(found) == _SHOWN:
            break
    if found:
        raise PipegenError(*found)


def _problems(folder: Path, manifest: Manifest) -> Iterator[_Problem]:
    checks: list[tuple[str, Iterator[_Problem]]] = [
        *((one.path, _file(f"{folder}/{one.path}", one)) for one in manifest.files),
        *((path, _folder(folder / path, path)) for path in manifest.folders),
        *((one.path, _link(folder / one.path, one)) for one in manifest.links),
    ]
    for path, check in checks:
        try:
            yield from check
        except OSError as problem:
            yield "PG342", path, f"cannot be read: {problem.strerror}"
    yield from _strangers(folder, manifest)


def _file(path: str, one: PayloadFile) -> Iterator[_Problem]:
    try:
        info = os.stat(path)  # through a link, too: some stores link their cache into the folder
    except (FileNotFoundError, NotADirectoryError):
        yield "PG333", one.path, "is missing"
        return
    if not stat.S_ISREG(info.st_mode):
        yield "PG334", one.path, "is no file"
    elif info.st_size != one.size:
        yield "PG334", one.path, f"has {info.st_size} bytes where {one.size} were written"
    elif sha256(path) != one.sha256:
        yield "PG334", one.path, "has other content than was written (its SHA-256 differs)"
    elif one.executable and not info.st_mode & stat.S_IXUSR:
        try:
            os.chmod(path, info.st_mode | (info.st_mode & 0o444) >> 2)
        except OSError:
            yield "PG334", one.path, "may not be executed any more, and that cannot be changed"


def _folder(path: Path, shown: str) -> Iterator[_Problem]:
    if path.is_dir() and not path.is_symlink():
        return
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError:
        yield "PG333", shown, "is missing, an empty folder that cannot be made anew"


def _link(path: Path, link: Link) -> Iterator[_Problem]:
    if path.is_symlink():
        target = os.readlink(path)
        if target != link.target:
            yield "PG334", link.path, f"links to '{target}' where '{link.target}' was written"
        return
    is_copy = path.is_file() and _same(path, path.parent / link.target)
    if path.exists() and not is_copy:
        yield "PG334", link.path, "is no symbolic link, as was written"
        return
    try:
        _put_link(path, link.target)
    except OSError:
        if not is_copy:  # on a disk that may only be read, a copy of the file does as well
            yield "PG333", link.path, "is missing, a symbolic link that cannot be made anew"


def _same(one: Path, other: Path) -> bool:
    return other.is_file() and one.stat().st_size == other.stat().st_size and sha256(one) == sha256(other)


def _put_link(path: Path, target: str) -> None:
    """In one step: another task may be reading the same artifact."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = path.parent / f"._{os.urandom(6).hex()}"  # litter, should it ever stay behind
    made.symlink_to(target)
    made.replace(path)


def _strangers(folder: Path, manifest: Manifest) -> Iterator[_Problem]:
    """What was added to a folder that was handed on; beside a payload the files of others do no harm."""
    if manifest.codec != "path" or not (folder / _TREE).is_dir():
        return
    known = set(manifest.payload)
    known |= {str(above) for path in manifest.payload for above in PurePosixPath(path).parents}
    for path, _, _ in walk(folder / _TREE):
        whole = f"{_TREE}/{path}"
        if whole not in known and not any(is_litter(part) for part in whole.split("/")):
            yield "PG334", whole, "was added to it"
