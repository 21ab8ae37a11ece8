"""A real pseudo-terminal with an emulator behind it: what a watcher writes becomes what a person would see."""

from __future__ import annotations

import fcntl
import os
import pty
import struct
import termios
from collections.abc import Iterator
from contextlib import contextmanager

import pyte

from pipegen.cli.live.screen import Screen
from pipegen.cli.live.view import Live
from pipegen.cli.paint import Paint


class Terminal:
    """What was written, what is shown now, and what has scrolled away."""

    def __init__(self, columns: int, rows: int) -> None:
        self.columns = columns
        self.ours, self.theirs = pty.openpty()
        self.screen = pyte.HistoryScreen(columns, rows, history=100_000)
        self._stream = pyte.ByteStream(self.screen)
        self.resize(columns, rows)
        os.set_blocking(self.ours, False)
        self.written: list[bytes] = []

    def resize(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.theirs, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self.screen.resize(rows, columns)
        self.columns = columns

    def read(self, _: float = 0) -> None:
        """Take what was written since, as one piece."""
        found = b""
        while True:
            try:
                found += os.read(self.ours, 1 << 20)
            except OSError:
                break
        self._stream.feed(found)
        self.written.append(found)

    def shown(self) -> list[str]:
        lines = [line.rstrip() for line in self.screen.display]
        while lines and not lines[-1]:
            lines.pop()
        return lines

    def scrolled(self) -> list[str]:
        above = self.screen.history.top
        return ["".join(line[at].data for at in range(self.columns)).rstrip() for line in above]

    def letters(self) -> list[list[object]]:
        """What is shown, with colours."""
        lines = [
            [self.screen.buffer[row][at] for at in range(self.columns)] for row in range(self.screen.lines)
        ]
        return lines[: len(self.shown())]

    def live(self, clock: object, *, colored: bool = True, utf8: bool = True) -> Live:
        return Live(Screen(self.theirs), Paint(colored, self.columns, True), utf8, clock)  # type: ignore[arg-type]

    def hang_up(self) -> None:
        """Close the terminal itself, as closing its window does."""
        if self.ours >= 0:
            os.close(self.ours)
            self.ours = -1


@contextmanager
def terminal(columns: int = 80, rows: int = 24) -> Iterator[Terminal]:
    made = Terminal(columns, rows)
    try:
        yield made
    finally:
        made.hang_up()
        os.close(made.theirs)
