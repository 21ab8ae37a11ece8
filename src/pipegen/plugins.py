"""What installed packages offer to pipegen: their entry points, read straight off the disk.

`importlib.metadata` answers the same question in ten times the time, because it opens every
distribution's metadata; only entry_points.txt is needed here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from pipegen.frozen import frozen

_FILE = "entry_points.txt"
_ENDINGS = (".dist-info", ".egg-info")


@frozen
class EntryPoint:
    """One name that a distribution offers in a group, and the "module:attribute" behind it."""

    name: str
    reference: str
    distribution: str


def entry_points(group: str) -> dict[str, str]:
    """Name -> "module:attribute" of everything in a group; of two offers the first on sys.path counts."""
    found: dict[str, str] = {}
    for one in offers(group):
        found.setdefault(one.name, one.reference)
    return dict(sorted(found.items()))


def clashes(group: str) -> dict[str, tuple[EntryPoint, ...]]:
    """The names in a group that more than one distribution offers, with all their offers."""
    by_name: dict[str, list[EntryPoint]] = {}
    for one in offers(group):
        by_name.setdefault(one.name, []).append(one)
    return {name: tuple(same) for name, same in sorted(by_name.items()) if len(same) > 1}


def offers(group: str) -> tuple[EntryPoint, ...]:
    """Every entry point of a group, in the order of sys.path."""
    places = tuple(dict.fromkeys(entry or os.curdir for entry in sys.path))
    texts = _texts(tuple((place, _changed(place)) for place in places))
    return tuple(one for name, text in texts if group in text for one in _parse(text, group, name))


def load(reference: str) -> object:
    """Import what "module:attribute" names; ImportError or AttributeError when it is not there."""
    from importlib import import_module

    module, _, attribute = reference.partition(":")
    found: object = import_module(module)
    for part in attribute.split(".") if attribute else ():
        found = getattr(found, part)
    return found


def _changed(place: str) -> int:
    """When a folder last gained or lost something; part of the cache key, so that a new plugin is seen."""
    try:
        return Path(place).stat().st_mtime_ns
    except (OSError, ValueError):
        return -1


@lru_cache(maxsize=4)
def _texts(places: tuple[tuple[str, int], ...]) -> tuple[tuple[str, str], ...]:
    """(distribution, its entry_points.txt) for each distribution, the first on the path alone."""
    found: dict[str, str] = {}
    for place, changed in places:
        if changed < 0:
            continue
        for folder, text in _scan(place):
            found.setdefault(_distribution(folder), text)
    return tuple((name, text) for name, text in found.items() if text)


def _scan(place: str) -> Iterator[tuple[str, str]]:
    try:
        with os.scandir(place) as entries:
            folders = sorted(entry.name for entry in entries if entry.name.endswith(_ENDINGS))
    except NotADirectoryError:
        yield from _scan_zip(place)
        return
    except OSError:
        return
    for folder in folders:
        yield folder, _read(Path(place, folder, _FILE))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""  # a distribution without entry points, or one that cannot be read


def _scan_zip(place: str) -> Iterator[tuple[str, str]]:
    import zipfile  # seldom: an application packed into one file

    try:
        with zipfile.ZipFile(place) as archive:
            names = archive.namelist()
            for folder in sorted({name.split("/")[0] for name in names}):
                if folder.endswith(_ENDINGS):
                    path = f"{folder}/{_FILE}"
                    yield folder, archive.read(path).decode("utf-8", "replace") if path in names else ""
    except (OSError, zipfile.BadZipFile):
        return


def _distribution(folder: str) -> str:
    """The normalised name in "Acme_Codecs-1.2.dist-info"."""
    name = folder.rpartition(".")[0].partition("-")[0]
    return name.lower().replace("_", "-").replace(".", "-")


def _parse(text: str, group: str, distribution: str) -> Iterator[EntryPoint]:
    section = ""
    for raw in text.splitlines():
        line = raw.strip()
        if line.startswith("["):
            section = line[1:].partition("]")[0].strip()
        elif section == group and line and line[0] not in "#;":
            name, equals, reference = line.partition("=")
            if equals:
                yield EntryPoint(name.strip(), reference.partition("[")[0].strip(), distribution)
