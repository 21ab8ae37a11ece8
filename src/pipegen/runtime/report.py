"""A diagnostic as plain lines, for a log that no terminal renders."""

from __future__ import annotations

from pipegen.errors import Diagnostic


def plain(one: Diagnostic) -> str:
    """`error[PG301]: message`, the place, and the hint, on lines of their own."""
    lines = [f"{one.severity}[{one.code}]: {one.message}"]
    if one.origin is not None:
        lines.append(f"  --> {one.origin}")
    if one.hint:
        lines.append(f"  hint: {one.hint}")
    lines += [f"  {related.origin}: {related.note}" for related in one.related]
    return "\n".join(lines)
