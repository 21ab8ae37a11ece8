"""One variable's text as the value a field takes, before pydantic has its say."""

from __future__ import annotations

import re
import typing
from datetime import timedelta

from pipegen.dsl.fields import is_complex, members
from pipegen.dsl.wording import choices

_NUMBER = re.compile(r"\d+(\.\d+)?")


class NotJsonError(ValueError):
    """The text is not the JSON that the field needs; the message never repeats the text."""


def value_of(annotation: object, text: str) -> object:
    """Text stays text for a str; lists, dicts and models are JSON; empty is None where None is allowed."""
    kinds = members(annotation)
    if text == "" and type(None) in kinds and not any(_takes_text(one) for one in kinds):
        return None
    plain = [one for one in kinds if one is not type(None) and not is_complex(one)]
    if len(plain) == len([one for one in kinds if one is not type(None)]):
        return _plain_value(plain, text)
    try:
        found = parse_json(text)
    except NotJsonError:
        if not plain:
            raise
        return _plain_value(plain, text)
    return found if isinstance(found, (list, dict)) or not plain else _plain_value(plain, text)


def parse_json(text: str) -> object:
    """JSON, refused when a key is given twice: one of the two would be lost."""
    import json

    if not text.strip():
        raise NotJsonError("is empty, and must be JSON")
    try:
        return json.loads(text, object_pairs_hook=_once)
    except NotJsonError:
        raise
    except json.JSONDecodeError as error:
        wrong = error.msg.partition(":")[0].removesuffix(" at").lower()
        raise NotJsonError(f"is not JSON: {wrong} at line {error.lineno}, column {error.colno}") from None
    except (ValueError, RecursionError):
        raise NotJsonError("is not JSON: a number is too long or the nesting too deep") from None


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise NotJsonError("is not JSON that can be used: an object names a key twice")
    return found


def _takes_text(kind: object) -> bool:
    from pydantic import Secret, SecretBytes, SecretStr

    if typing.get_origin(kind) is Secret:
        return any(_takes_text(one) for arg in typing.get_args(kind) for one in members(arg))
    return any(kind is one for one in (str, bytes, SecretStr, SecretBytes, object, typing.Any))


def _plain_value(kinds: list[object], text: str) -> object:
    """What pydantic would not read from text: numbers among choices, and seconds."""
    offered = [one for kind in kinds for one in choices(kind)]
    if text not in offered:
        for one in offered:
            if not isinstance(one, str) and _spelled(one) == text:
                return one
    if kinds == [timedelta] and _NUMBER.fullmatch(text):
        return float(text)
    return text


def _spelled(value: object) -> str:
    value = getattr(value, "value", value)
    return str(value).lower() if isinstance(value, bool) else str(value)
