"""Types as text: the readable, stable name of an annotation, for messages, the IR and artifacts."""

from __future__ import annotations

import types
import typing
from typing import Annotated, Any, ForwardRef, Literal, Union, get_args, get_origin

_UNQUALIFIED = frozenset({"builtins", "typing", "typing_extensions", "collections.abc", "types"})
# Where a class is defined differs between releases; this is where its users import it from.
_PUBLIC = {
    "pandas.core.frame.DataFrame": "pandas.DataFrame",
    "pandas.core.series.Series": "pandas.Series",
    "polars.dataframe.frame.DataFrame": "polars.DataFrame",
    "polars.lazyframe.frame.LazyFrame": "polars.LazyFrame",
    "polars.series.series.Series": "polars.Series",
    "pyarrow.lib.Table": "pyarrow.Table",
    "pyarrow.lib.RecordBatch": "pyarrow.RecordBatch",
}


def type_name(annotation: object) -> str:
    """The annotation as its reader would write it: "list[acme.Review]", "acme.Page | None"."""
    if annotation is None or annotation is type(None):
        return "None"
    if annotation is Ellipsis:
        return "..."
    if isinstance(annotation, str):
        return annotation
    if isinstance(annotation, ForwardRef):
        return annotation.__forward_arg__
    if isinstance(annotation, (list, tuple)):  # the parameters of a Callable
        return f"[{_joined(annotation)}]"
    origin = get_origin(annotation)
    return _plain(annotation) if origin is None else _subscripted(annotation, origin)


def _subscripted(annotation: object, origin: object) -> str:
    arguments = get_args(annotation)
    if origin is Annotated:
        return type_name(arguments[0])
    if origin in (Union, types.UnionType):
        return _union(arguments)
    if origin is Literal:
        # Sorted, as a union is: typing caches by set, so the written order depends on what was seen first.
        return f"Literal[{', '.join(sorted(map(_literal, arguments)))}]"
    if not arguments:
        empty_tuple = origin is tuple and annotation is not getattr(typing, "Tuple", None)
        return "tuple[()]" if empty_tuple else type_name(origin)
    return f"{type_name(origin)}[{_joined(arguments)}]"


def _joined(annotations: typing.Iterable[object]) -> str:
    return ", ".join(type_name(one) for one in annotations)


def _union(members: tuple[object, ...]) -> str:
    names = {name for member in members for name in _alternatives(member)}
    return " | ".join(sorted(names, key=lambda name: (name == "None", name)))


def _alternatives(member: object) -> list[str]:
    """The names in one member of a union, which may be a union in disguise (Annotated[X | Y, ...])."""
    while get_origin(member) is Annotated:
        member = get_args(member)[0]
    if get_origin(member) in (Union, types.UnionType):
        return [name for inner in get_args(member) for name in _alternatives(inner)]
    return [type_name(member)]


def _literal(value: object) -> str:
    from enum import Enum

    if isinstance(value, Enum):
        return f"{type_name(type(value))}.{value.name}"
    return repr(value)


def _plain(annotation: object) -> str:
    generic: dict[str, Any] = getattr(annotation, "__pydantic_generic_metadata__", None) or {}
    if generic.get("origin") is not None:
        return f"{type_name(generic['origin'])}[{_joined(generic['args'])}]"
    if isinstance(annotation, typing.TypeVar):
        return annotation.__name__
    return _qualified(annotation)


def _qualified(annotation: object) -> str:
    name = _own_name(annotation)
    module = getattr(annotation, "__module__", None) or "builtins"
    if module in _UNQUALIFIED:
        return name
    if module.startswith("pathlib."):  # Python 3.13 alone has pathlib._local
        module = "pathlib"
    whole = f"{module}.{name}"
    return _PUBLIC.get(whole, whole)


def _own_name(annotation: object) -> str:
    for attribute in ("__qualname__", "__name__", "_name"):
        name = getattr(annotation, attribute, None)
        if isinstance(name, str) and name:
            return name
    return type(annotation).__qualname__  # never repr(): it may hold an address
