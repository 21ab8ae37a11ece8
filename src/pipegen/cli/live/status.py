"""The last line of the live view: a bar, how many tasks have ended, and how the others stand."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.cli.live.tally import Tally
from pipegen.cli.live.words import Line, line
from pipegen.cli.paint import Paint
from pipegen.engine.events import BY_SIGNAL
from pipegen.engine.spans import whole

_WIDEST_BAR, _NARROWEST_BAR = 30, 8


def status_line(tally: Tally, seconds: float, room: int, paint: Paint, utf8: bool) -> Line:
    """As much as fits: first how far it is, then failures, then the time, the rest, and a bar in what is left."""
    done = f"{tally.ended:,}/{tally.total:,}"
    facts = [("place", done), *_facts(tally, whole(seconds))]
    used = len(done)
    kept = facts[:1]
    for colour, text in facts[1:]:
        if used + 2 + len(text) > room:
            break
        kept.append((colour, f"  {text}"))
        used += 2 + len(text)
    width = min(room - used - 1, _WIDEST_BAR)
    bar = [*_bar(tally, width, utf8), ("", " ")] if width >= _NARROWEST_BAR else []
    return line([*bar, *kept], room, paint)


def _facts(tally: Tally, time: str) -> Iterator[tuple[str, str]]:
    """What is worth saying, the most important first."""
    counts = tally.counts
    if tally.stopping:
        yield "warning", "stopping"
        if tally.stopping == BY_SIGNAL:
            yield "warning", "Ctrl-C ends it at once"
    if counts["FAILED"]:
        yield "error", f"{counts['FAILED']:,} failed"
    yield "", time
    said = (("running", len(tally.running)), ("waiting", len(tally.waiting)))
    for word, count in (*said, ("cached", counts["CACHED"]), ("skipped", counts["SKIPPED"])):
        if count:
            yield "dim" if word in ("cached", "skipped") else "", f"{count:,} {word}"


def _bar(tally: Tally, width: int, utf8: bool) -> Iterator[tuple[str, str]]:
    full, empty = ("█", "░") if utf8 else ("#", ".")
    share = width * tally.ended // tally.total if tally.total else width
    colour = "gone" if tally.counts["FAILED"] else "new"
    yield colour, full * share
    yield "dim", empty * (width - share)
