"""Names for nodes in Mermaid and DOT: safe in both, distinct, and close to the user's."""

from __future__ import annotations

import re
from collections.abc import Iterable

_OTHER = re.compile("[^A-Za-z0-9]+")
_LONGEST = 40


def identifiers(names: Iterable[str]) -> tuple[str, ...]:
    """One identifier for each name; the prefix keeps them from being keywords such as 'end'."""
    taken: set[str] = set()
    used: dict[str, int] = {}
    found = []
    for name in names:
        stem = "t_" + _OTHER.sub("_", name)[:_LONGEST].strip("_")
        word = stem
        while word in taken:
            used[stem] = used.get(stem, 1) + 1
            word = f"{stem}_{used[stem]}"
        taken.add(word)
        found.append(word)
    return tuple(found)
