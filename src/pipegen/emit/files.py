"""What a backend returns: files, not yet written."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class File:
    """A file to be written; `merge(existing, text)` makes room in a file that others write too."""

    path: str
    text: str
    merge: Callable[[str, str], str] | None = None
