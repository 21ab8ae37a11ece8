"""How values enter text that is not YAML: each filter makes a value harmless for one language."""

from __future__ import annotations

import shlex
from collections.abc import Callable

from pipegen.emit import json, yaml
from pipegen.emit.document import shape
from pipegen.emit.scalars import visible
from pipegen.emit.unfit import refuse_unfit
from pipegen.errors import Diagnostic, PipegenError

_ESCAPES = str.maketrans({"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"})


def python(value: object) -> str:
    """Plain data as a Python literal; unlike repr(), the same on every Python version."""
    refuse_unfit(value)
    return _literal(value)


def shell(value: object) -> str:
    """One word for a POSIX shell, or several from a list."""
    if shape(value) == "list":
        return " ".join(map(shell, value))  # type: ignore[call-overload]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        message = f"a {type(value).__name__} has no place in a shell command"
        raise PipegenError(Diagnostic("PG404", message, hint="turn it into text first"))
    return shlex.quote(format(value))


def json_text(value: object) -> str:
    """JSON on one line, which also cannot end a <script> it stands in."""
    return json.compact(value).replace("</", "<\\/").replace("<!--", "<\\u0021--")  # type: ignore[arg-type]


def comment(value: object) -> str:
    """Text on one line without control characters, to follow a `#`."""
    return visible(" ".join(line.strip() for line in str(value).splitlines() if line.strip()))


FILTERS: dict[str, Callable[..., str]] = {
    "repr": python,
    "shell": shell,
    "yaml": yaml.inline,
    "json": json_text,
    "comment": comment,
}


def _literal(value: object) -> str:
    kind = shape(value)
    if kind == "mapping":
        entries = (f"{_literal(key)}: {_literal(one)}" for key, one in value.items())  # type: ignore[attr-defined]
        return "{" + ", ".join(entries) + "}"
    if kind == "list":
        items = ", ".join(map(_literal, value))  # type: ignore[call-overload]
        if isinstance(value, tuple):
            return f"({items},)" if len(value) == 1 else f"({items})"
        return f"[{items}]"
    if isinstance(value, str):
        return _text(str.__str__(value))
    if isinstance(value, float):
        return float.__repr__(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return int.__repr__(value)  # an enum's own repr is no literal
    return repr(value)  # None, True, False


def _text(text: str) -> str:
    quote = "'" if text.count('"') > text.count("'") else '"'  # as formatters have it
    return quote + visible(text.translate(_ESCAPES)).replace(quote, "\\" + quote) + quote
