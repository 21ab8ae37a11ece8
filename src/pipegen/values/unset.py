"""The mark of a value that nobody gave; None is a value that somebody did give, to take one away."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Unset(Enum):
    """The type of UNSET, for annotations such as `str | None | Unset`."""

    UNSET = "unset"


UNSET: Final = Unset.UNSET
