"""Types as pydantic should see them: bytes inside lists and dicts as base64, Set as either kind of set."""

from __future__ import annotations

import types
from collections.abc import Set
from functools import lru_cache
from typing import Annotated, Any, Union, cast, get_args, get_origin


def wire_type(annotation: object) -> object:
    """The annotation with every `bytes` in its arguments replaced by one that JSON can carry.

    Classes are left as they are: a model says itself how its fields are written.
    """
    if annotation is bytes:
        return _base64_bytes()
    arguments, origin = get_args(annotation), get_origin(annotation)
    inner = tuple(wire_type(one) for one in arguments)
    if origin is Set:  # pydantic takes it for frozenset alone
        return cast(object, set[inner] | frozenset[inner])  # type: ignore[valid-type]
    if all(new is old for new, old in zip(inner, arguments, strict=True)):
        return annotation
    if origin in (Union, types.UnionType):
        return cast(object, Union[inner])  # noqa: UP007 - made of a tuple
    if origin is Annotated:
        return cast(object, Annotated[(inner[0], *arguments[1:])])
    return cast(Any, origin)[inner]


@lru_cache(maxsize=1)
def _base64_bytes() -> object:
    from base64 import b64decode, b64encode

    from pydantic import BeforeValidator, PlainSerializer

    def decode(value: object) -> object:
        return b64decode(value, validate=True) if isinstance(value, str) else value

    def encode(value: bytes) -> str:
        return b64encode(value).decode("ascii")

    written = PlainSerializer(encode, return_type=str, when_used="json")
    return cast(object, Annotated[bytes, BeforeValidator(decode), written])
