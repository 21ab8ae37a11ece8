"""The only writer of JSON: readable for files, compact for everything between programs."""

from __future__ import annotations

import json
from collections.abc import Callable

from pipegen.emit.document import Block, Commented, Flow, Noted, shape
from pipegen.emit.unfit import UnfitError, refuse_unfit
from pipegen.ir import Json

_SEPARATORS = str.maketrans({"\u2028": "\\u2028", "\u2029": "\\u2029"})  # line ends to JavaScript and editors


def dump(value: Json) -> str:
    """A whole JSON file, two spaces deep, keys in the order given."""
    return (
        _text(value, lambda: json.dumps(value, indent=2, ensure_ascii=False, allow_nan=False, default=_plain))
        + "\n"
    )


def compact(value: Json) -> str:
    """JSON on one line without blanks, keys in the order given."""
    return _text(
        value,
        lambda: json.dumps(value, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_plain),
    )


def _text(value: Json, encode: Callable[[], str]) -> str:
    try:
        text = encode()
        text.encode()  # finds halves of characters
    except (ValueError, TypeError, RecursionError) as problem:
        refuse_unfit(value, problem)
        raise
    return text if text.isascii() else text.translate(_SEPARATORS)


def _plain(value: object) -> object:
    if isinstance(value, Flow | Commented | Noted | Block):
        return value.wrapped
    kind = shape(value)
    if kind == "mapping":
        return dict(value)  # type: ignore[call-overload]
    if kind == "list":
        return list(value)  # type: ignore[call-overload]
    raise UnfitError
