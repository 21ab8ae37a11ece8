"""Bytes as they are."""

from __future__ import annotations

from pathlib import Path

from pipegen.dsl.type_names import type_name
from pipegen.runtime.codecs.contract import CodecError, writing
from pipegen.runtime.codecs.types import bare

_FILE = "data.bin"


class RawCodec:
    """bytes and bytearray, in one file."""

    name = "raw"

    def fits(self, annotation: object) -> bool:
        return bare(annotation) in (bytes, bytearray)

    def takes(self, value: object) -> bool:
        return isinstance(value, (bytes, bytearray))

    def write(self, value: object, annotation: object, folder: Path) -> int | None:
        if not isinstance(value, (bytes, bytearray)):
            raise CodecError(f"it is {type_name(type(value))}, not bytes", code="PG322")
        with writing(len(value)):
            (folder / _FILE).write_bytes(value)
        return None

    def read(self, folder: Path, annotation: object) -> object:
        data = (folder / _FILE).read_bytes()
        return bytearray(data) if bare(annotation) is bytearray else data
