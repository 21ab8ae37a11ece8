"""How a piece of text is written in YAML so that every reader, old or new, gives the same text back."""

from __future__ import annotations

import re

from pipegen.emit.unfit import UnfitError

# Ranges are written out: str.isprintable() differs between Python versions, and the output must not.
_PLANE_ENDS = "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
_INVISIBLE = (
    r"\x7f-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
    r"\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f" + _PLANE_ENDS
)
_ODD_SPACES = r"\xa0\u1680\u2000-\u200a\u202f\u205f\u3000"

_ESCAPED = re.compile(rf"[\x00-\x1f{_INVISIBLE}]")
_ESCAPED_OR_SPECIAL = re.compile(rf'[\x00-\x1f"\\{_INVISIBLE}]')
_UNFIT_FOR_PLAIN = re.compile(rf"[\x00-\x1f{_INVISIBLE}{_ODD_SPACES}]|: | #|[ :]\Z")
_UNFIT_FOR_LITERAL = re.compile(
    rf"[\x00-\x08\x0b-\x1f{_INVISIBLE}]|\A[ \t\n]|[ \t](?=\n|\Z)|\n\n\Z"  # the last: editors trim blank lines
)
_PLAIN_START = re.compile(r"[A-Za-z0-9_/.$(+;^\\\x80-\U0010ffff]|--?[A-Za-z]")
_FLOW_SIGNS = re.compile(r"[,\[\]{}:?#]")

# Numbers, times and dates in all notations of YAML 1.1 and 1.2, and some more that look like them.
_LIKE_A_NUMBER = re.compile(r"(?=.*[0-9_])[-+]?[0-9.][0-9A-FXa-fxOoPp_.,:+\-TtZz ]*")
_LIKE_INFINITY = re.compile(r"[-+.]*(?:inf|infinity|nan)", re.IGNORECASE)
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", "..."])
_SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


class Scalars(dict[str, str]):
    """Text to its notation outside of `[ ]` and `{ }`, each decided once."""

    def __missing__(self, text: str) -> str:
        written = self[text] = scalar(text)
        return written


def scalar(text: str) -> str:
    """One line: plain where that is safe, else in single quotes, else in double quotes with escapes."""
    if _is_plain(text):
        return text
    if _ESCAPED.search(text):
        return '"' + _ESCAPED_OR_SPECIAL.sub(_escape, text) + '"'
    return "'" + text.replace("'", "''") + "'"


def in_flow(written: str) -> str:
    """A notation from `scalar`, made safe inside `[ ]` and `{ }`."""
    if written[0] in "'\"" or not _FLOW_SIGNS.search(written):
        return written
    return "'" + written.replace("'", "''") + "'"


def literal(text: str, pad: str) -> str | None:
    """A block of lines under `|`, or None when some reader would change the text."""
    if not text or _UNFIT_FOR_LITERAL.search(text):
        return None
    head, body = ("|", text[:-1]) if text.endswith("\n") else ("|-", text)
    lines = [f"{pad}{line}" if line else "" for line in body.split("\n")]
    return "\n".join([head, *lines])


def number(value: float) -> str:
    """A float that stays one in YAML 1.1, which wants a point and a sign: 1e16 is 1.0e+16."""
    text = float.__repr__(value)
    if text[-1] in "fn":  # inf, nan
        raise UnfitError
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0{e}{exponent}" if e and "." not in mantissa else text


def comment(text: str, pad: str = "") -> list[str]:
    """Text as `#` lines that no reader takes for anything else."""
    lines = [visible(line.replace("\t", " ")) for line in text.splitlines()] or [""]
    return [f"{pad}# {line}".rstrip() for line in lines]


def visible(text: str) -> str:
    """Control and invisible characters, and halves of characters, spelled out."""
    return _ESCAPED.sub(lambda match: _spelled(ord(match[0])), text)


def _is_plain(text: str) -> bool:
    return (
        _PLAIN_START.match(text) is not None
        and _UNFIT_FOR_PLAIN.search(text) is None
        and _LIKE_A_NUMBER.fullmatch(text) is None
        and (len(text) > 10 or (text.lower() not in _WORDS and _LIKE_INFINITY.fullmatch(text) is None))
    )


def _escape(match: re.Match[str]) -> str:
    char = match[0]
    if "\ud800" <= char <= "\udfff":
        raise UnfitError
    return _SHORT_ESCAPES.get(char) or _spelled(ord(char))


def _spelled(point: int) -> str:
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
