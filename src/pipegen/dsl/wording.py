"""A setting's type and limits in plain words: "int, >= 1", "'fast' | 'slow'", "str, at most 8 characters"."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from enum import Enum
from typing import TYPE_CHECKING, Any

from pipegen.dsl.fields import bare, is_complex, members
from pipegen.dsl.type_names import type_name

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

_WELL_KNOWN = re.compile(r"\b(?:pydantic|datetime|decimal|pathlib|uuid)(?:\.[a-z_]+)*\.")
_BOUNDS = {"gt": "> {}", "ge": ">= {}", "lt": "< {}", "le": "<= {}", "multiple_of": "a multiple of {}"}
_LENGTHS = {"min_length": "at least {} {}", "max_length": "at most {} {}"}
_DIGITS = {"max_digits": "at most {} digits", "decimal_places": "at most {} decimal places"}


def type_text(info: FieldInfo) -> str:
    """What a field takes, for a reader who does not know the code.

    Unions and Literals are sorted: typing caches them by set, so the written order is not always kept.
    """
    names = {name: None for one in _sorted(members(info.annotation)) for name in _names(one)}
    return ", ".join([" | ".join(names), *dict.fromkeys(constraints(info))])


def _sorted(kinds: tuple[object, ...]) -> list[object]:
    return sorted(kinds, key=lambda kind: (kind is type(None), type_name(kind)))


def choices(kind: object) -> tuple[object, ...]:
    """The values a Literal or an Enum offers."""
    if typing.get_origin(kind) is typing.Literal:
        return typing.get_args(kind)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return tuple(one.value for one in kind)
    return ()


def constraints(info: FieldInfo) -> Iterator[str]:
    """The limits on a field, in words."""
    counted = "items" if any(is_complex(one) for one in members(info.annotation)) else "characters"
    for limit in _limits(info.metadata, info.annotation):
        for words in (_BOUNDS, _LENGTHS, _DIGITS):
            for name, text in words.items():
                value = getattr(limit, name, None)
                if value is not None:
                    yield text.format(value, counted)
        pattern = getattr(limit, "pattern", None)
        if pattern is not None:
            yield f"matching '{getattr(pattern, 'pattern', pattern)}'"


def _names(kind: object) -> list[str]:
    offered = choices(kind)
    if offered:
        names = [repr(getattr(one, "value", one)) for one in offered]
        return names if isinstance(kind, type) else sorted(names)
    return [_WELL_KNOWN.sub("", type_name(kind))]


def _limits(metadata: list[Any], annotation: object) -> Iterator[object]:
    """The annotations that bound a value: on the field itself, or inside `Annotated[...] | None`."""
    waiting: list[object] = [annotation]
    found = list(metadata)
    while waiting:
        kind = waiting.pop(0)
        if typing.get_origin(kind) is typing.Annotated:
            inner, *marks = typing.get_args(kind)
            found += marks
            waiting.append(inner)
        elif bare(kind) is not kind:
            waiting.append(bare(kind))
        elif len(members(kind)) > 1:
            waiting += typing.get_args(kind)
    for mark in found:
        yield mark
        yield from getattr(mark, "metadata", ())  # Field(ge=1) inside an Annotated
