"""Links to what each task of a pipeline handed on last: `.pipegen/latest/PIPELINE/TASK`."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping
from contextlib import suppress
from pathlib import Path

from pipegen.engine.places import Places
from pipegen.names import folder_names

MOST = 200  # tasks: a link costs as much as running a small task does


def latest_folder(places: Places, pipeline: str) -> Path:
    return places.latest / folder_names([pipeline])[pipeline]


def point_to(places: Places, pipeline: str, folders: Mapping[str, Path]) -> None:
    """Let the links point to these artifacts; a file system without links, or a huge pipeline, does without."""
    if len(folders) > MOST:
        return
    home = latest_folder(places, pipeline)
    names = folder_names(folders)
    with suppress(OSError):
        home.mkdir(parents=True, exist_ok=True)
        for task, folder in folders.items():
            _link(home / names[task], os.path.relpath(folder, home))


def forget(places: Places, pipeline: str, tasks: Collection[str], gone: Collection[str]) -> None:
    """Remove the links of some of the tasks, whose artifacts were dropped."""
    home = latest_folder(places, pipeline)
    names = folder_names(tasks)
    for task in gone:
        with suppress(OSError):
            (home / names[task]).unlink()


def _link(link: Path, target: str) -> None:
    with suppress(OSError):
        if os.readlink(link) == target:  # noqa: PTH115 - as it was written
            return
    beside = link.with_name(f".{link.name}.{os.urandom(6).hex()}")
    beside.symlink_to(target)
    beside.replace(link)
