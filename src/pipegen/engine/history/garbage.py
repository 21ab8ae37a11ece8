"""What may go: old runs, and the artifacts and cache entries that nothing which stays refers to.

A run, a cache entry that no run used, and a run's folder that the history does not know are units: each stays
or goes as a whole. What refers to an artifact keeps it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pipegen.engine.history.contract import Store
from pipegen.engine.history.liveness import goes_on, settled
from pipegen.engine.places import Places


@dataclass(frozen=True, slots=True)
class Limits:
    """What is to stay: so many runs of each pipeline, nothing older than seconds, no more than bytes."""

    keep: int | None = None
    age: float | None = None
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Unit:
    """Something that stays or goes as a whole, and all that it refers to."""

    time: float
    pipeline: str | None = None  # of a run that the history knows
    run: str | None = None  # whose folder and record it is
    keys: frozenset[str] = frozenset()
    artifacts: frozenset[str] = frozenset()
    bytes: int = 0  # beside its artifacts
    stays: bool = False  # whatever the limits say


@dataclass(frozen=True, slots=True)
class Garbage:
    """What goes, and what is left."""

    runs: tuple[str, ...] = ()  # with a record
    folders: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    artifacts: tuple[str, ...] = ()
    bytes: int = 0
    kept_runs: int = 0
    kept_bytes: int = 0


def garbage(store: Store, root: Path, limits: Limits, now: float, *, own: bool) -> Garbage:
    """What goes by these limits; `own` says that the history holds runs of this project alone."""
    places = Places(root)
    entries = _entries(places)
    sizes = {path.name: size_of(path) for path in _two_deep(places.artifacts)}
    units = [*_runs(store, places, entries, own=own)]
    units += _unknown(places, units, entries)
    kept, gone = _chosen(units, limits, now, sizes)
    kept_keys = {key for one in kept for key in one.keys}
    kept_artifacts = {name for one in kept for name in one.artifacts} | _unknown_artifacts(
        kept, places, sizes
    )
    artifacts = tuple(sorted(set(sizes) - kept_artifacts))
    return Garbage(
        runs=tuple(sorted(one.run for one in gone if one.run and one.pipeline is not None)),
        folders=tuple(sorted(one.run for one in gone if one.run and places.run(one.run).is_dir())),
        keys=tuple(sorted(set(entries) - kept_keys)),
        artifacts=artifacts,
        bytes=sum(one.bytes for one in gone) + sum(sizes[name] for name in artifacts),
        kept_runs=sum(one.pipeline is not None for one in kept),
        kept_bytes=sum(one.bytes for one in kept) + sum(sizes.get(name, 0) for name in kept_artifacts),
    )


def size_of(folder: Path) -> int:
    """The bytes in the files of a folder."""
    return sum(one.lstat().st_size for one in folder.rglob("*") if not one.is_dir() or one.is_symlink())


def _runs(store: Store, places: Places, entries: dict[str, str], *, own: bool) -> Iterator[Unit]:
    """The runs of the history; those of other projects and machines stay, for nobody here knows them."""
    for found in store.list_runs():
        run = settled(store, places.root, found)
        folder = places.run(run.id)
        is_here = folder.is_dir()
        keys = frozenset(task.key for task in run.tasks if task.key is not None)
        artifacts = {task.artifact for task in run.tasks if task.artifact is not None}
        yield Unit(
            time=run.ended or run.started,
            pipeline=run.pipeline,
            run=run.id,
            keys=keys,
            artifacts=frozenset(artifacts.union(entries[key] for key in keys if key in entries)),
            bytes=size_of(folder) if is_here else 0,
            stays=run.status == "RUNNING" or not (own or is_here),
        )


def _unknown(places: Places, runs: Iterable[Unit], entries: dict[str, str]) -> Iterator[Unit]:
    """Folders of runs and cache entries that the history does not know: they go by their age alone."""
    known = {one.run for one in runs}
    for folder in _inside(places.runs):
        if folder.name not in known:
            time, is_alive = folder.stat().st_mtime, bool(goes_on(places.root, folder.name))
            yield Unit(time=time, run=folder.name, bytes=size_of(folder), stays=is_alive)
    used = {key for one in runs for key in one.keys}
    for path in _two_deep(places.cache):
        if path.name not in used:
            artifacts = frozenset({entries[path.name]})
            yield Unit(time=path.stat().st_mtime, keys=frozenset({path.name}), artifacts=artifacts)


def _chosen(
    units: list[Unit], limits: Limits, now: float, sizes: dict[str, int]
) -> tuple[list[Unit], list[Unit]]:
    """What stays and what goes; the newest come first."""
    per_pipeline: dict[str, int] = defaultdict(int)
    kept: list[Unit] = []
    gone: list[Unit] = []
    for one in sorted(units, key=lambda unit: (unit.time, unit.run or ""), reverse=True):
        too_many = False
        if one.pipeline is not None:
            per_pipeline[one.pipeline] += 1
            too_many = limits.keep is not None and per_pipeline[one.pipeline] > limits.keep
        too_old = limits.age is not None and one.time < now - limits.age
        (gone if (too_many or too_old) and not one.stays else kept).append(one)
    if limits.size is None:
        return kept, gone
    fitting, rest = _fitting(kept, limits.size, sizes)
    return fitting, gone + rest


def _fitting(units: list[Unit], limit: int, sizes: dict[str, int]) -> tuple[list[Unit], list[Unit]]:
    """The newest that take no more than so many bytes, and the rest."""
    used = Counter(name for one in units for name in one.artifacts)
    total = sum(one.bytes for one in units) + sum(sizes.get(name, 0) for name in used)
    kept: list[Unit] = []
    gone: list[Unit] = []
    for one in reversed(units):
        if one.stays or total <= limit:
            kept.append(one)
            continue
        gone.append(one)
        used.subtract(one.artifacts)
        total -= one.bytes + sum(sizes.get(name, 0) for name in one.artifacts if not used[name])
    return kept, gone


def _unknown_artifacts(kept: Iterable[Unit], places: Places, names: Iterable[str]) -> set[str]:
    """Artifacts that may be of a run which stays, and which the history does not know: made since it began."""
    runs = [places.run(one.run) for one in kept if one.pipeline is None and one.run is not None]
    if not runs:
        return set()
    since = min(_began(one) for one in runs)
    return {name for name in names if (places.artifacts / name[:2] / name).stat().st_mtime >= since}


def _began(folder: Path) -> float:
    """When a run began: its lock is made then, and its folder changes later."""
    lock = folder / "lock"
    return (lock if lock.exists() else folder).stat().st_mtime


def _entries(places: Places) -> dict[str, str]:
    """The digest that each cache key leads to."""
    return {
        path.name: path.read_text(encoding="ascii", errors="replace").strip()
        for path in _two_deep(places.cache)
    }


def _two_deep(folder: Path) -> Iterator[Path]:
    """What lies in ab/ABCD..., without what is being written or thrown away."""
    for outer in _inside(folder):
        yield from _inside(outer)


def _inside(folder: Path) -> list[Path]:
    try:
        return sorted(one for one in folder.iterdir() if not one.name.startswith("."))
    except OSError:
        return []
