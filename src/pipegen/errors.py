"""Errors as data: where something is wrong, what it is, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from pipegen.frozen import frozen

Severity = Literal["error", "warning"]


@frozen
class Origin:
    """A place in a file that the user wrote; the path is relative to the project where it can be."""

    file: str
    line: int = 0
    column: int = 0

    def __lt__(self, other: Origin) -> bool:
        return (self.file, self.line, self.column) < (other.file, other.line, other.column)

    def __str__(self) -> str:
        parts = [self.file, *(str(n) for n in (self.line, self.column) if n)]
        return ":".join(parts)


@frozen
class Related:
    """A second place that a reader needs to understand a diagnostic."""

    origin: Origin
    note: str


@frozen
class Diagnostic:
    """One thing that is wrong."""

    code: str
    message: str
    origin: Origin | None = None
    hint: str = ""
    related: tuple[Related, ...] = ()
    severity: Severity = "error"

    def __str__(self) -> str:
        place = f"{self.origin}: " if self.origin else ""
        hint = f" ({self.hint})" if self.hint else ""
        return f"{place}{self.severity}[{self.code}]: {self.message}{hint}"


class PipegenError(Exception):
    """Everything that was found wrong with what the user gave."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        self.diagnostics = in_order(diagnostics)
        super().__init__("\n".join(str(one) for one in self.diagnostics))


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place, then code, and say each thing once: the order does not depend on how it was found."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: (d.origin or Origin(""), d.code, d.message)))


def refuse(diagnostics: Iterable[Diagnostic]) -> None:
    """Raise everything at once when any of it is an error."""
    found = tuple(diagnostics)
    if any(one.severity == "error" for one in found):
        raise PipegenError(*found)


def suggest(word: str, known: Iterable[str]) -> str:
    """ "did you mean 'score'?", or what there is to choose from, or nothing."""
    import difflib  # only a mistake pays for it

    names = sorted(set(known))
    by_folded = {name.casefold(): name for name in names}
    close = difflib.get_close_matches(word.casefold(), by_folded, n=1, cutoff=0.6)
    if close:
        return f"did you mean '{by_folded[close[0]]}'?"
    if 0 < len(names) <= 12:
        return "there is " + ", ".join(f"'{name}'" for name in names)
    return ""
