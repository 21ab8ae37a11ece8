"""Nothing: a step that hands on only that it is done."""

from __future__ import annotations

from pathlib import Path

from pipegen.dsl.type_names import type_name
from pipegen.runtime.codecs.contract import CodecError
from pipegen.runtime.codecs.types import bare


class NoneCodec:
    """No payload at all."""

    name = "none"

    def fits(self, annotation: object) -> bool:
        return bare(annotation) is type(None)

    def takes(self, value: object) -> bool:
        return value is None

    def write(self, value: object, annotation: object, folder: Path) -> int | None:
        if value is not None:
            raise CodecError(f"it is {type_name(type(value))}, where nothing is declared", code="PG322")
        return None

    def read(self, folder: Path, annotation: object) -> object:
        return None
