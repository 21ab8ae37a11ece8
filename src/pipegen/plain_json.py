"""Whether something a user gave can stand in a JSON document, as it must in an export."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pipegen.ir import Json

_DEEPEST = 100


def json_value(value: object, depth: int = 0) -> Json:
    """The value as plain JSON; ValueError is the rest of a sentence that begins with what holds it."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float) and math.isfinite(value):
        return value
    if depth > _DEEPEST:
        raise ValueError(f"is nested more than {_DEEPEST} deep")
    if isinstance(value, Mapping):
        return {_key(key): json_value(one, depth + 1) for key, one in value.items()}
    if isinstance(value, (list, tuple)):
        return [json_value(one, depth + 1) for one in value]
    raise ValueError(f"holds {value!r}, which is not JSON")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError(f"has the key {key!r}, which is no text")
    return key
