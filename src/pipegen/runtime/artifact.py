"""Artifacts: what a task hands on, one folder with artifact.json beside the payload."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from pipegen.dsl.type_names import type_name
from pipegen.errors import Diagnostic, PipegenError
from pipegen.runtime import refusals
from pipegen.runtime.codecs import choose, types
from pipegen.runtime.codecs.contract import CodecError, DiskError, Lazy, writing
from pipegen.runtime.manifest import FILE, Manifest, describe, is_litter
from pipegen.runtime.manifest_json import digest, load_manifest, to_text
from pipegen.runtime.publish import Draft, clear
from pipegen.runtime.refusals import InputError
from pipegen.runtime.verify import verify

if TYPE_CHECKING:
    from pipegen.ir import Feed

__all__ = ["InputError", "Manifest", "check_target", "digest", "load_manifest", "read", "read_many", "write"]

_PAYLOADS = {FILE, "data", "files", "data.bin", "data.json", "data.jsonl", "data.parquet"}


def write(folder: Path, value: object, annotation: object, producer: str) -> Manifest:
    """Write what a task returned and put it in place at once; on any failure what was there stays."""
    check_target(folder)
    try:
        codec, part = choose.for_writing(annotation, value)
        with Draft(folder) as draft:
            items = codec.write(value, part, draft.path)
            with writing():
                manifest = describe(draft.path, codec.name, type_name(annotation), producer, items)
                with open(f"{draft.path}/{FILE}", "wb") as file:
                    file.write(to_text(manifest).encode())
                draft.publish()
    except CodecError as problem:
        raise refusals.not_written(problem, annotation, producer) from problem
    except DiskError as problem:
        raise refusals.disk(problem, folder, producer) from problem
    return manifest


def check_target(folder: Path) -> None:
    """Refuse a folder that holds anything but an earlier artifact: it is about to be replaced."""
    try:
        names = sorted(name for name in os.listdir(folder) if not is_litter(name))
    except FileNotFoundError:
        return
    except OSError as problem:
        raise PipegenError(
            Diagnostic("PG326", f"'{folder}' cannot be written: {problem.strerror}")
        ) from problem
    foreign = [name for name in names if name not in _own(folder, names)]
    if foreign:
        shown = ", ".join(f"'{name}'" for name in foreign[:3]) + (", ..." if len(foreign) > 3 else "")
        message = f"'{folder}' holds {shown}, which pipegen did not write, and it would be replaced"
        raise PipegenError(Diagnostic("PG327", message, hint="name another folder, or move these files away"))


def _own(folder: Path, names: Sequence[str]) -> set[str]:
    """The names in a folder that an earlier artifact accounts for."""
    if FILE not in names:
        return set()
    try:
        return {FILE, *(path.split("/")[0] for path in load_manifest(folder).payload)}
    except PipegenError:
        return _PAYLOADS  # damaged: that is what writing it again is for


def read(folder: Path, annotation: object, *, name: str = "") -> object:
    """The value of an artifact as a parameter of that name takes it; checked whole before anything is used."""
    return _value(folder, _whole(folder, name), annotation, name)


def read_many(folders: Sequence[Path], annotation: object, feed: Feed, *, name: str = "") -> object:
    """One value from several artifacts: a list with the value of each, or the items of all in order."""
    if feed == "one":
        (folder,) = folders
        return read(folder, annotation, name=name)
    found = [(folder, _whole(folder, name)) for folder in folders]
    container = types.container(annotation)
    one = types.item(container)

    def collected() -> Iterator[object]:
        for folder, manifest in found:
            yield _value(folder, manifest, one, name)

    def chained() -> Iterator[object]:
        for folder, manifest in found:
            yield from cast(Any, _value(folder, manifest, types.iterable_of(one), name))

    return _shaped(_Again(collected if feed == "collect" else chained), container)


class _Again(Lazy):
    """What a function yields, from the start each time it is walked."""

    def __init__(self, walk: Any) -> None:
        self._walk = walk

    def __iter__(self) -> Iterator[Any]:
        return cast(Iterator[Any], self._walk())


def _shaped(items: _Again, container: object) -> object:
    if types.is_iterator(container):
        return iter(items)
    if types.is_iterable(container):
        return items
    kind = types.kind(container)
    made = kind if kind in (tuple, set, frozenset, deque) else list
    return cast(Any, made)(items)


def _whole(folder: Path, name: str) -> Manifest:
    if not folder.exists():
        clear(folder)  # puts back what a killed writer had moved aside
    try:
        manifest = load_manifest(folder, name)
        verify(folder, manifest, name)
    except PipegenError as problem:
        raise InputError(*problem.diagnostics) from problem
    return manifest


def _value(folder: Path, manifest: Manifest, annotation: object, name: str) -> object:
    reading = refusals.Reading(folder, manifest, annotation, name)
    with reading:
        codec, part = choose.for_reading(manifest.codec, annotation)
        value = codec.read(folder, part)
    if isinstance(value, Iterator):
        return _watched(value, reading)
    if isinstance(value, Lazy):
        return _Again(lambda: _watched(iter(value), reading))
    return value


def _watched(items: Iterator[object], reading: refusals.Reading) -> Iterator[object]:
    """A stream that breaks in the middle says so as clearly as one that broke at the start."""
    with reading:
        yield from items
