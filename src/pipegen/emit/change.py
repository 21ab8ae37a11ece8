"""Files before they are written, and what writing them would change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from pipegen.frozen import frozen


@frozen
class File:
    """A file to be written; `merge(existing, text)` makes room in a file that others write too."""

    path: str
    text: str
    merge: Callable[[str, str], str] | None = None


@frozen
class Change:
    """What becomes of one file; `before` is None where there is none yet."""

    path: str
    before: str | None
    after: str

    @property
    def kind(self) -> Literal["new", "changed", "same"]:
        if self.before is None:
            return "new"
        return "same" if self.before == self.after else "changed"
