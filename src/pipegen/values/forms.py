"""What a config dataclass's annotations ask for, read once: `build`, the schema and `init` all go by it."""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias, Union, get_args, get_origin, get_type_hints

from pipegen.values.kinds import Doc, Kind, Range
from pipegen.values.unset import UNSET, Unset


class Text(NamedTuple):
    """Text, of certain kinds."""

    kinds: tuple[Kind, ...] = ()


class Number(NamedTuple):
    """A number within limits."""

    whole: bool
    limits: tuple[Range, ...] = ()


class Flag(NamedTuple):
    """True or false."""


class Choice(NamedTuple):
    """One of a few words or whole numbers."""

    options: tuple[str | int, ...]


class Items(NamedTuple):
    """A list of one form."""

    item: Form
    make: type[list[Any]] | type[tuple[Any, ...]] = tuple


class Keyed(NamedTuple):
    """A mapping with keys that the user chooses."""

    key: Text
    value: Form


class Record(NamedTuple):
    """A mapping with the keys of a dataclass."""

    cls: type


class Free(NamedTuple):
    """Anything that JSON can say."""


class Maybe(NamedTuple):
    """A form, or null."""

    form: Form


class OneOf(NamedTuple):
    """Whichever of several forms fits."""

    forms: tuple[Form, ...]


Form: TypeAlias = "Text | Number | Flag | Choice | Items | Keyed | Record | Free | Maybe | OneOf"


class Field(NamedTuple):
    """One key of a record."""

    name: str
    form: Form
    required: bool
    default: Any  # UNSET when there is none
    doc: Doc


@cache
def fields_of(cls: type) -> tuple[Field, ...]:
    """The keys a config dataclass takes, in its order."""
    # ir.Json is recursive, so that its name is bound to the form and never evaluated.
    hints = get_type_hints(cls, localns={"Json": Free, cls.__name__: cls}, include_extras=True)
    return tuple(_field(cls, one, hints[one.name]) for one in fields(cls) if one.init)


def _field(cls: type, declared: Any, hint: Any) -> Field:
    default = declared.default
    if declared.default_factory is not MISSING:
        default = declared.default_factory()
    try:
        form = form_of(hint)
    except TypeError as problem:
        raise TypeError(f"{cls.__name__}.{declared.name}: {problem}") from None
    return Field(
        declared.name, form, default is MISSING, UNSET if default is MISSING else default, _doc(hint)
    )


def _doc(hint: Any) -> Doc:
    """The Doc on an annotation, or on a member of its union."""
    marks = get_args(hint)[1:] if get_origin(hint) is Annotated else ()
    found = [mark for mark in marks if isinstance(mark, Doc)]
    if not found and get_origin(hint) in (Union, types.UnionType, Annotated):
        found = [doc for member in get_args(hint) if (doc := _doc(member)).text]
    return found[0] if found else Doc("")


def form_of(hint: Any, marks: tuple[object, ...] = ()) -> Form:
    """The form that an annotation asks for; marks are those of an `Annotated` around it."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        return form_of(arguments[0], (*marks, *(mark for mark in arguments[1:] if not isinstance(mark, Doc))))
    if origin in (Union, types.UnionType):
        return _union([one for one in arguments if one is not Unset], marks)
    if origin is Literal:
        return _choice(arguments)
    if hint is str:
        return Text(tuple(_only(Kind, marks)))
    if hint in (int, float):
        return Number(hint is int, tuple(_only(Range, marks)))
    if marks:
        raise TypeError(f"{marks[0]!r} belongs on text or a number")
    return _holder(hint, origin, arguments)


def _holder(hint: Any, origin: Any, arguments: tuple[Any, ...]) -> Form:
    if hint is bool:
        return Flag()
    if hint in (Free, object, Any):
        return Free()
    if isinstance(hint, type) and is_dataclass(hint):
        return Record(hint)
    if origin in (list, Sequence) or (origin is tuple and arguments[1:] == (...,)):
        return Items(form_of(arguments[0]), list if origin is list else tuple)
    if origin in (dict, Mapping):
        key = form_of(arguments[0])
        if isinstance(key, Text):
            return Keyed(key, form_of(arguments[1]))
    raise TypeError(f"values cannot be read as {hint!r}")


def _union(members: list[Any], marks: tuple[object, ...]) -> Form:
    rest = [member for member in members if member is not type(None)]
    textual = [member for member in rest if member in (str, int, float)]
    if marks and not textual:
        raise TypeError(f"{marks[0]!r} belongs on text or a number")
    forms = tuple(form_of(member, marks if member in textual else ()) for member in rest)
    form = forms[0] if len(forms) == 1 else OneOf(forms)
    return form if len(rest) == len(members) else Maybe(form)


def _choice(options: tuple[Any, ...]) -> Form:
    words = tuple(option for option in options if option is not None)
    if not all(isinstance(word, str) or type(word) is int for word in words):
        raise TypeError(f"values cannot be chosen from {options!r}")
    return Choice(words) if len(words) == len(options) else Maybe(Choice(words))


def _only(kind: type[Any], marks: tuple[object, ...]) -> list[Any]:
    for mark in marks:
        if not isinstance(mark, kind):
            raise TypeError(f"{mark!r} does not belong on this type")
    return list(marks)
