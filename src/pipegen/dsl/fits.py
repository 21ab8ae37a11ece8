"""Whether what one step returns is what another takes, decided on the types alone."""

from __future__ import annotations

import collections
import collections.abc as abc
import types
import typing
from typing import Annotated, Any, Literal, Union

_ITEMS = (
    list,
    tuple,
    abc.Sequence,
    abc.Iterable,
    abc.Iterator,
    abc.Generator,
    abc.Collection,
    collections.deque,
)
_SETS = (set, frozenset, abc.Set)
_SET_TAKERS = (*_SETS, abc.Iterable, abc.Iterator, abc.Collection)
_MAPPINGS = (dict, abc.Mapping, abc.MutableMapping, collections.OrderedDict, collections.defaultdict)
_FRAMES = {("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "Table")}
_WIDER = {(int, float), (int, complex), (float, complex)}


def fits(produced: object, wanted: object) -> bool:
    """An artifact of type `produced` can be read as `wanted`."""
    produced, wanted = plain(produced), plain(wanted)
    if wanted in (Any, object) or produced is Any or produced == wanted:
        return True
    if _is_union(produced):
        return all(fits(one, wanted) for one in typing.get_args(produced))
    if _is_union(wanted):
        return any(fits(produced, one) for one in typing.get_args(wanted))
    if isinstance(wanted, typing.TypeVar):
        return fits(produced, wanted.__bound__) if wanted.__bound__ else _any_constraint(produced, wanted)
    if isinstance(produced, typing.TypeVar):
        return fits(produced.__bound__ or Any, wanted)
    if typing.get_origin(produced) is Literal or typing.get_origin(wanted) is Literal:
        return _literal(produced, wanted)
    if isinstance(produced, typing.NewType):
        return fits(produced.__supertype__, wanted)
    return _classes(produced, wanted)


def item_of(annotation: object) -> object | None:
    """The T of list[T], Iterable[T], tuple[T, ...]; None when the type holds no items."""
    annotation = plain(annotation)
    if annotation is Any:
        return Any
    if _is_union(annotation):
        items = [item_of(one) for one in typing.get_args(annotation) if one is not type(None)]
        return items[0] if len(items) == 1 else None
    origin, args = _split(annotation)
    if origin not in _ITEMS and origin not in _SETS:
        return None
    if origin is tuple and not (len(args) == 2 and args[1] is Ellipsis) and args:
        return None
    return args[0] if args else Any


def plain(annotation: object) -> object:
    """A type without `Annotated` and aliases; `None` stands for its own type."""
    if annotation is None:
        return type(None)
    if typing.get_origin(annotation) is Annotated:
        return plain(typing.get_args(annotation)[0])
    if type(annotation).__name__ == "TypeAliasType":  # `type X = ...`, from Python 3.12
        return plain(getattr(annotation, "__value__", annotation))
    return annotation


def _any_constraint(produced: object, wanted: typing.TypeVar) -> bool:
    return not wanted.__constraints__ or any(fits(produced, one) for one in wanted.__constraints__)


def _is_union(annotation: object) -> bool:
    return typing.get_origin(annotation) in (Union, types.UnionType)


def _literal(produced: object, wanted: object) -> bool:
    if typing.get_origin(produced) is not Literal:
        return False
    values = typing.get_args(produced)
    if typing.get_origin(wanted) is Literal:
        return set(values) <= set(typing.get_args(wanted))
    return all(fits(type(value), wanted) for value in values)


def _split(annotation: object) -> tuple[object, tuple[object, ...]]:
    """The class and type arguments of a generic, of a pydantic generic model too."""
    origin = typing.get_origin(annotation)
    if origin is not None:
        return origin, typing.get_args(annotation)
    generic = getattr(annotation, "__pydantic_generic_metadata__", None)
    if isinstance(generic, dict) and generic.get("origin"):
        return generic["origin"], tuple(generic["args"])
    return annotation, ()


def _classes(produced: object, wanted: object) -> bool:
    (made, made_args), (taken, taken_args) = _split(produced), _split(wanted)
    if made in _ITEMS and taken in _ITEMS:
        return _items(made, made_args, taken, taken_args)
    if made in _SETS and taken in _SET_TAKERS:
        return fits(_first(made_args), _first(taken_args))
    if made in _MAPPINGS and taken in _MAPPINGS:
        return all(
            fits(one, other)
            for one, other in zip(made_args or (Any, Any), taken_args or (Any, Any), strict=False)
        )
    if not isinstance(made, type) or not isinstance(taken, type):
        return made == taken
    if taken in _ITEMS or taken in _SETS or made in _ITEMS:
        return False  # text and models are iterable in Python, but not as artifacts
    return _subclass(made, taken) and _arguments(made, made_args, taken, taken_args)


def _items(
    made: object, made_args: tuple[object, ...], taken: object, taken_args: tuple[object, ...]
) -> bool:
    fixed_made, fixed_taken = _fixed(made, made_args), _fixed(taken, taken_args)
    if fixed_made and fixed_taken:
        return len(made_args) == len(taken_args) and all(map(fits, made_args, taken_args))
    if fixed_taken:
        return False
    wanted = _first(taken_args)
    return all(fits(one, wanted) for one in (made_args if fixed_made else (_first(made_args),)))


def _fixed(origin: object, args: tuple[object, ...]) -> bool:
    return origin is tuple and bool(args) and args[-1] is not Ellipsis


def _first(args: tuple[object, ...]) -> object:
    return args[0] if args else Any


def _subclass(made: type, taken: type) -> bool:
    if (made, taken) in _WIDER or {_frame(made), _frame(taken)} <= _FRAMES:
        return True
    try:
        return issubclass(made, taken)
    except TypeError:  # a Protocol that cannot be checked, a TypedDict
        return made is taken or getattr(taken, "_is_protocol", False)


def _frame(cls: type) -> tuple[str, str]:
    return cls.__module__.partition(".")[0], cls.__name__


def _arguments(
    made: type, made_args: tuple[object, ...], taken: type, taken_args: tuple[object, ...]
) -> bool:
    if not taken_args or made is not taken:
        return True
    return all(fits(one, other) for one, other in zip(made_args, taken_args, strict=False))
