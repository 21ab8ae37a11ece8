"""What pydantic finds wrong with a config, in our words and with the places in the file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from enum import Enum
from typing import Any, Literal, NamedTuple, get_args, get_origin

from pydantic import BaseModel, ValidationError

from pipegen.engine.configs.meaning import alternatives, models
from pipegen.errors import Diagnostic, suggest
from pipegen.values.nodes import Listing, Node, Scalar, Table, join
from pipegen.values.shape import named, told

_KINDS = {
    "int": "a whole number", "float": "a number", "bool": "true or false", "string": "text", "list": "a list",
    "tuple": "a list", "set": "a list", "frozen": "a list", "dict": "a mapping", "mapping": "a mapping",
    "model": "a mapping", "dataclass": "a mapping", "path": "text", "decimal": "a number", "none": "null",
}  # fmt: skip
_KIND = re.compile(rf"({'|'.join(_KINDS)})_(?:from_float|\w*type|\w*parsing\w*|required)")
_LIMITS = {
    "greater_than_equal": ("ge", "too small", "the smallest is"),
    "greater_than": ("gt", "too small", "it has to be more than"),
    "less_than_equal": ("le", "too large", "the largest is"),
    "less_than": ("lt", "too large", "it has to be less than"),
}
_OURS = re.compile(r"PG\d{3}")


class _Place(NamedTuple):
    """Where in the nodes an error belongs."""

    path: str
    node: Node
    wanted: Any
    above: _Place | None = None
    key: str = ""  # the key under which it stands there
    missing: str = ""  # the key that it lacks


def complaints(
    error: ValidationError, model: type[BaseModel], node: Table, path: str
) -> Iterator[Diagnostic]:
    """One diagnostic for each thing that is wrong; what several members of a union say is said once."""
    unfit: dict[str, tuple[_Place, list[str]]] = {}
    said: list[tuple[str, Diagnostic]] = []
    for one in error.errors(include_url=False):
        place = _followed(one["loc"], _Place(path, node, model))
        kind = _KIND.fullmatch(one["type"])
        if kind is not None:
            unfit.setdefault(place.path, (place, []))[1].append(_KINDS[kind[1]])
        else:
            said.append((place.path, _said(one, place)))
    yield from (diagnostic for _, diagnostic in said)
    for place, kinds in unfit.values():
        inside = (f"{place.path}.", f"{place.path}[")
        # of `text or a list` with a wrong item, only the item is worth a word
        if not place.path or not any(one.startswith(inside) for one in (*unfit, *(path for path, _ in said))):
            yield _unfit(place, kinds)


def _followed(loc: Iterable[int | str], place: _Place) -> _Place:
    """The node that an error is about: the parts that pydantic adds for unions lead nowhere."""
    for part in loc:
        place = _step(place, part) or place._replace(missing=str(part))
    return place


def _step(place: _Place, part: int | str) -> _Place | None:
    options = alternatives(place.wanted)
    if isinstance(part, int):
        if not isinstance(place.node, Listing) or part >= len(place.node.items):
            return None
        wanted = next((get_args(one)[0] for one in options if get_args(one)), Any)
        return _Place(f"{place.path}[{part}]", place.node.items[part], wanted, place)
    if not isinstance(place.node, Table) or part not in place.node.entries:
        return None
    known = [one.model_fields[part].annotation for one in models(place.wanted) if part in one.model_fields]
    values = [get_args(one)[1] for one in options if len(get_args(one)) == 2]
    wanted = (known or values or [Any])[0]
    return _Place(join(place.path, part), place.node.entries[part].value, wanted, place, part)


def _said(one: Mapping[str, Any], place: _Place) -> Diagnostic:
    kind, message = str(one["type"]), str(one["msg"]).partition(", ")
    said = message[2] if message[0] in ("Value error", "Assertion failed") else str(one["msg"])
    if kind == "extra_forbidden":
        return _unknown_key(place)
    if kind == "missing":
        return Diagnostic("PG221", f"{named(place.path)} lacks the key '{place.missing}'", place.node.origin)
    if kind in ("literal_error", "enum"):
        return _no_choice(place)
    if kind in _LIMITS:
        return _out_of_range(kind, one.get("ctx", {}), place)
    return _rule(kind, said, place)


def _out_of_range(kind: str, context: Mapping[str, Any], place: _Place) -> Diagnostic:
    limit, problem, hint = _LIMITS[kind]
    given = place.node.text if isinstance(place.node, Scalar) else "it"
    message = f"{named(place.path)}: {given} is {problem}"
    return Diagnostic("PG224", message, place.node.origin, f"{hint} {context.get(limit):g}")


def _rule(kind: str, said: str, place: _Place) -> Diagnostic:
    """What a validator said; of a whole config, its keys do not go together."""
    if kind not in ("value_error", "assertion_error") and not _OURS.fullmatch(kind):
        said = said[:1].lower() + said[1:]
    message, _, hint = said.partition("; ")
    whole = isinstance(place.node, Table) and bool(models(place.wanted))
    code = kind if _OURS.fullmatch(kind) else "PG234" if whole else "PG233"
    of_key = place.missing == "[key]" and place.above is not None and isinstance(place.above.node, Table)
    if of_key and place.above is not None and isinstance(place.above.node, Table):
        origin = place.above.node.entries[place.key].key
        return Diagnostic(code, f"{named(place.above.path)}: {message}", origin, hint)
    where = f"{named(place.path)}: " if place.path else ""
    return Diagnostic(code, where + message, place.node.origin, hint)


def _unknown_key(place: _Place) -> Diagnostic:
    above = place.above
    if above is None or not isinstance(above.node, Table):
        return Diagnostic("PG220", f"unknown key '{place.missing}' in '{place.path}'", place.node.origin)
    known = [key for model in models(above.wanted) for key in model.model_fields]
    where = f"in '{above.path}'" if above.path else "at the top level"
    origin = above.node.entries[place.key].key
    return Diagnostic("PG220", f"unknown key '{place.key}' {where}", origin, suggest(place.key, known))


def _no_choice(place: _Place) -> Diagnostic:
    words = [str(word) for one in alternatives(place.wanted) for word in _choices(one)]
    listed = ("one of " if len(words) > 1 else "") + ", ".join(f"'{word}'" for word in words)
    given = place.node.text if isinstance(place.node, Scalar) else ""
    hint = suggest(given, words)
    message = f"{named(place.path)} takes {listed}, but {told(place.node)} is given"
    return Diagnostic("PG223", message, place.node.origin, hint if hint.startswith("did you mean") else "")


def _choices(wanted: Any) -> Iterable[Any]:
    if get_origin(wanted) is Literal:
        return get_args(wanted)
    return [one.value for one in wanted] if isinstance(wanted, type) and issubclass(wanted, Enum) else ()


def _unfit(place: _Place, kinds: list[str]) -> Diagnostic:
    expected = " or ".join(dict.fromkeys(kinds))
    message = f"{named(place.path)} takes {expected}, but {told(place.node)} is given"
    single = isinstance(place.node, Scalar) and re.fullmatch(r"[\w./:@-]+", place.node.text)
    hint = f"a list of one is [{single[0]}]" if single and "a list" in kinds else ""
    return Diagnostic("PG222", message, place.node.origin, hint)
