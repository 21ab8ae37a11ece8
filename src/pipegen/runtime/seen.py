"""The type of an object, seen by looking at it and at what is in it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from math import isfinite
from typing import Any

from pipegen.errors import Diagnostic, PipegenError

_HOLDING = (list, tuple, set, frozenset, dict)
_PLAIN = (bool, int, float, str, type(None))  # as JSON has them: they come back without being told apart
_LONGEST = 8  # of a tuple whose places each have a type of their own


def type_of(value: object) -> object:
    """The type that brings an object back as it was; PipegenError when looking does not tell."""
    return _shared([value], "objects")


def _shared(values: Sequence[Any], what: str) -> object:
    """The one type of all of them; Any, when JSON keeps apart what they are."""
    kinds: list[Any] = list(dict.fromkeys(map(type, values)))
    if len(kinds) > 1:
        return _mixed(values, kinds, what)
    (kind,) = kinds
    if kind not in _HOLDING or not any(map(len, values)):
        return kind
    if kind is dict:
        keys, held = (list(chain.from_iterable(each)) for each in (values, (one.values() for one in values)))
        return dict[_shared(keys, "keys"), _shared(held, "values")]  # type: ignore[misc]
    if kind is tuple and len(set(map(len, values))) == 1 and len(values[0]) <= _LONGEST:
        return tuple[tuple(_shared(place, "items") for place in zip(*values, strict=True))]  # type: ignore[misc]
    items = _shared(list(chain.from_iterable(values)), "items")
    return tuple[items, ...] if kind is tuple else kind[items]  # type: ignore[valid-type]


def _mixed(values: Sequence[object], kinds: Sequence[type], what: str) -> object:
    if what != "keys" and all(map(_is_plain, values)):
        return Any
    names = ", ".join(sorted(one.__name__ for one in kinds))
    message = f"{what} of several types could not be told apart when they are read: {names}"
    raise PipegenError(Diagnostic("PG321", message, None, "say the type: put(object, list[One | Other])"))


def _is_plain(value: object) -> bool:
    """Whether it is nothing but what JSON itself has, all the way down."""
    waiting = [value]
    while waiting:
        one = waiting.pop()
        if type(one) is dict and all(type(key) is str for key in one):
            waiting += one.values()
        elif type(one) is list:
            waiting += one
        elif type(one) not in _PLAIN or (isinstance(one, float) and not isfinite(one)):
            return False
    return True
