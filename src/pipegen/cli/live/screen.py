"""The lower end of a terminal: lines that stay scroll up, the few below them are written over in place.

Nothing is ever cleared and drawn again, only what differs is written, and each time in one piece: so nothing
flickers. The cursor stays visible behind the last line: there is nothing to restore when the run is killed.
"""

from __future__ import annotations

import os
import select
from collections.abc import Sequence

from pipegen.cli.live.words import Line

_REST = "\x1b[K"  # erases what an older line leaves behind a shorter one
_BELOW = "\x1b[J"


class Screen:
    """Writes to one terminal; when that is gone, to nothing."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._drawn: tuple[Line, ...] = ()
        self._columns = self.size()[0]
        self._gone = False

    def size(self) -> tuple[int, int]:
        """Columns and rows, as they are now."""
        try:
            found = os.get_terminal_size(self._handle)
        except OSError:
            return 80, 24
        return found.columns or 80, found.lines or 24

    def ready(self) -> bool:
        """Whether writing would not block: a terminal that Ctrl-S stopped must not stop the run."""
        try:
            return not self._gone and bool(select.select((), (self._handle,), (), 0)[1])
        except (OSError, ValueError):
            return False

    def show(self, above: Sequence[str], lines: Sequence[Line]) -> None:
        """Let `above` scroll up for good, and make the moving lines `lines`."""
        columns = self.size()[0]
        resized, self._columns = columns != self._columns, columns
        before, self._drawn = self._drawn, tuple(lines)
        parts = [_up(before, columns) + _BELOW if resized else _up(before)]
        if above or resized:
            parts += [f"{text}{_REST}\r\n" for text in above]
            parts.append("\r\n".join(f"{one.text}{_REST}" for one in lines))
        else:
            parts.append("\r\n".join(_changed(lines, before)))
        if len(above) + len(lines) < len(before):
            parts.append(_BELOW)
        self._write("".join(parts))

    def end(self, above: Sequence[str]) -> None:
        """Leave only what stays; the cursor is at the beginning of the next line."""
        self.show(above, ())

    def _write(self, text: str) -> None:
        """Past Python's buffer, which a child process would inherit and write again."""
        content = text.encode(errors="replace")
        while content and not self._gone:
            try:
                content = content[os.write(self._handle, content) :]
            except BlockingIOError:
                select.select((), (self._handle,), (), 1)
            except OSError:
                self._gone = True


def _up(before: Sequence[Line], columns: int | None = None) -> str:
    """To the beginning of the moving lines; where the window became narrower, it has wrapped them."""
    taken = sum(1 if columns is None else max(-(-one.cells // columns), 1) for one in before)
    return "\r" + (f"\x1b[{taken - 1}A" if taken > 1 else "")


def _changed(lines: Sequence[Line], before: Sequence[Line]) -> list[str]:
    """The lines to write, "" where the same stands there; the last one always, for what a key echoed there."""
    last = len(lines) - 1
    return [
        "" if at < min(len(before), last) and before[at] == one else f"{one.text}{_REST}"
        for at, one in enumerate(lines)
    ]
