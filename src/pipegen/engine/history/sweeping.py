"""Deleting what is garbage: while no run goes on, and so that a sweep which is killed can be done again."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pipegen.engine.artifacts import Artifacts
from pipegen.engine.history.contract import Store
from pipegen.engine.history.garbage import Garbage
from pipegen.engine.places import Places
from pipegen.errors import Diagnostic, PipegenError
from pipegen.runtime.publish import remove


@contextmanager
def alone(root: Path) -> Iterator[None]:
    """Keep runs from starting inside the block; PipegenError when one goes on."""
    descriptor = os.open(Places(root).lock, os.O_CREAT | os.O_RDWR, 0o666)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            hint = "wait for its end; `pipegen runs list --status RUNNING` shows it"
            raise PipegenError(Diagnostic("PG714", "a run of this project goes on", None, hint)) from None
        yield
    finally:
        os.close(descriptor)


def sweep(store: Store, root: Path, garbage: Garbage) -> None:
    """Delete it. Records go last: a full disk, on which they cannot be changed, has room by then."""
    places = Places(root)
    artifacts = Artifacts(places)
    for run_id in garbage.folders:
        remove(places.run(run_id))
    for key in garbage.keys:
        (places.cache / key[:2] / key).unlink(missing_ok=True)
    for digest in garbage.artifacts:
        artifacts.discard(digest)
    _leftovers(places)
    _dangling(places.latest)
    for run_id in garbage.runs:
        store.delete_run(run_id)


def _leftovers(places: Places) -> None:
    """What killed processes left half-written, and folders that became empty."""
    for one in places.artifacts.glob(".*"):
        remove(one)
    for one in places.cache.glob("*/.*"):
        one.unlink(missing_ok=True)
    for folder in (*places.artifacts.glob("*"), *places.cache.glob("*")):
        with suppress(OSError):
            folder.rmdir()


def _dangling(latest: Path) -> None:
    """Links to artifacts that are gone."""
    for link in latest.glob("*/*"):
        if link.is_symlink() and not link.exists():
            link.unlink(missing_ok=True)
    for folder in latest.glob("*"):
        with suppress(OSError):
            folder.rmdir()
