"""Values as they were written: each with its place, its own text, and whether it was quoted.

Named tuples, not dataclasses: each dataclass would add half a millisecond to the start of every command.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple, TypeAlias

from pipegen.errors import Origin
from pipegen.ir import Json

_NULLS = frozenset(("", "~", "null", "Null", "NULL"))
_TRUE = frozenset(("true", "True", "TRUE"))
_FALSE = frozenset(("false", "False", "FALSE"))
_WHOLE = re.compile(r"[-+]?(?:0|[1-9]\d*)", re.ASCII)
_NUMBER = re.compile(r"[-+]?(?:(?:0|[1-9]\d*)(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_NO_FILE = Origin("values")
_NO_ENTRIES: Mapping[str, Entry] = {}
_MOST_DIGITS = 300  # far beyond any use, and well inside what int() reads


class Scalar(NamedTuple):
    """One text. When plain (not quoted), what it means depends on what its key takes."""

    text: str
    origin: Origin
    plain: bool = True


class Listing(NamedTuple):
    """A list of nodes."""

    items: tuple[Node, ...]
    origin: Origin


class Entry(NamedTuple):
    """A value in a table, and the place of its key."""

    key: Origin
    value: Node


class Table(NamedTuple):
    """A mapping. A fresh one took the place of something else: nothing weaker shows through it."""

    entries: Mapping[str, Entry] = _NO_ENTRIES
    origin: Origin = _NO_FILE
    fresh: bool = False


Node: TypeAlias = "Scalar | Listing | Table"


def is_null(node: Node) -> bool:
    """Whether it says "nothing": null, ~, or a key with nothing after it."""
    return isinstance(node, Scalar) and node.plain and node.text in _NULLS


def whole(text: str) -> int | None:
    """The whole number a text says beyond doubt: "010" and "0x1f" are none."""
    return int(text) if len(text) <= _MOST_DIGITS and _WHOLE.fullmatch(text) else None


def number(text: str) -> float | None:
    """The finite number a text says."""
    found = float(text) if len(text) <= _MOST_DIGITS and _NUMBER.fullmatch(text) else None
    return None if found is None or found in (float("inf"), float("-inf")) else found


def truth(text: str) -> bool | None:
    """What "true" and "false" say."""
    return True if text in _TRUE else False if text in _FALSE else None


def data(node: Node) -> Json:
    """What a node says where any value may stand: YAML 1.2's core rules, so that `no` is a text."""
    if isinstance(node, Table):
        return {key: data(entry.value) for key, entry in node.entries.items()}
    if isinstance(node, Listing):
        return [data(item) for item in node.items]
    return scalar_data(node)


def scalar_data(node: Scalar) -> None | bool | int | float | str:
    """What a single text says where any value may stand."""
    if not node.plain:
        return node.text
    if node.text in _NULLS:
        return None
    for read in (truth, whole, number):
        found = read(node.text)
        if found is not None:
            return found
    return node.text


def merge(weak: Node, strong: Node) -> Node:
    """The strong node over the weak: mappings key by key, anything else in its place."""
    if not isinstance(strong, Table):
        return strong
    if not isinstance(weak, Table):
        return Table(strong.entries, strong.origin, fresh=True)
    return merge_tables(weak, strong)


def merge_tables(weak: Table, strong: Table) -> Table:
    """The strong mapping over the weak, key by key. Associative: layers may be merged in any grouping."""
    if strong.fresh:
        return strong
    entries = dict(weak.entries)
    for key, entry in strong.entries.items():
        below = entries.get(key)
        entries[key] = Entry(entry.key, merge(below.value, entry.value)) if below else entry
    return Table(entries, strong.origin, fresh=weak.fresh)


def find(node: Node, *keys: str) -> Entry | None:
    """The entry at the end of a path of keys."""
    found = Entry(node.origin, node)
    for key in keys:
        entry = found.value.entries.get(key) if isinstance(found.value, Table) else None
        if entry is None:
            return None
        found = entry
    return found


def join(path: str, key: str) -> str:
    """A dotted path and one more key; dots inside the key are escaped."""
    escaped = re.sub(r"([.=\\])", r"\\\1", key)
    return f"{path}.{escaped}" if path else escaped


def split(path: str) -> list[str]:
    """The keys of a dotted path: the inverse of `join`."""
    keys = [""]
    for part in re.findall(r"\\[.=\\]|.", path, re.DOTALL):
        if part == ".":
            keys.append("")
        else:
            keys[-1] += part[1:] if len(part) > 1 else part
    return keys


def leaves(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Every value that holds no other, with its dotted path; empty mappings and lists count."""
    if isinstance(node, Table) and node.entries:
        for key, entry in node.entries.items():
            yield from leaves(entry.value, join(path, key))
    elif isinstance(node, Listing) and node.items:
        for place, item in enumerate(node.items):
            yield from leaves(item, f"{path}[{place}]")
    else:
        yield path, node
