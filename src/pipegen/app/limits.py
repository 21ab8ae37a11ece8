"""How much history is to stay, as a command line says it."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pipegen.engine.history.garbage import Limits
from pipegen.errors import Diagnostic, refuse
from pipegen.units import duration_error, seconds

_SIZE = r"([0-9]{1,15}(?:\.[0-9]{1,15})?) ?([kKMGT]?)(i?)([bB]?)"
_UNITS = {unit: power for power, unit in enumerate(("", "K", "M", "G", "T"))}


def limits(keep: int | None, older_than: str | None, max_size: str | None) -> Limits:
    """PipegenError lists all that cannot be used."""
    refuse(_wrong(keep, older_than, max_size))
    return Limits(
        keep,
        seconds(older_than) if older_than is not None else None,
        size(max_size) if max_size is not None else None,
    )


def size(text: str) -> int:
    """The bytes in "500MB", "10GB" or "2GiB"; ValueError when it is no size."""
    match = re.fullmatch(_SIZE, text)
    if match is None or (match[3] and not match[2]):
        raise ValueError(f"'{text}' is not a size")
    has_unit = match[2] or match[4]
    if not has_unit and float(match[1]):  # 10 that is meant as 10 GB would delete all there is
        raise ValueError(f"'{text}' has no unit")
    return int(float(match[1]) * (1024 if match[3] else 1000) ** _UNITS[match[2].upper()])


def _wrong(keep: int | None, older_than: str | None, max_size: str | None) -> Iterator[Diagnostic]:
    if keep is not None and keep < 0:
        yield Diagnostic("PG713", f"--keep {keep}: no fewer than 0 runs can be kept", None, "write --keep 20")
    if older_than is not None and duration_error(older_than):
        yield Diagnostic(
            "PG713", f"--older-than: '{older_than}' is not a duration", None, "write it like 30d or 12h"
        )
    if max_size is not None:
        try:
            size(max_size)
        except ValueError as error:
            yield Diagnostic("PG713", f"--max-size: {error}", None, "write it like 500MB or 10GB")
