"""Lengths of time and sizes as people read them."""

from __future__ import annotations


def span(seconds: float) -> str:
    """So many seconds: "4 ms", "12.3 s", "1m 05s", "2h 05m"."""
    if seconds < 0.0995:
        return f"{max(seconds, 0.0) * 1000:.0f} ms"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes}m {rest:02}s"
    return f"{minutes // 60:,}h {minutes % 60:02}m"


def whole(seconds: float) -> str:
    """The same without parts of seconds, for what still goes on."""
    return span(seconds) if seconds >= 60 else f"{max(int(seconds), 0)} s"


def size(count: int) -> str:
    """So many bytes: "312 B", "4.2 KB", "1.0 GB"."""
    if count < 1000:
        return f"{count} B"
    amount = float(count)
    for unit in ("KB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:,.1f} TB"
