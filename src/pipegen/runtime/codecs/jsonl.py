"""JSON Lines: one item per line, written and read as a stream, so that memory stays flat."""

from __future__ import annotations

from collections.abc import Generator, Iterable, Iterator, Mapping
from io import FileIO
from pathlib import Path
from typing import Any, cast

from pipegen.dsl.type_names import type_name
from pipegen.runtime.codecs.adapters import json_type, problem_with
from pipegen.runtime.codecs.contract import CodecError, Lazy, writing
from pipegen.runtime.codecs.sentences import REFUSALS, explained, sentences
from pipegen.runtime.codecs.types import (
    holds_paths,
    is_any,
    is_iterable,
    is_iterator,
    is_model,
    is_plain_list,
    is_record,
    is_sequence,
    item,
)

_FILE = "data.jsonl"
_CHUNK = 1 << 17  # bytes that are collected before they are written
_BATCH = 256  # items that are checked in one call
_TEXT = (str, bytes, bytearray, Mapping)


class JsonLinesCodec:
    """Lists of records, and streams of anything that has a JSON form."""

    name = "jsonl"

    def fits(self, annotation: object) -> bool:
        streamed = is_iterable(annotation) or is_iterator(annotation) or is_sequence(annotation)
        if not streamed and not (is_plain_list(annotation) and is_record(item(annotation))):
            return False
        return not holds_paths(annotation) and not problem_with(item(annotation))

    def takes(self, value: object) -> bool:
        if not isinstance(value, Iterable) or isinstance(value, (*_TEXT, type)):
            return False
        return not is_record(type(value)) and not hasattr(value, "__array__")  # numpy's and their like

    def write(self, value: object, annotation: object, folder: Path) -> int | None:
        if not isinstance(value, Iterable) or isinstance(value, _TEXT) or is_model(type(value)):
            raise CodecError(f"it is {type_name(type(value))}, which is no stream of items", code="PG322")
        with writing():
            file = FileIO(folder / _FILE, "xb")
        try:
            return _write_lines(value, _item_of(annotation), file)
        finally:
            file.close()
            if isinstance(value, Generator):
                value.close()  # lets the step clean up when the disk was full half-way

    def read(self, folder: Path, annotation: object) -> object:
        if is_iterator(annotation):
            return iter(Lines(folder / _FILE, item(annotation)))
        if is_iterable(annotation):
            return Lines(folder / _FILE, item(annotation))
        if is_any(annotation) or is_plain_list(annotation):
            return list(Lines(folder / _FILE, item(annotation)))
        return _read_whole(folder / _FILE, annotation)


class Lines(Lazy):
    """The items of a JSON Lines file; it can be walked more than once, and keeps nothing in memory."""

    def __init__(self, path: Path, annotation: object) -> None:
        self._path = path
        self._decode = json_type(annotation).decode

    def __iter__(self) -> Iterator[Any]:
        from pydantic import ValidationError

        decode = self._decode
        with self._path.open("rb", buffering=1 << 18) as file:
            for number, line in enumerate(file, start=1):
                try:
                    value = decode(line)
                except ValidationError as error:
                    raise CodecError(*sentences(error, "the item"), file=_FILE, line=number) from error
                yield value


def _item_of(annotation: object) -> object:
    return Any if is_any(annotation) else item(annotation)


def _write_lines(items: Iterable[object], annotation: object, file: FileIO) -> int:
    encode = json_type(annotation).encode
    out = _Batches(annotation, file)
    batch, lines, size = out.batch, out.lines, 0
    for one in items:  # the user's code runs here: what it raises is not ours
        # Item by item, not by the batch: a step may yield one object again and again, changed each time.
        try:
            line = encode(one)
        except (*REFUSALS, CodecError) as problem:
            raise out.refusal(problem, one, len(lines)) from problem
        batch.append(one)
        lines.append(line)
        size += len(line)
        if len(lines) == _BATCH or size > _CHUNK:
            out.put()
            size = 0
    out.put()
    return out.count


class _Batches:
    """Lines on their way to the file, with the items they came from."""

    def __init__(self, annotation: object, file: FileIO) -> None:
        self.batch: list[object] = []
        self.lines: list[bytes] = []
        self.count = 0
        self._file = file
        self._kind = json_type(annotation)
        self._check = _accept if annotation is Any else json_type(_list_of(annotation)).check

    def put(self) -> None:
        if not self.lines:
            return
        try:
            self._check(self.batch)
            if b"null" in self.lines:
                self._find()
        except REFUSALS:
            self._find()
        self.lines.append(b"")
        _put(self._file, b"\n".join(self.lines))
        self.count += len(self.batch)
        self.batch.clear()
        self.lines.clear()

    def _find(self) -> None:
        for index, one in enumerate(self.batch):
            try:
                self._kind.check(one)
                if one is None:  # the serializer lets it pass for any type
                    self._kind.validate(one)
            except REFUSALS as problem:
                raise self.refusal(problem, one, index) from problem

    def refusal(self, problem: Exception, one: object, index: int) -> CodecError:
        found = problem if isinstance(problem, CodecError) else explained(problem, one, self._kind)
        number = self.count + index + 1
        told = (f"item {number}: {sentence}" for sentence in found.problems)
        return CodecError(*told, code=found.code, hint=found.hint)


def _accept(items: object) -> None:
    """Under Any there is nothing to check."""


def _list_of(annotation: object) -> object:
    return cast(object, list[annotation])  # type: ignore[valid-type]


def _put(file: FileIO, data: bytes) -> None:
    left = memoryview(data)
    with writing():
        while left:
            left = left[file.write(left) :]


def _read_whole(path: Path, annotation: object) -> object:
    """For tuples, sets and constrained lists: pydantic must see all items at once."""
    from pydantic import ValidationError

    data = b"[" + path.read_bytes().rstrip(b"\n").replace(b"\n", b",") + b"]"
    try:
        return json_type(annotation).decode(data)
    except ValidationError as error:
        for _ in Lines(path, item(annotation)):  # when it is one item, this names its line
            pass
        raise CodecError(*sentences(error), file=_FILE) from error
