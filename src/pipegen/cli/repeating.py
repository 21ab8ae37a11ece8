"""The command that runs a part of a pipeline again as it was run before."""

from __future__ import annotations

import shlex
from collections.abc import Sequence

_WITH_VALUE = ("--step", "-s", "--from", "--to", "--resume")
_ALONE = ("--force", "--dry-run", "-n", "--schedule")


def again(words: Sequence[str], task: str) -> str:
    """The same `pipegen run` for a task and all that comes after it; `words` are those behind `pipegen`."""
    kept: list[str] = []
    rest = iter(words)
    for word in rest:
        name, equals, _ = word.partition("=")
        if name in _WITH_VALUE:
            if not equals:
                next(rest, None)
        elif word not in _ALONE:
            kept.append(word)
    return shlex.join(("pipegen", *kept, "--from", task))
