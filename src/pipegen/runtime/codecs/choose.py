"""Which codec a value or an artifact goes through, by its type or, where that is open, by the value."""

from __future__ import annotations

from pipegen.dsl.type_names import type_name
from pipegen.runtime.codecs import find, types
from pipegen.runtime.codecs.contract import Codec, CodecError

_JSON = ("json", "jsonl")  # either is read for the types of both

# A codec, and the part of a union that it is for.
Choice = tuple[Codec, object]

_settled: dict[object, tuple[Choice, ...]] = {}


def choices(annotation: object) -> tuple[Choice, ...]:
    """The codecs that values of a type may need: one, several for a mixed union, none for Any."""
    try:
        return _settled[annotation]
    except KeyError:
        found = _choices(annotation)
        if all(codec.name in find.BUILT_IN for codec, _ in found):  # a plugin may be gone another time
            _settled[annotation] = found
        return found
    except TypeError:  # an annotation that cannot be hashed
        return _choices(annotation)


def _choices(annotation: object) -> tuple[Choice, ...]:
    alternatives = types.members(annotation)
    if any(types.is_any(one) for one in alternatives):
        return ()
    if len(alternatives) == 1:
        return ((match(annotation), annotation),)
    found = [(match(one), one) for one in alternatives]
    names = {codec.name for codec, _ in found}
    streamed = any(types.is_iterable(one) or types.is_iterator(one) for one in alternatives)
    if "json" in names and names <= {"none", *_JSON} and not streamed:
        return ((find.named("json"), annotation),)  # None is null, and pydantic tells the rest apart
    order = list(dict.fromkeys(codec.name for codec, _ in found))
    order.sort(
        key=lambda name: list(find.BUILT_IN).index(name) if name in find.BUILT_IN else len(find.BUILT_IN)
    )
    return tuple(
        (find.named(name), types.union_of(tuple(one for codec, one in found if codec.name == name)))
        for name in order
    )


def match(annotation: object) -> Codec:
    """The codec for one type that is no union."""
    for codec in find.every():
        if codec.fits(annotation):
            return codec
    raise CodecError(
        f"no codec writes {type_name(annotation)}{_reason(annotation)}", code="PG321", hint=_HINT
    )


def match_value(value: object) -> Codec:
    """The codec for a value about which its type says nothing."""
    for codec in find.every():
        if codec.takes(value):
            return codec
    kind = type_name(type(value))
    raise CodecError(f"no codec writes {kind}{_reason(type(value))}", code="PG321", hint=_HINT)


def for_writing(annotation: object, value: object) -> Choice:
    found = choices(annotation)
    if not found:
        return match_value(value), annotation
    if len(found) == 1:
        return found[0]
    for codec, part in found:
        if codec.takes(value):
            return codec, part
    raise CodecError(f"it is {type_name(type(value))}", code="PG322")


def for_reading(name: str, annotation: object) -> Choice:
    """The codec an artifact was written by, and the part of a parameter's type that it can serve."""
    codec = find.named(name)
    if types.is_any(annotation):
        return codec, annotation
    if name == "none" and any(types.bare(one) is type(None) for one in types.members(annotation)):
        return codec, None
    try:
        found = choices(annotation)
    except CodecError as problem:
        if problem.code != "PG321":
            raise
        found = ()  # a type that nothing can be read as
    same = [part for other, part in found if other.name == name]
    akin = [part for other, part in found if name in _JSON and other.name in _JSON]
    if same or akin:
        return codec, (same or akin)[0]
    raise CodecError(f"{type_name(annotation)} cannot be read from it", code="PG335")


_HINT = "return a type with a codec, such as a pydantic model, a data frame, bytes or a Path"


def _reason(annotation: object) -> str:
    if types.holds_paths(annotation):
        return ": a path inside a value would be handed on without its file; return one folder instead"
    from pipegen.runtime.codecs.adapters import problem_with

    problem = problem_with(annotation)
    return f": {problem[:1].lower()}{problem[1:]}" if problem else ""
