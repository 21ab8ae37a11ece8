"""What a terminal shows while a pipeline runs: a view that moves, plain lines, or nothing."""

from __future__ import annotations

import os
import sys
from typing import TextIO

from pipegen.engine.events import Watcher


def watchers(*, quiet: bool, streamed: bool) -> list[Watcher]:
    """The one that fits, and beside it what shows the output of tasks, when that is wanted."""
    if quiet or not streamed:
        return [watcher(quiet=quiet)]
    from pipegen.cli.live.plain import Lines
    from pipegen.cli.live.stream import Streamed

    return [Streamed(sys.stderr), Lines(sys.stderr)]  # what a task wrote comes before the line about its end


def watcher(*, quiet: bool = False, stream: TextIO | None = None) -> Watcher:
    """The one that fits the stream, which is stderr: a live view on a terminal, lines anywhere else.

    `quiet` is for -q and --json, where only the result is wanted.
    """
    stream = sys.stderr if stream is None else stream
    if quiet:
        from pipegen.cli.live.plain import Silent

        return Silent()
    if _moves(stream):
        from pipegen.cli.live.view import Live

        return Live.on(stream)
    from pipegen.cli.live.plain import Lines

    return Lines(stream)


def _moves(stream: TextIO) -> bool:
    """Whether it is a terminal whose cursor can be moved; the log of a CI job is none, whatever it claims."""
    try:
        terminal = stream.isatty()
    except ValueError:  # closed
        return False
    return terminal and os.environ.get("TERM") != "dumb" and os.environ.get("CI", "") in ("", "false", "0")
