"""Text that Airflow would render as a Jinja template, written so that it arrives as it is."""

from __future__ import annotations

import re

# What Jinja acts on or loses, and ends of text for which an operator reads a file of that name instead.
_TOUCHED = re.compile(r"\{[{%#]|\r|\n\Z|\.(?:sh|bash|env|ya?ml|json)\Z").search
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "{": "\\x7b", "}": "\\x7d"})


def literal(text: str) -> str:
    """The same text, or an expression whose value it is."""
    return expression(text) if _TOUCHED(text) else text


def expression(text: str) -> str:
    return "{{ " + quoted(text) + " }}"


def quoted(text: str) -> str:
    """A string inside a Jinja expression, which reads the escapes of Python."""
    plain = text.translate(_ESCAPES)
    return '"' + (plain if plain.isascii() else plain.encode("ascii", "backslashreplace").decode()) + '"'
