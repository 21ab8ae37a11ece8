"""The texts that a setting takes, where its type names them: `'small' | 'large'`."""

from __future__ import annotations

import re

_TEXT = r"'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\""
_TEXTS = re.compile(rf"(?:{_TEXT})(?: \| (?:{_TEXT}))*")


def literals(kind: str) -> tuple[str, ...]:
    """The texts, as they are; none for a type that takes anything else."""
    kind = kind.removesuffix(" | None")
    if not _TEXTS.fullmatch(kind):
        return ()
    from ast import literal_eval  # only such a type pays for it

    return tuple(literal_eval(found[0]) for found in re.finditer(_TEXT, kind))
