"""Types taken apart: what stands behind aliases, and which class with which arguments a type is."""

from __future__ import annotations

import types
import typing
from typing import Annotated, Any, Union

Split = tuple[object, tuple[object, ...]]


def plain(annotation: object) -> object:
    """A type without `Annotated` and aliases; `None` stands for its own type."""
    while True:
        origin = typing.get_origin(annotation)
        if origin is Annotated:
            annotation = typing.get_args(annotation)[0]
        elif _is_alias(annotation):
            annotation = annotation.__value__  # type: ignore[attr-defined]
        elif _is_alias(origin):
            annotation = _filled_in(origin, typing.get_args(annotation))
        else:
            return type(None) if annotation is None else annotation


def _is_alias(annotation: object) -> bool:
    """`type X = ...`, from Python 3.12, or the same by typing_extensions."""
    return type(annotation).__name__ == "TypeAliasType"


def _filled_in(alias: Any, args: tuple[object, ...]) -> object:
    """The value of `type Pair[A, B] = dict[B, A]` for Pair[int, str]."""
    value: Any = alias.__value__
    given = dict(zip(alias.__type_params__, args, strict=False))
    wanted = tuple(given.get(one, one) for one in getattr(value, "__parameters__", ()))
    return value[wanted] if wanted else given.get(value, value)


def is_union(annotation: object) -> bool:
    return typing.get_origin(annotation) in (Union, types.UnionType)


def split(annotation: object) -> Split:
    """The class and the type arguments of a generic, of a pydantic generic model too."""
    origin = typing.get_origin(annotation)
    if origin is not None:
        return origin, typing.get_args(annotation)
    generic = getattr(annotation, "__pydantic_generic_metadata__", None)
    if isinstance(generic, dict) and generic.get("origin"):
        return generic["origin"], tuple(generic["args"])
    return annotation, ()


def arguments_above(cls: type, generic: type) -> tuple[object, ...] | None:
    """With which arguments a class derives from a generic one; None when it does not say."""
    for base in cls.__mro__:
        for written in (base, *vars(base).get("__orig_bases__", ())):
            origin, args = split(written)
            if origin is generic and args:
                return args
    return None
