"""What an artifact holds, to the byte; the same on every engine."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from pipegen.frozen import frozen

FILE = "artifact.json"
_PIECE = 1 << 16  # bytes that are read at a time: more than most files have
_LITTER = (".DS_Store", "Thumbs.db", "desktop.ini", ".ipynb_checkpoints")


@frozen
class PayloadFile:
    """One file of a payload."""

    path: str
    size: int
    sha256: str
    executable: bool = False


@frozen
class Link:
    """A symbolic link inside a payload; its target is relative and inside as well."""

    path: str
    target: str


@frozen
class Manifest:
    """What artifact.json says."""

    codec: str
    type: str
    producer: str
    items: int | None = None
    files: tuple[PayloadFile, ...] = ()
    links: tuple[Link, ...] = ()
    folders: tuple[str, ...] = ()  # those that are empty; the others show in the paths of their files

    @property
    def payload(self) -> tuple[str, ...]:
        """Every path of the payload."""
        return (*(one.path for one in self.files), *(one.path for one in self.links), *self.folders)


def is_litter(name: str) -> bool:
    """What file managers and file systems leave in any folder."""
    return name in _LITTER or name.startswith(("._", ".nfs"))


def describe(folder: Path, codec: str, type_text: str, producer: str, items: int | None) -> Manifest:
    """The manifest of a payload that was just written, read back from the disk."""
    files: list[PayloadFile] = []
    links: list[Link] = []
    empty: list[str] = []
    for path, info, is_empty in walk(folder):
        if stat.S_ISLNK(info.st_mode):
            links.append(Link(path, os.readlink(f"{folder}/{path}")))
        elif stat.S_ISREG(info.st_mode):
            executable = bool(info.st_mode & stat.S_IXUSR)
            files.append(PayloadFile(path, info.st_size, sha256(f"{folder}/{path}"), executable))
        elif is_empty:
            empty.append(path)
    return Manifest(codec, type_text, producer, items, tuple(files), tuple(links), tuple(empty))


def walk(folder: Path) -> Iterator[tuple[str, os.stat_result, bool]]:
    """(path, what it is, whether it is an empty folder) of everything in a folder, in the order of the paths."""
    found: list[tuple[str, os.stat_result, bool]] = []
    waiting = [""]
    while waiting:
        above = waiting.pop()
        with os.scandir(f"{folder}/{above}") as entries:
            for entry in entries:
                path = f"{above}{entry.name}"
                is_folder = entry.is_dir(follow_symlinks=False)
                if is_folder:
                    waiting.append(f"{path}/")
                found.append((path, entry.stat(follow_symlinks=False), is_folder and _is_empty(entry.path)))
    return iter(sorted(found, key=lambda one: one[0]))


def sha256(path: str | Path) -> str:
    """The digest of a file, read in pieces; hashlib's own way to do it clears 256 KB first."""
    import hashlib  # slow to import, and a step that hands on nothing has no file

    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


def _is_empty(folder: str) -> bool:
    with os.scandir(folder) as entries:
        return next(entries, None) is None
