"""What a document is made of, before it is text: plain data and a few wishes about its look."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from pipegen.frozen import frozen

Yaml: TypeAlias = (
    "bool | int | float | str | Flow | Block | Commented | Noted"
    " | Sequence[Yaml] | Mapping[str, Yaml] | Mapping[int, Yaml] | None"
)


@frozen
class Flow:
    """A value written on one line: `[a, b]` or `{a: b}`. Comments inside it are left out."""

    wrapped: Yaml


@frozen
class Commented:
    """A value with a comment above its key or item."""

    wrapped: Yaml
    text: str


@frozen
class Noted:
    """A value on one line with a comment behind it."""

    wrapped: Yaml
    text: str


@frozen
class Block:
    """Text written as a block of lines even if it is a single one; escaped where a block would change it."""

    wrapped: str


def shape(value: object) -> Literal["mapping", "list", "leaf"]:
    """What a value is to a document; the first two lines decide most."""
    if isinstance(value, dict):
        return "mapping"
    if isinstance(value, list | tuple):
        return "list"
    if isinstance(value, str | bytes | bytearray | memoryview):
        return "leaf"
    if isinstance(value, Mapping):
        return "mapping"
    return "list" if isinstance(value, Sequence) else "leaf"
