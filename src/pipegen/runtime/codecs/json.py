"""One JSON document: models, dicts, numbers, text, dates and whatever else pydantic can write."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

from pipegen.runtime.codecs.adapters import json_type, problem_with
from pipegen.runtime.codecs.contract import CodecError, writing
from pipegen.runtime.codecs.sentences import REFUSALS, explained, sentences
from pipegen.runtime.codecs.types import holds_paths, is_any, is_iterable, is_iterator, item

_FILE = "data.json"


class JsonCodec:
    """Everything pydantic has a JSON form for, in one file."""

    name = "json"

    def fits(self, annotation: object) -> bool:
        return not is_iterator(annotation) and not holds_paths(annotation) and not problem_with(annotation)

    def takes(self, value: object) -> bool:
        return (
            not isinstance(value, Iterator) and not holds_paths(type(value)) and not problem_with(type(value))
        )

    def write(self, value: object, annotation: object, folder: Path) -> int | None:
        kind = json_type(annotation)
        try:
            kind.check(value)
            if value is None:  # the serializer lets it pass for any type
                kind.validate(value)
            text = kind.encode(value)
        except REFUSALS as problem:
            raise explained(problem, value, kind) from problem
        with writing(len(text) + 1), open(f"{folder}/{_FILE}", "xb") as file:
            file.write(text)
            file.write(b"\n")
        return len(value) if isinstance(value, (list, tuple, set, frozenset, deque)) else None

    def read(self, folder: Path, annotation: object) -> object:
        from pydantic import ValidationError

        with open(f"{folder}/{_FILE}", "rb") as file:
            data = file.read()
        wanted = Any if is_any(annotation) else annotation
        if is_iterable(annotation) or is_iterator(annotation):
            wanted = cast(object, list[item(annotation)])  # type: ignore[misc]
        try:
            value = json_type(wanted).decode(data)
        except ValidationError as error:
            raise CodecError(*sentences(error), file=_FILE) from error
        return iter(value) if is_iterator(annotation) else value
