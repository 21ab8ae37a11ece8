"""Whether what one step returns is what another takes, decided on the types alone."""

from __future__ import annotations

import collections
import collections.abc as abc
import typing
from typing import Any, Literal

from pipegen.dsl.generics import arguments_above, is_union, plain, split

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
_UNRESOLVED = (str, typing.ForwardRef)
_NUMBERS = (int, float, complex)  # each may stand where a later one is wanted


def fits(produced: object, wanted: object) -> bool:
    """An artifact of type `produced` can be read as `wanted`."""
    if produced is wanted:
        return True
    try:
        return _fits(plain(produced), plain(wanted))
    except RecursionError:  # two types that both contain themselves; when it runs, the reading decides
        return True


def item_of(annotation: object) -> object | None:
    """The T of list[T], Iterable[T], tuple[T, ...]; None when the type holds no items."""
    annotation = plain(annotation)
    if annotation is Any:
        return Any
    if is_union(annotation):
        items = [item_of(one) for one in typing.get_args(annotation) if one is not type(None)]
        return items[0] if len(items) == 1 else None
    origin, args = split(annotation)
    if (origin not in _ITEMS and origin not in _SETS) or _is_fixed(origin, args):
        return None
    return _first(args)


def _fits(produced: object, wanted: object) -> bool:
    if wanted in (Any, object) or produced is Any or produced == wanted:
        return True
    if isinstance(wanted, _UNRESOLVED) or isinstance(produced, _UNRESOLVED):
        return True  # inside an alias that names itself; when it runs, the reading decides
    if is_union(produced):
        return all(fits(one, wanted) for one in typing.get_args(produced))
    if typing.get_origin(produced) is Literal and len(typing.get_args(produced)) > 1:
        return all(fits(Literal[value], wanted) for value in typing.get_args(produced))
    if is_union(wanted):
        return any(fits(produced, one) for one in typing.get_args(wanted))
    if isinstance(wanted, typing.TypeVar):
        offered = (wanted.__bound__,) if wanted.__bound__ else wanted.__constraints__
        return not offered or any(fits(produced, one) for one in offered)
    if isinstance(produced, typing.TypeVar):
        return fits(produced.__bound__ or Any, wanted)
    if typing.get_origin(produced) is Literal or typing.get_origin(wanted) is Literal:
        return _literal_fits(produced, wanted)
    if isinstance(produced, typing.NewType):
        return fits(produced.__supertype__, wanted)
    return _classes_fit(produced, wanted)


def _literal_fits(produced: object, wanted: object) -> bool:
    if typing.get_origin(produced) is not Literal:
        return False
    (value,) = typing.get_args(produced)
    if typing.get_origin(wanted) is not Literal:
        return fits(type(value), wanted)
    return (type(value), value) in [(type(one), one) for one in typing.get_args(wanted)]  # 1 is not True


def _classes_fit(produced: object, wanted: object) -> bool:
    (made, made_args), (taken, taken_args) = split(produced), split(wanted)
    if made in _ITEMS and taken in _ITEMS:
        return _items_fit(made, made_args, taken, taken_args)
    if made in _SETS and taken in _SET_TAKERS:
        return fits(_first(made_args), _first(taken_args))
    if made in _MAPPINGS and taken in _MAPPINGS:
        return _all_fit(made_args or (Any, Any), taken_args or (Any, Any))
    if not isinstance(made, type) or not isinstance(taken, type):
        return made == taken
    if typing.is_typeddict(made):
        return _keys_fit(made, taken, taken_args)
    if taken in _ITEMS or taken in _SETS or made in _ITEMS:
        return False  # text and models are iterable in Python, but not as artifacts
    if not _is_subclass(made, taken):
        return False
    above = made_args if made is taken else arguments_above(made, taken)
    return not above or not taken_args or _all_fit(above, taken_args)


def _items_fit(
    made: object, made_args: tuple[object, ...], taken: object, taken_args: tuple[object, ...]
) -> bool:
    fixed = _is_fixed(made, made_args)
    if _is_fixed(taken, taken_args):
        return fixed and len(made_args) == len(taken_args) and _all_fit(made_args, taken_args)
    wanted = _first(taken_args)
    return all(fits(one, wanted) for one in (made_args if fixed else (_first(made_args),)))


def _keys_fit(made: type, taken: type, taken_args: tuple[object, ...]) -> bool:
    """A TypedDict with more keys than are wanted is as good; at run time none derives from another."""
    has = typing.get_type_hints(made)
    if taken in _MAPPINGS:
        key, value = taken_args or (Any, Any)
        return fits(str, key) and all(fits(one, value) for one in has.values())
    if not typing.is_typeddict(taken):
        return False
    wants = typing.get_type_hints(taken)
    return _needed(taken) <= _needed(made) and all(fits(has[key], wants[key]) for key in wants if key in has)


def _needed(cls: type) -> set[str]:
    """The keys that are always there; NotRequired in an annotation that is text is not seen by Python."""
    types = typing.get_type_hints(cls, include_extras=True)
    keys: frozenset[str] = getattr(cls, "__required_keys__", frozenset(types))
    return {key for key in keys if typing.get_origin(types[key]) is not typing.NotRequired}


def _all_fit(made: tuple[object, ...], taken: tuple[object, ...]) -> bool:
    return all(fits(one, other) for one, other in zip(made, taken, strict=False))


def _is_fixed(origin: object, args: tuple[object, ...]) -> bool:
    """tuple[int, str], as against tuple[int, ...]."""
    return origin is tuple and bool(args) and args[-1] is not Ellipsis


def _first(args: tuple[object, ...]) -> object:
    return args[0] if args else Any


def _is_subclass(made: type, taken: type) -> bool:
    if {_frame(made), _frame(taken)} <= _FRAMES:
        return True
    if taken in _NUMBERS and any(issubclass(made, one) for one in _NUMBERS[: _NUMBERS.index(taken)]):
        return True
    try:
        return issubclass(made, taken)
    except TypeError:  # a Protocol that cannot be checked
        return bool(getattr(taken, "_is_protocol", False))


def _frame(cls: type) -> tuple[str, str]:
    return cls.__module__.partition(".")[0], cls.__name__
