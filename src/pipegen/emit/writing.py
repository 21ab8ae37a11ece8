"""Writes all files or none: whatever goes wrong, the folder is as it was before."""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from pipegen.emit.change import Change
from pipegen.emit.place import locate, read, unwritable
from pipegen.errors import Diagnostic, PipegenError


def write(root: Path, changes: Sequence[Change]) -> None:
    """Put every change on disk; an error or an interrupt undoes those already made."""
    work = _Work()
    try:
        for change in changes:
            if change.kind != "same":
                work.prepare(root, change)
        work.swap()
    except OSError as problem:
        raise PipegenError(unwritable(work.path, problem, work.undo())) from problem
    except BaseException:
        work.undo()
        raise
    finally:
        work.tidy()


class _Swap:
    """One file on its way: prepared beside its place, what it replaces kept under a second name."""

    def __init__(self, path: str, place: Path, prepared: Path, kept: Path | None) -> None:
        self.path = path
        self.place = place
        self.prepared = prepared
        self.kept = kept
        self.begun = False

    def make(self) -> None:
        self.begun = True  # before, so that an interrupt between the two lines is undone as well
        self.prepared.replace(self.place)

    def undone(self) -> bool:
        """Put back what was there; False when even that fails."""
        try:
            if self.kept is None:
                self.place.unlink(missing_ok=True)
            elif not (self.place.exists() and self.place.samefile(self.kept)):
                self.kept.replace(self.place)
        except OSError:
            return False
        return True

    def loss(self) -> str:
        if self.kept is None:
            return f"'{self.path}' could not be removed again"
        return f"'{self.path}' could not be put back: what it held is in '{self.kept.name}' beside it"


class _Work:
    """What is under way, and what of it would have to go again."""

    def __init__(self) -> None:
        self.path = ""
        self.swaps: list[_Swap] = []
        self.folders: list[Path] = []
        self.spare: list[Path] = []

    def prepare(self, root: Path, change: Change) -> None:
        self.path = change.path
        place = locate(root, change.path)
        if read(place, change.path) != (change.before and change.before.replace("\r\n", "\n")):
            message = f"'{change.path}' was changed by another program; nothing was written"
            raise PipegenError(Diagnostic("PG418", message, hint="run the command again"))
        self.make_folder(place.parent)
        kept = None if change.before is None else self.keep(place)
        self.swaps.append(_Swap(change.path, place, self.put(place, change.after), kept))

    def make_folder(self, folder: Path) -> None:
        missing: list[Path] = []
        while not folder.exists():
            missing.append(folder)
            folder = folder.parent
        for one in reversed(missing):
            self.folders.append(one)
            one.mkdir(exist_ok=True)

    def keep(self, place: Path) -> Path:
        """The present file under a second name: a link needs no space when it is to be put back."""
        kept = self.beside(place)
        try:
            kept.hardlink_to(place)
        except OSError:  # a file system without links, or someone else's file
            import shutil

            shutil.copy2(place, kept)
        return kept

    def put(self, place: Path, text: str) -> Path:
        prepared = self.beside(place)
        with os.fdopen(os.open(prepared, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666), "wb") as file:
            file.write(text.encode())
        if place.exists():
            prepared.chmod(stat.S_IMODE(place.stat().st_mode))
        return prepared

    def beside(self, place: Path) -> Path:
        spare = place.with_name(f".pipegen-{os.urandom(6).hex()}")
        self.spare.append(spare)
        return spare

    def swap(self) -> None:
        for swap in self.swaps:
            self.path = swap.path
            swap.make()

    def undo(self) -> str:
        """Put everything back; says in words how that went."""
        lost = [swap for swap in reversed(self.swaps) if swap.begun and not swap.undone()]
        self.spare = [spare for spare in self.spare if spare not in {swap.kept for swap in lost}]
        self.tidy()
        for folder in reversed(self.folders):
            with suppress(OSError):
                folder.rmdir()
        return "; ".join(swap.loss() for swap in lost) or "nothing was changed"

    def tidy(self) -> None:
        for spare in self.spare:
            with suppress(OSError):
                spare.unlink(missing_ok=True)
