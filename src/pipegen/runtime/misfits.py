"""What pydantic found wrong with the settings, as one diagnostic per variable, in plain words."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from pipegen.dsl.fields import Node, is_complex, members
from pipegen.dsl.wording import choices, type_text
from pipegen.errors import Diagnostic, suggest
from pipegen.runtime.given import Given, Misfit

if TYPE_CHECKING:
    from pydantic_core import ErrorDetails

    from pipegen.runtime.environment import Reader

_WORDS = {
    "greater_than": "must be > {gt}",
    "greater_than_equal": "must be >= {ge}",
    "less_than": "must be < {lt}",
    "less_than_equal": "must be <= {le}",
    "multiple_of": "must be a multiple of {multiple_of}",
    "finite_number": "must be a finite number",
    "int_": "must be a whole number",
    "float_": "must be a number",
    "decimal_parsing": "must be a number",
    "bool_": "must be true or false",
    "string_too_short": "must have at least {min_length} characters",
    "string_too_long": "must have at most {max_length} characters",
    "string_pattern_mismatch": "must match '{pattern}'",
    "string_type": "must be text",
    "too_short": "must have at least {min_length} items",
    "too_long": "must have at most {max_length} items",
    "literal_error": "must be one of {expected}",
    "enum": "must be one of {expected}",
    "list_type": "must be a JSON list",
    "tuple_type": "must be a JSON list",
    "set_type": "must be a JSON list",
    "frozen_set_type": "must be a JSON list",
    "dict_type": "must be a JSON object",
    "model_": "must be a JSON object",
    "dataclass_": "must be a JSON object",
    "datetime_": "must be a date and time like 2030-12-31T04:00:00Z",
    "date_": "must be a date like 2030-12-31",
    "timezone_aware": "must say its time zone, like 2030-12-31T04:00:00Z",
    "timezone_naive": "must not say a time zone",
    "time_delta_": "must be a duration like PT1H30M, 01:30:00 or a number of seconds",
    "time_": "must be a time like 04:00:00",
    "uuid_": "must be a UUID",
    "missing": "has no '{last}'",
    "extra_forbidden": "has a key '{last}' that is not known",
}
_SHOWN = (int, float, decimal.Decimal, datetime.date, datetime.time, datetime.timedelta)


def diagnostics(error: Exception, given: Given, reader: Reader) -> Iterator[Diagnostic]:
    """Each wrong variable once; what depends on a variable that could not be read is left out."""
    if not isinstance(error, ValidationError):
        said = f"{type(error).__name__}: {error}"
        yield reader.do_not_fit(None, type(error).__name__ if reveals(given, said) else said)
        return
    groups: dict[tuple[str, ...], list[ErrorDetails]] = {}
    for one in error.errors(include_url=False, include_input=False):
        groups.setdefault(_locate(given.top, one["loc"]), []).append(one)
    for path, errors in groups.items():
        if any(path == one[: len(path)] or one == path[: len(one)] for one in given.broken):
            continue
        node = given.nodes.get(path)
        validator = errors[0]["type"] in ("value_error", "assertion_error")
        if node is None or (node.model is not None and validator):
            yield _together(node, errors, given, reader)
        elif all(one["type"] == "missing" and len(one["loc"]) == len(path) for one in errors):
            yield reader.missing(node)
        else:
            yield _wrong(node, errors, given, reader)


def _locate(nodes: Iterable[Node], location: tuple[int | str, ...]) -> tuple[str, ...]:
    """The path of the field that an error is about; pydantic goes on into its value."""
    path: tuple[str, ...] = ()
    for part in location:
        found = next((node for node in nodes if part in (node.key, node.path[-1])), None)
        if found is None:
            break
        path, nodes = found.path, found.children
    return path


def _wrong(node: Node, errors: list[ErrorDetails], given: Given, reader: Reader) -> Diagnostic:
    said = list(dict.fromkeys(_sentence(node, one, given) for one in errors))
    alternatives = len([one for one in members(node.info.annotation) if one is not type(None)]) > 1
    what = " or ".join(said) if alternatives else ", ".join(said[:3])
    if len(said) > 3 and not alternatives:
        what += f" and {len(said) - 3} more"
    source = given.source(node.path)
    if source is None:
        return reader.wrong_default(node, what)
    text = given.texts.get(node.path, "")
    offered = [str(value) for kind in members(node.info.annotation) for value in choices(kind)]
    if _harmless(node) and text and len(text) <= 40 and not reveals(given, text):
        what += f", not '{text}'"
        return reader.wrong(Misfit(node, source, what, suggest(text, offered) if len(offered) > 3 else ""))
    return reader.wrong(Misfit(node, source, what))


def _sentence(node: Node, error: ErrorDetails, given: Given) -> str:
    words = _words(error, given)
    if node.secret:
        text = not any(is_complex(kind) for kind in members(node.info.annotation))
        words = words.replace(" items", " characters") if text else words
        return words or f"does not fit its type ({type_text(node.info)})"
    rest = error["loc"][len(node.path) :]
    if len([one for one in members(node.info.annotation) if one is not type(None)]) > 1:
        rest = rest[1:]  # which member of the union was tried
    if error["type"] in ("missing", "extra_forbidden"):
        rest = rest[:-1]
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in rest)
    return f"{words or _by_pydantic(error, given)}{f' at {place}' if place else ''}"


def _words(error: ErrorDetails, given: Given) -> str:
    """Our words for an error: they hold limits of the field, never its value."""
    kind = error["type"]
    text = _WORDS.get(kind) or next(
        (words for start, words in _WORDS.items() if start.endswith("_") and kind.startswith(start)), ""
    )
    known: dict[str, Any] = {**error.get("ctx", {}), "last": error["loc"][-1] if error["loc"] else ""}
    try:
        found = text.format(**known)
    except KeyError:
        return ""
    return "" if "{last}" in text and reveals(given, found) else found


def _by_pydantic(error: ErrorDetails, given: Given) -> str:
    text = error["msg"]
    for prefix in ("Value error, ", "Assertion failed, "):
        text = text.removeprefix(prefix)
    if reveals(given, text):
        return "is refused: the message holds a secret and is not shown"
    if text.startswith("Input should be "):
        return "must be " + text.removeprefix("Input should be ")
    return f"is refused: {text[:1].lower()}{text[1:]}" if text else "is refused"


def _together(node: Node | None, errors: list[ErrorDetails], given: Given, reader: Reader) -> Diagnostic:
    """A validator of a whole model spoke: no single variable is to blame."""
    said = "; ".join(dict.fromkeys(_by_pydantic(one, given).removeprefix("is refused: ") for one in errors))
    return reader.do_not_fit(node, said)


def _harmless(node: Node) -> bool:
    """Whether a wrong value may be shown: numbers, dates and choices; text might hold a password."""
    return not node.secret and all(
        bool(choices(kind)) or kind is type(None) or (isinstance(kind, type) and issubclass(kind, _SHOWN))
        for kind in members(node.info.annotation)
    )


def reveals(given: Given, text: str) -> bool:
    """Whether a text holds the value of a secret field, as it is or as Python prints it."""
    secrets = [one for path, value in given.values.items() if _secret(given, path) for one in _scalars(value)]
    secrets += [one for path, one in given.texts.items() if _secret(given, path)]
    return any(form in text for one in secrets if one for form in (one, repr(one)[1:-1]))


def _secret(given: Given, path: tuple[str, ...]) -> bool:
    return given.nodes[path].model is None and given.nodes[path].secret


def _scalars(value: object) -> Iterator[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield str(key)
            yield from _scalars(inner)
    elif isinstance(value, (list, tuple)):
        for inner in value:
            yield from _scalars(inner)
    elif value is not None and not isinstance(value, bool):
        yield str(value)
