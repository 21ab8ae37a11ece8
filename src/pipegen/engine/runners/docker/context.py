"""What goes into a build, as a hash: the Dockerfile, the files of the context, and the build's arguments."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path

from pipegen.engine.runners.docker.ignoring import Ignored

_FORMAT = "pipegen image 1"
# What pipegen and Python keep beside the code: it changes with every run, and no image needs it.
_NEVER = frozenset((".pipegen", "__pycache__"))


def content_hash(dockerfile: Path, context: Path, arguments: Mapping[str, str]) -> str:
    """Equal for builds from the same content, wherever it lies; OSError when something cannot be read."""
    total = hashlib.sha256(_FORMAT.encode())
    _add(total, "dockerfile", _sha256(dockerfile))
    for name, value in sorted(arguments.items()):
        _add(total, "argument", name, value)
    for path in files(context, Ignored.of(context, dockerfile)):
        _add(total, path, *_described(context / path))
    return total.hexdigest()


def files(context: Path, ignored: Ignored) -> Iterator[str]:
    """The files and links of a context that a build is sent, in order; empty folders too."""
    for folder, inner, names in os.walk(context, onerror=_refuse):
        here = Path(folder).relative_to(context).as_posix()
        before = "" if here == "." else f"{here}/"
        links = [one for one in inner if Path(folder, one).is_symlink()]
        inner[:] = sorted(one for one in inner if one not in _NEVER and one not in links)
        if not ignored.takes_back:
            inner[:] = [one for one in inner if before + one not in ignored]
        if before and not inner and not names and before[:-1] not in ignored:
            yield before[:-1]
        yield from (path for name in sorted((*names, *links)) if (path := before + name) not in ignored)


def _refuse(error: OSError) -> None:
    raise error


def _described(path: Path) -> Iterator[str]:
    """What of a file a build sees: its kind, whether it may be executed, its content."""
    mode = path.lstat().st_mode
    if stat.S_ISLNK(mode):
        yield from ("link", os.readlink(path))  # noqa: PTH115
    elif stat.S_ISDIR(mode):
        yield "folder"
    elif stat.S_ISREG(mode):
        yield from ("program" if mode & 0o111 else "file", _sha256(path))
    else:
        yield "special"


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _add(total: hashlib._Hash, *parts: str) -> None:
    """Each part with its length, so that no two lists look alike."""
    for part in parts:
        data = part.encode(errors="surrogateescape")
        total.update(b"%d:" % len(data) + data)
