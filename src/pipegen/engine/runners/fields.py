"""Fields that the configs of several runners have."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema
from pydantic_core import PydanticCustomError

from pipegen.units import duration_error, seconds
from pipegen.values.kinds import Duration

LONGEST = 86400
SHORTEST = 60
DEFAULT_TIMEOUT = 3600
_WHOLE = re.compile(r"[-+]?\d+")


def words(given: object) -> object:
    """A command line as a list; a text is taken apart as a shell would do it."""
    if not isinstance(given, str):
        return given
    try:
        return shlex.split(given)
    except ValueError as error:
        reason = str(error).lower()
        raise ValueError(f"the command line cannot be read: {reason}; write it as a list of words") from None


Words = Annotated[
    list[str],
    BeforeValidator(words),
    WithJsonSchema({"anyOf": [{"type": "array", "items": {"type": "string"}}, {"type": "string"}]}),
]


def _seconds(given: object) -> object:
    """A duration with a unit, as options of steps have it, in seconds."""
    if not isinstance(given, str) or _WHOLE.fullmatch(given):
        return given
    problem = duration_error(given)
    if problem:
        raise PydanticCustomError(Duration.code, "{problem}", {"problem": problem})
    return round(seconds(given))


Timeout = Annotated[
    int,
    BeforeValidator(_seconds),
    Field(ge=SHORTEST, le=LONGEST),
    WithJsonSchema(
        {"anyOf": [{"type": "integer", "minimum": SHORTEST, "maximum": LONGEST}, {**Duration().schema}]}
    ),
]
"""Seconds, or a duration such as `30m`."""


def place(*parts: str, env_vars: Mapping[str, str]) -> str:
    """What `Traits.place` says: variables that all tasks see are a part of it, but not in clear."""
    text = json.dumps(dict(env_vars), sort_keys=True)
    digest = hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
    return " ".join([*parts, *([f"env {digest}"] if env_vars else [])])
