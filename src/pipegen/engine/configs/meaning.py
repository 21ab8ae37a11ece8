"""What a node says to a field: a plain 4 is the text "4" where the field takes text, and a number elsewhere."""

from __future__ import annotations

import re
import types
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar, Union, get_args, get_origin

from pydantic import BaseModel, SecretBytes, SecretStr

from pipegen.values.nodes import (
    Listing,
    Node,
    Scalar,
    Table,
    data,
    is_null,
    number,
    scalar_data,
    truth,
    whole,
)

_TEXTS = (str, bytes, Path, SecretStr, SecretBytes)
_LISTS = (list, tuple, set, frozenset, Sequence, AbstractSet)
_YES, _NO = ("yes", "on"), ("no", "off")
# What pydantic would take for a number or a flag, and nobody can be sure of: octal or not, yes or a name.
_DOUBTFUL = re.compile(r"\s*[-+]?[\d_.]+(e[-+]?\d+)?\s*|[-+]?(inf|infinity|nan)|[tfyn]", re.IGNORECASE)


class Doubtful:
    """Stands for a text that no field should take, so that pydantic says what it takes instead."""


def meaning(node: Node, wanted: Any) -> Any:
    """The node as the plain data that pydantic is to check against an annotation."""
    options = alternatives(wanted)
    if is_null(node):
        return _nothing(options)
    if isinstance(node, Table):
        return _mapping(node, options)
    if isinstance(node, Listing):
        items = [item for one in options if get_origin(one) in _LISTS for item in get_args(one)[:1]]
        return [meaning(item, Union[tuple(items)] if items else Any) for item in node.items]  # noqa: UP007
    return _scalar(node, options)


def alternatives(wanted: Any) -> tuple[Any, ...]:
    """The members of a union, without what is annotated on them."""
    if isinstance(wanted, TypeVar):
        return (wanted.__bound__ or Any,)
    origin = get_origin(wanted)
    if origin is Annotated:
        return alternatives(get_args(wanted)[0])
    if origin in (Union, types.UnionType):
        return tuple(one for member in get_args(wanted) for one in alternatives(member))
    if wanted in _LISTS or wanted in (dict, Mapping):
        return (wanted[Any, Any] if wanted in (dict, Mapping) else wanted[Any],)
    return (wanted,)


def models(wanted: Any) -> list[type[BaseModel]]:
    """The models that an annotation lets a mapping be."""
    return [one for one in alternatives(wanted) if isinstance(one, type) and issubclass(one, BaseModel)]


def _nothing(options: tuple[Any, ...]) -> Any:
    """A key with nothing after it: null where the field takes that, or else an empty list or mapping."""
    if type(None) in options:
        return None
    if any(get_origin(one) in _LISTS for one in options):
        return []
    if any(get_origin(one) in (dict, Mapping) for one in options) or any(map(models, options)):
        return {}
    return None


def _mapping(node: Table, options: tuple[Any, ...]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for one in options:
        for model in models(one):
            for name, field in model.model_fields.items():
                fields |= dict.fromkeys((name, *([field.alias] if field.alias else ())), field.annotation)
    values = [get_args(one)[1] for one in options if get_origin(one) in (dict, Mapping)]
    other = values[0] if values else Any
    return {key: meaning(entry.value, fields.get(key, other)) for key, entry in node.entries.items()}


def _scalar(node: Scalar, options: tuple[Any, ...]) -> Any:
    """The kinds of number first, so that text is only text where nothing else is meant."""
    choices = [word for one in options if get_origin(one) is Literal for word in get_args(one)]
    if node.text in choices:
        return node.text
    for kind, read in ((bool, _flag), (int, whole), (float, number)):
        # a quoted number is still one, unless the field would rather have the text
        found = read(node.text) if kind in options and (node.plain or str not in options) else None
        if found is not None:
            return found
    if choices:
        return scalar_data(node)
    if str not in options and {bool, int, float} & set(options) and _DOUBTFUL.fullmatch(node.text):
        return Doubtful()
    known = (*_TEXTS, bool, int, float)
    return node.text if any(one in known for one in options) else data(node)


def _flag(text: str) -> bool | None:
    return True if text.lower() in _YES else False if text.lower() in _NO else truth(text)
