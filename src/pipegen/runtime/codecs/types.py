"""Questions that codecs ask about types, answered without importing the libraries that define them."""

from __future__ import annotations

import sys
import types
from collections import abc
from pathlib import PurePath
from typing import Annotated, Any, NewType, TypeVar, Union, cast, get_args, get_origin

from pipegen.dsl.fits import item_of
from pipegen.dsl.generics import plain

_ITERABLE = (abc.Iterable, abc.Collection)
_ITERATOR = (abc.Iterator, abc.Generator)
_LISTS = (list, abc.Sequence)


def bare(annotation: object) -> object:
    """The type under Annotated, aliases and NewType."""
    found = plain(annotation)
    while isinstance(found, NewType):
        found = plain(found.__supertype__)
    return found


def kind(annotation: object) -> object:
    """list for list[int]; the class itself when it is not subscripted."""
    found = bare(annotation)
    return get_origin(found) or found


def is_any(annotation: object) -> bool:
    found = bare(annotation)
    return found is Any or found is object or isinstance(found, TypeVar)


def members(annotation: object) -> tuple[object, ...]:
    """The alternatives of a union, flattened; of any other type the type alone."""
    found = bare(annotation)
    if get_origin(found) not in (Union, types.UnionType):
        return (annotation,)
    return tuple(inner for one in get_args(found) for inner in members(one))


def union_of(alternatives: tuple[object, ...]) -> object:
    return cast(object, Union[alternatives])  # noqa: UP007 - made of a tuple


def item(annotation: object) -> object:
    """The T of Iterable[T] and its like; Any when it is not said."""
    found = item_of(bare(annotation))
    return Any if found is None else found


def holds_items(annotation: object) -> bool:
    return item_of(bare(annotation)) is not None


def container(annotation: object) -> object:
    """The list in `list[T] | None`."""
    return next((one for one in members(annotation) if holds_items(one)), annotation)


def iterable_of(annotation: object) -> object:
    return cast(object, abc.Iterable[annotation])  # type: ignore[valid-type]


def is_iterable(annotation: object) -> bool:
    return kind(annotation) in _ITERABLE


def is_iterator(annotation: object) -> bool:
    return kind(annotation) in _ITERATOR


def is_plain_list(annotation: object) -> bool:
    """A list or Sequence without constraints of its own."""
    return kind(annotation) in _LISTS and get_origin(annotation) is not Annotated


def is_sequence(annotation: object) -> bool:
    return kind(annotation) is abc.Sequence


def is_record(annotation: object) -> bool:
    """A pydantic model, dataclass, TypedDict or NamedTuple, or a union of these."""
    alternatives = members(annotation)
    if len(alternatives) > 1:
        return all(is_record(one) for one in alternatives)
    cls = kind(annotation)
    if not isinstance(cls, type):
        return False
    if hasattr(cls, "__dataclass_fields__") or hasattr(cls, "__required_keys__"):
        return True
    return is_model(cls) or (issubclass(cls, tuple) and hasattr(cls, "_fields"))


def is_model(cls: type) -> bool:
    pydantic = sys.modules.get("pydantic")
    return pydantic is not None and issubclass(cls, pydantic.BaseModel)


def holds_paths(annotation: object) -> bool:
    """A Path inside a list or dict: its text would be handed on, the file behind it would not."""
    waiting, seen = [annotation], set[int]()
    while waiting:
        found = bare(one := waiting.pop())
        if id(one) in seen:  # an alias that speaks of itself
            continue
        seen.add(id(one))
        arguments = get_args(found)
        if not arguments and isinstance(found, type) and issubclass(found, PurePath):
            return True
        waiting += arguments
    return False


def library_class(annotation: object) -> tuple[str, str]:
    """("pandas", "DataFrame") for pandas.core.frame.DataFrame: told by name, nothing is imported."""
    cls = kind(annotation)
    if not isinstance(cls, type):
        return "", ""
    return cls.__module__.partition(".")[0], cls.__name__
