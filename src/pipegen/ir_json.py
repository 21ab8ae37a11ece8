"""The pipeline as JSON and back: versioned, strict, byte-equal on a round trip."""

from __future__ import annotations

import json
import math
import types
import typing
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Literal

from pipegen.errors import Diagnostic, Origin, PipegenError, suggest
from pipegen.ir import Draft
from pipegen.plain_json import json_value

FORMAT = 1

CODES: dict[str, tuple[str, str]] = {
    "PG191": (
        "file that is not a pipeline",
        "The JSON file cannot be read, is not JSON, or was not written by `pipegen export`.",
    ),
    "PG192": (
        "pipeline of another format",
        "The document's `pipegen` number is not one that this version reads.",
    ),
    "PG193": (
        "part of a pipeline document that does not fit",
        "A key is unknown or missing, or a value has the wrong type. The published JSON Schema, "
        "`pipegen export --schema`, says what fits.",
    ),
}


def to_json(draft: Draft) -> str:
    """The document, one task a line, so that a diff shows what changed."""
    data = {"pipegen": FORMAT, **{one.name: _plain(getattr(draft, one.name)) for one in _written(draft)}}
    lines = []
    for key, value in data.items():
        if key in ("tasks", "steps") and value:
            opening, closing = ("[", "]") if isinstance(value, list) else ("{", "}")
            items = (
                [_line(one) for one in value]
                if isinstance(value, list)
                else [f"{_line(k)}: {_line(v)}" for k, v in value.items()]
            )
            lines.append(f'  "{key}": {opening}\n    ' + ",\n    ".join(items) + f"\n  {closing}")
        else:
            lines.append(f'  "{key}": {_line(value)}')
    return "{\n" + ",\n".join(lines) + "\n}\n"


def as_data(part: object) -> Any:
    """A part of a pipeline as the document has it: what differs from its default."""
    return _plain(part)


def from_json(text: str, file: str) -> Draft:
    """The draft in a document; PipegenError lists everything that does not fit."""
    data = _parsed(text, file)
    if not isinstance(data, dict) or "pipegen" not in data:
        hint = "pipegen export writes such a file"
        raise PipegenError(Diagnostic("PG191", f"'{file}' is not a pipeline document", Origin(file), hint))
    version = data.pop("pipegen")
    if version != FORMAT or isinstance(version, bool):
        message = f"'{file}' has format {_line(version)}; this pipegen reads {FORMAT}"
        raise PipegenError(Diagnostic("PG192", message, Origin(file), "export it again with this pipegen"))
    reader = _Reader(file)
    draft = reader.build(Draft, data, "")
    if reader.problems:
        raise PipegenError(*reader.problems)
    return typing.cast(Draft, draft)


def _parsed(text: str, file: str) -> object:
    """Any JSON that says each thing once and that every other program reads alike."""
    try:
        data = json.loads(
            text, parse_constant=_no_constant, parse_float=_finite, object_pairs_hook=_each_key_once
        )
        _line(data).encode() if "\\u" in text else None
    except UnicodeEncodeError:
        raise _no_json(file, "it holds half of a character") from None
    except json.JSONDecodeError as error:
        raise _no_json(file, error.msg, error.lineno, error.colno) from None
    except ValueError as error:
        raise _no_json(file, str(error)) from None
    except RecursionError:
        raise _no_json(file, "it is nested too deep") from None
    return data


def _no_json(file: str, problem: str, line: int = 0, column: int = 0) -> PipegenError:
    message = f"'{file}' is not JSON: {problem[:1].lower()}{problem[1:]}"
    hint = "correct it, or write it anew with pipegen export"
    return PipegenError(Diagnostic("PG191", message, Origin(file, line, column), hint))


def _no_constant(text: str) -> None:
    raise ValueError(f"'{text}' is no number in JSON")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text} is too large for a number")
    return number


def _each_key_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise ValueError(f"'{twice}' is given twice in one object")
    return found


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _written(value: Any) -> Iterator[Field[Any]]:
    """The fields that differ from their defaults; the others are not written."""
    for one in fields(Draft if isinstance(value, Draft) else value):
        current = getattr(value, one.name)
        default = one.default_factory() if one.default_factory is not MISSING else one.default
        if default is MISSING or current != default:
            yield one


def _plain(value: object) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {one.name: _plain(getattr(value, one.name)) for one in _written(value)}
    if isinstance(value, Mapping):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(one) for one in value]
    return value


@cache
def _hints(cls: type) -> dict[str, Any]:
    return typing.get_type_hints(cls)


_FITS = "pipegen export --schema says what fits"


class _Reader:
    """Builds dataclasses from JSON; a place is the path inside the document."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.problems: list[Diagnostic] = []

    def say(self, path: str, problem: str, hint: str = _FITS) -> None:
        where = path or "the document"
        self.problems.append(Diagnostic("PG193", f"{where}: {problem}", Origin(self.file), hint))

    def build(self, cls: type, data: object, path: str) -> object:
        if not isinstance(data, dict):
            self.say(path, f"must be an object, not {_kind(data)}")
            return None
        before = len(self.problems)
        hints, known = _hints(cls), {one.name: one for one in fields(cls)}
        for key in data:
            if key not in known:
                self.say(_join(path, key), "is not known", suggest(key, known) or _FITS)
        values = {key: self.value(hints[key], data[key], _join(path, key)) for key in known if key in data}
        for key, one in known.items():
            if key not in data and one.default is MISSING and one.default_factory is MISSING:
                self.say(_join(path, key), "is missing")
        return cls(**values) if len(self.problems) == before else None

    def value(self, hint: Any, data: object, path: str) -> object:
        origin, args = typing.get_origin(hint), typing.get_args(hint)
        if origin in (types.UnionType, typing.Union):
            if is_json_alias(args):
                return self.json(data, path)
            options = [one for one in args if one is not type(None)]
            return None if data is None else self.value(options[0], data, path)
        if is_dataclass(hint) and isinstance(hint, type):
            return self.build(hint, data, path)
        if origin is tuple:
            return self.items(args, data, path)
        if origin in (Mapping, Sequence) or (isinstance(origin, type) and issubclass(origin, Mapping)):
            return self.mapping(args, data, path)
        if origin is Literal:
            if data not in args:
                self.say(path, f"is {data!r}", suggest(str(data), map(str, args)) or _FITS)
            return data
        if isinstance(hint, type):
            return self.scalar(hint, data, path)
        return self.json(data, path)  # by its forward reference

    def json(self, data: object, path: str) -> object:
        try:
            return json_value(data)
        except ValueError as error:
            self.say(path, str(error))
            return None

    def items(self, args: tuple[Any, ...], data: object, path: str) -> tuple[object, ...]:
        if not isinstance(data, list):
            self.say(path, f"must be a list, not {_kind(data)}")
            return ()
        if args[-1] is not Ellipsis and len(args) != len(data):
            self.say(path, f"must have {len(args)} items, not {len(data)}")
            return ()
        kinds = [args[0]] * len(data) if args[-1] is Ellipsis else args
        return tuple(
            self.value(kind, one, f"{path}[{i}]")
            for i, (kind, one) in enumerate(zip(kinds, data, strict=True))
        )

    def mapping(self, args: tuple[Any, ...], data: object, path: str) -> object:
        if not isinstance(data, dict):
            self.say(path, f"must be an object, not {_kind(data)}")
            return {}
        return {key: self.value(args[1], one, _join(path, key)) for key, one in data.items()}

    def scalar(self, cls: type, data: object, path: str) -> object:
        fits = isinstance(data, cls) and not (cls is not bool and isinstance(data, bool))
        if cls is float and isinstance(data, int) and not isinstance(data, bool):
            if abs(data) >= 2**1023:
                self.say(path, "is too large for a number")
                return data
            return float(data)
        if cls is int and isinstance(data, float) and data.is_integer():
            return int(data)  # JSON has one kind of number: 2.0 is 2
        if not fits:
            self.say(path, f"must be {_NAMES.get(cls, cls.__name__)}, not {_kind(data)}")
        return data


_NAMES: dict[type, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


def is_json_alias(args: tuple[Any, ...]) -> bool:
    """Whether these are the members of the union that stands for any JSON."""
    return bool in args and float in args and str in args


def _kind(data: object) -> str:
    names: dict[type, str] = {**_NAMES, dict: "an object", list: "a list", type(None): "null"}
    return names.get(type(data), type(data).__name__)


def _join(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
