"""What pydantic has to say about a value, in plain sentences."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pipegen.runtime.codecs.contract import CodecError

if TYPE_CHECKING:
    from pydantic import ValidationError

    from pipegen.runtime.codecs.adapters import JsonType

_AT_MOST = 5
_SHOWN = 60
_SHOULD = re.compile(r"[A-Z]\w*(?: input)? should ")  # "Input should be", "List should have"
_EXPECTED = re.compile(r"Expected `(?P<type>[^`]+)`")
_GIVEN = re.compile(
    r"(?:field_name='(?P<field>[^']+)', )?input_value=(?P<value>.*), input_type=(?P<type>\w+)\]"
)
_BYTES_HINT = 'give the model ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")'
REFUSALS = (ValueError, TypeError, RecursionError)  # what pydantic raises when it cannot write a value


def sentences(error: ValidationError, whole: str = "it") -> tuple[str, ...]:
    """One sentence per problem, a handful at most; `whole` is what a problem without a place is about."""
    found = error.errors(include_url=False, include_context=False)
    told = [_sentence(one, whole) for one in found[:_AT_MOST]]
    left = len(found) - _AT_MOST
    return (*told, f"and {left} more problems") if left > 0 else tuple(told)


def _sentence(one: Any, whole: str) -> str:
    place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in one["loc"]).lstrip(".")
    subject = f"'{place}'" if place else whole
    message = str(one["msg"]).rstrip(".")
    if one["type"] == "missing":
        return f"{subject} is missing"
    if one["type"] == "extra_forbidden":
        return f"{subject} is not a known field"
    if one["type"] == "json_invalid":
        return f"{subject} is not JSON: {message.removeprefix('Invalid JSON: ')}"
    given = f" (it is {_short(one['input'])})"
    if _SHOULD.match(message):
        return f"{subject} {_SHOULD.sub('should ', message)}{given}"
    return f"{subject}: {message[:1].lower()}{message[1:]}{given}"


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


def explained(problem: Exception, value: object, kind: JsonType, whole: str = "it") -> CodecError:
    """Why a value could not be written: what strict validation says, or else what the serializer said."""
    from pydantic import ValidationError

    text = str(problem)
    if isinstance(problem, ValidationError):
        return CodecError(*sentences(problem, whole), code="PG322")
    if isinstance(problem, RecursionError):
        return CodecError(f"{whole} refers to itself or is nested too deep", code="PG323")
    if not text.startswith("Pydantic serializer warnings"):
        reason = text.removeprefix("Error serializing to JSON: ").partition("\n")[0]
        hint = _BYTES_HINT if "utf-8" in text else ""
        return CodecError(f"{whole} cannot be written as JSON: {reason}", code="PG323", hint=hint)
    try:
        kind.validate(value)
    except ValidationError as error:
        return CodecError(*sentences(error, whole), code="PG322")
    except Exception:  # a validator of the user's; the serializer's words remain
        pass
    return CodecError(_serializer_sentence(text, whole), code="PG322")


def _serializer_sentence(text: str, whole: str) -> str:
    expected, given = _EXPECTED.search(text), _GIVEN.search(text)
    if expected is None or given is None:
        return f"{whole} is not of the declared type"
    subject = f"'{given['field']}'" if given["field"] else whole
    value = given["value"]
    shown = value if len(value) <= _SHOWN else f"{value[: _SHOWN - 3]}..."
    return f"{subject} should be {expected['type']} (it is {shown}, {given['type']})"
