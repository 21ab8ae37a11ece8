"""Artifacts by content: each under the digest of its artifact.json, and by which work it came about."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from pipegen.engine.places import Places
from pipegen.errors import PipegenError
from pipegen.runtime.manifest import FILE, sha256
from pipegen.runtime.manifest_json import load_manifest
from pipegen.runtime.publish import remove
from pipegen.runtime.verify import verify

_LENGTH = 64


class Known(NamedTuple):
    """An artifact that is there, and how many rows it holds where there is something to count."""

    digest: str
    items: int | None


@dataclass(frozen=True, slots=True)
class Artifacts:
    """The artifacts of one project, whichever run they came from."""

    places: Places

    def folder(self, digest: str) -> Path:
        return Path(f"{self.places.home}/artifacts/{digest[:2]}/{digest}")

    def publish(self, out: str) -> str:
        """Take over a finished artifact: it appears at once, or was there already; returns its digest."""
        digest = sha256(f"{out}/{FILE}")
        target = str(self.folder(digest))
        try:
            os.rename(out, target)
        except FileNotFoundError:
            os.makedirs(os.path.dirname(target), exist_ok=True)
            return self.publish(out)
        except OSError:  # it is there, damaged or published before
            if self.known(digest):
                remove(Path(out))
            else:
                self.discard(digest)
                os.rename(out, target)
        return digest

    def known(self, digest: str) -> Known | None:
        """An artifact that is there with every file in its size; who reads it compares contents, too."""
        folder = self.folder(digest)
        try:
            manifest = load_manifest(folder)
            whole = all(_is_file(folder / one.path, one.size) for one in manifest.files)
        except (PipegenError, OSError):
            return None
        return Known(digest, manifest.items) if whole else None

    def drop_damaged(self, digest: str) -> bool:
        """Discard an artifact whose content is not what was written; whether it was."""
        folder = self.folder(digest)
        try:
            verify(folder, load_manifest(folder), "")
        except PipegenError:
            self.discard(digest)
            return True
        return False

    def discard(self, digest: str) -> None:
        """Drop a damaged artifact, so that the next run makes it again."""
        aside = self.places.artifacts / f".{digest}.{os.urandom(6).hex()}.old"
        with suppress(OSError):
            self.folder(digest).rename(aside)
            remove(aside)

    def found(self, key: str) -> Known | None:
        """What the same work led to before, when that artifact is still there."""
        try:
            digest = self._entry(key).read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            return None
        return self.known(digest) if len(digest) == _LENGTH else None

    def remember(self, key: str, digest: str) -> None:
        """The next time that the same work is to be done, this is what it leads to."""
        entry = self._entry(key)
        beside = entry.with_name(f".{key}.{os.urandom(6).hex()}")
        try:
            try:
                beside.write_text(digest + "\n", encoding="ascii")
            except FileNotFoundError:
                entry.parent.mkdir(parents=True, exist_ok=True)
                beside.write_text(digest + "\n", encoding="ascii")
            beside.replace(entry)
        except OSError:
            beside.unlink(missing_ok=True)
            raise

    def _entry(self, key: str) -> Path:
        return Path(f"{self.places.home}/cache/{key[:2]}/{key}")


def _is_file(path: Path, size: int) -> bool:
    info = path.stat()
    return stat.S_ISREG(info.st_mode) and info.st_size == size
