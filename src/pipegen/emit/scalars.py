"""How a piece of text is written in YAML so that every reader, old or new, gives the same text back."""

from __future__ import annotations

import re
from functools import cache

from pipegen.emit.unfit import UnfitError

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_CONTROL_OR_SPECIAL = re.compile(r'[\x00-\x1f"\\\x7f]')
_UNFIT_FOR_LITERAL = re.compile(  # the last: editors trim blank lines at the end
    r"[\x00-\x08\x0b-\x1f\x7f]|\A[ \t\n]|[ \t](?=\n|\Z)|\n\n\Z"
)
_PLAIN_START = re.compile(r"""[^\x00- !"#%&'*,\-:<=>?@\[\]`{|}~\x7f]|--?[A-Za-z]""")
_FLOW_SIGNS = re.compile(r"[,\[\]{}:?#]")

# Numbers, times and dates in all notations of YAML 1.1 and 1.2, and some more that look like them.
_LIKE_A_NUMBER = re.compile(r"(?=.*[0-9_])[-+]?[0-9.][0-9A-FXa-fxOoPp_.,:+\-TtZz ]*")
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "~", "=", "<<", "..."])
_NO_NUMBERS = frozenset(["inf", "infinity", "nan"])
_SHORT_ESCAPES = {"\n": "\\n", "\t": "\\t", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


@cache  # compiling takes milliseconds, and most documents are ASCII
def _invisible() -> re.Pattern[str]:
    """C1 controls, line separators, direction marks, non-characters and halves of characters.

    Written out, since str.isprintable() differs between Python versions and the output must not.
    """
    plane_ends = "".join(rf"\U{plane:04x}fffe\U{plane:04x}ffff" for plane in range(1, 17))
    return re.compile(
        r"[\x80-\x9f\xad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
        rf"\ufdd0-\ufdef\ufeff\ufff9-\ufffb\ufffe\uffff\U000e0000-\U000e007f{plane_ends}]"
    )


@cache
def _odd_space() -> re.Pattern[str]:
    return re.compile(r"[\xa0\u1680\u2000-\u200a\u202f\u205f\u3000]")


class Scalars(dict[str, str]):
    """Text to its notation outside of `[ ]` and `{ }`, each decided once."""

    def __missing__(self, text: str) -> str:
        written = self[text] = scalar(text)
        return written


def scalar(text: str) -> str:
    """One line: plain where that is safe, else in single quotes, else in double quotes with escapes."""
    if not _is_visible(text):
        return '"' + _escaped(text) + '"'
    if _is_plain(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def in_flow(written: str) -> str:
    """A notation from `scalar`, made safe inside `[ ]` and `{ }`."""
    if written[0] in "'\"" or not _FLOW_SIGNS.search(written):
        return written
    return "'" + written.replace("'", "''") + "'"


def literal(text: str, pad: str) -> str | None:
    """A block of lines under `|`, or None when some reader would change the text."""
    if not text or _UNFIT_FOR_LITERAL.search(text) or _has_invisible(text):
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
    text = _CONTROL.sub(_spelled, text)
    return text if text.isascii() else _invisible().sub(_spelled, text)


def _is_visible(text: str) -> bool:
    if text.isascii():
        return text.isprintable()
    return _CONTROL.search(text) is None and not _has_invisible(text)


def _has_invisible(text: str) -> bool:
    return not text.isascii() and _invisible().search(text) is not None


def _is_plain(text: str) -> bool:
    return (
        _PLAIN_START.match(text) is not None
        and text[-1] not in " :"
        and ": " not in text
        and " #" not in text
        and _LIKE_A_NUMBER.fullmatch(text) is None
        and (len(text) > 12 or not _is_word(text.lower()))
        and (text.isascii() or _odd_space().search(text) is None)
    )


def _is_word(text: str) -> bool:
    return text in _WORDS or text.lstrip("+-.") in _NO_NUMBERS


def _escaped(text: str) -> str:
    text = _CONTROL_OR_SPECIAL.sub(lambda match: _SHORT_ESCAPES.get(match[0]) or _spelled(match), text)
    return text if text.isascii() else _invisible().sub(_spelled_if_whole, text)


def _spelled_if_whole(match: re.Match[str]) -> str:
    if "\ud800" <= match[0] <= "\udfff":
        raise UnfitError
    return _spelled(match)


def _spelled(match: re.Match[str]) -> str:
    point = ord(match[0])
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
