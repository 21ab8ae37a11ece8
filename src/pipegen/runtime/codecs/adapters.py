"""One type as JSON: pydantic's serializer and validator, tuned so that what is written can be read back."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, cast

from pipegen.dsl.type_names import type_name
from pipegen.frozen import frozen
from pipegen.runtime.codecs.contract import CodecError
from pipegen.runtime.codecs.wire import wire_type

if TYPE_CHECKING:
    from pydantic import TypeAdapter

# What pydantic looks at only when the value is there: it may hold a float, a set, a secret.
_OPEN = {"any", "is-instance", "is-subclass", "function-plain", "function-wrap", "dataclass-any"}
_FLOATS = {"float", "complex", *_OPEN}
_SETS = {"set", "frozenset", *_OPEN}
_SECRET_HINT = "read it from the settings of each step that needs it"
_SECRETS = ("_serialize_secret", "_serialize_secret_field")


@frozen
class JsonType:
    """How values of one type become JSON and come back; they raise pydantic's own errors."""

    encode: Callable[[object], bytes]
    check: Callable[[object], object]
    decode: Callable[[bytes], Any]
    validate: Callable[[object], object]


def json_type(annotation: object) -> JsonType:
    """Built once per type; CodecError when pydantic cannot build it or when it holds a secret."""
    try:
        return _cached(annotation)
    except TypeError:  # an annotation that cannot be hashed
        return _build(annotation)


def problem_with(annotation: object) -> str:
    """Why a type has no JSON form, as a sentence; "" when it has one. CodecError for one that holds a secret."""
    from pydantic import PydanticUserError
    from pydantic.errors import PydanticUndefinedAnnotation

    try:
        json_type(annotation)
    except (PydanticUserError, PydanticUndefinedAnnotation, TypeError, NameError) as problem:
        return str(problem).partition("\n")[0].partition(". ")[0].rstrip(".")
    return ""


@lru_cache(maxsize=256)
def _cached(annotation: object) -> JsonType:
    return _build(annotation)


def _build(annotation: object) -> JsonType:
    from pydantic import TypeAdapter

    adapter: TypeAdapter[Any] = TypeAdapter(cast(Any, wire_type(annotation)))
    schemas = list(_schemas(adapter.core_schema))
    secrets = sorted(set(_secrets(schemas)))
    if secrets:
        names = ", ".join(f"'{name}'" for name in secrets if name)
        what = f"holds a secret: {names}" if names else "is a secret"
        raise CodecError(f"{type_name(annotation)} {what}", code="PG324", hint=_SECRET_HINT)
    kinds = {str(one.get("type")) for one in schemas}

    def check(value: object) -> bytes:
        return adapter.serializer.to_json(value, by_alias=False, round_trip=True, warnings="error")

    def validate(value: object) -> object:
        return adapter.validator.validate_python(value, strict=True, by_name=True)

    return JsonType(_encoder(adapter, kinds), check, _decoder(adapter), validate)


def _encoder(adapter: TypeAdapter[Any], kinds: set[str]) -> Callable[[object], bytes]:
    """By field name, without computed fields, sets in order, NaN as NaN: so that it can be read back."""
    from pipegen.runtime.codecs.ordered import ordered

    serialize = adapter.serializer.to_json
    holds_floats, holds_sets, is_open = bool(kinds & _FLOATS), bool(kinds & _SETS), bool(kinds & _OPEN)

    def encode(value: object) -> bytes:
        if holds_sets:
            value = ordered(value)
        # False, not "error": a text here costs more than all the rest of the call, so `check` does it in bulk.
        line = serialize(value, by_alias=False, round_trip=True, warnings=False)
        if holds_floats and b"null" in line:  # pydantic writes NaN as null, which would not come back
            return _with_constants(adapter, value, is_open)
        return line

    return encode


def _with_constants(adapter: TypeAdapter[Any], value: object, is_open: bool) -> bytes:
    """The same JSON with NaN and Infinity in it."""
    from pydantic_core import to_json

    dump = partial(adapter.serializer.to_python, value, by_alias=False, round_trip=True, warnings=False)
    plain = dump(mode="json")
    if is_open:  # under Any they are lost even here
        plain = _with_floats(plain, dump(mode="python"))
    return to_json(plain, inf_nan_mode="constants")


def _with_floats(plain: Any, original: Any) -> Any:
    """The JSON form of a value, with the floats put back that it has no form for."""
    if plain is None and isinstance(original, float):
        return original
    if isinstance(plain, dict) and isinstance(original, dict) and len(plain) == len(original):
        pairs = zip(plain.items(), original.values(), strict=True)
        return {key: _with_floats(one, other) for (key, one), other in pairs}
    if isinstance(plain, list) and isinstance(original, (list, tuple, deque)) and len(plain) == len(original):
        return [_with_floats(one, other) for one, other in zip(plain, original, strict=True)]
    return plain


def _decoder(adapter: TypeAdapter[Any]) -> Callable[[bytes], Any]:
    validate = adapter.validator.validate_json

    def decode(data: bytes) -> Any:
        return validate(data, by_alias=False, by_name=True)

    return decode


def _schemas(core_schema: object, field: str = "") -> Iterator[dict[str, Any]]:
    """Every schema inside a schema, each with the name of the field it is under; excluded fields left out."""
    waiting: list[tuple[object, str]] = [(core_schema, field)]
    seen: set[int] = set()
    while waiting:
        one, name = waiting.pop()
        if id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, dict) and not one.get("serialization_exclude"):
            yield {**one, "field": name}
            for key, inner in one.items():
                if key == "fields" and isinstance(inner, dict):
                    waiting += [(part, str(label)) for label, part in inner.items()]
                elif key != "metadata":
                    waiting.append((inner, name))
        elif isinstance(one, (list, tuple)):
            waiting += [(inner, _field_name(inner) or name) for inner in one]


def _field_name(schema: object) -> str:
    """Dataclasses keep their fields in a list."""
    return (
        str(schema.get("name", "")) if isinstance(schema, dict) and "field" in str(schema.get("type")) else ""
    )


def _secrets(schemas: list[dict[str, Any]]) -> Iterator[str]:
    for one in schemas:
        function = one.get("function")
        module, name = getattr(function, "__module__", ""), getattr(function, "__name__", "")
        if (
            module == "pydantic.types" and name in _SECRETS
        ):  # how SecretStr, SecretBytes and Secret[T] are written
            yield one["field"]
