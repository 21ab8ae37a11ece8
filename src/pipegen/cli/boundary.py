"""The one place that turns errors into text and exit codes.

0 is done, 1 means that the answer is no, 2 that the input is wrong.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from errno import ENOSPC
from functools import partial
from io import TextIOWrapper
from pathlib import Path

from pipegen.cli.commands import COMMANDS, load
from pipegen.errors import Diagnostic, PipegenError

DONE, NO, WRONG, INTERRUPTED = 0, 1, 2, 130


def run(words: Sequence[str]) -> int:
    """Carry out a command line; returns the exit code."""
    for stream in (sys.stdout, sys.stderr):  # a letter that the terminal lacks is no reason to stop
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
    code = DONE
    try:
        code = _ended(words)
        sys.stdout.flush()
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        nowhere = os.open(os.devnull, os.O_WRONLY)
        for stream in (sys.stdout, sys.stderr):
            os.dup2(nowhere, stream.fileno())
    except OSError as error:
        if error.errno != ENOSPC or error.filename is not None:
            raise
        code = _unwritten(error)
    except KeyboardInterrupt:
        return INTERRUPTED
    return code


def _unwritten(error: OSError) -> int:
    """There is no room where stdout leads to."""
    from pipegen.cli.render import show

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    message = f"the output cannot be written: {(error.strerror or str(error)).lower()}"
    show([Diagnostic("PG198", message, None, "free some space, or write to another place")])
    return WRONG


def _ended(words: Sequence[str]) -> int:
    call: Callable[[], object] | None = None
    try:
        call = _call(words)
        call()
    except SystemExit as end:
        return DONE if end.code is None else end.code if isinstance(end.code, int) else NO
    except PipegenError as error:
        from pipegen.cli.render import show

        show(error.diagnostics, _root(call))
        return WRONG
    except Exception as error:
        if not _is_explained(error, _root(call)):
            raise
        return WRONG
    return DONE


def _is_explained(error: Exception, root: Path | None) -> bool:
    """Whether a library failed us because a file of the user's is in its place, and that was said."""
    from pipegen.cli.render import show
    from pipegen.dsl.project import find
    from pipegen.dsl.shadowing import hidden_library

    found = hidden_library(error, find(root or Path.cwd()))
    if found is not None:
        show([found], root)
    return found is not None


def _root(call: Callable[[], object] | None) -> Path | None:
    """The folder that the places in diagnostics are relative to."""
    given = call.keywords if isinstance(call, partial) else {}
    if "target" not in given:
        return None
    from pipegen.app.loading import project_of

    try:
        return project_of(given["target"]).root
    except PipegenError:
        return None


def _call(words: Sequence[str]) -> Callable[[], object]:
    """What a line calls: our function with its arguments."""
    if not words or words[0].startswith("-") or "_PIPEGEN_COMPLETE" in os.environ or _asks_help(words):
        return _by_typer(words)
    name, function, rest = _found(words)
    if isinstance(function, Mapping):
        return _by_typer([*words, "--help"])
    from pipegen.cli.words import read

    given = read(function, rest)
    if given is not None:
        return partial(function, **given)
    from pipegen.cli.mistakes import mistakes

    wrong = tuple(mistakes(name, function, rest))
    if wrong:
        raise PipegenError(*wrong)
    return _by_typer(words)


def _asks_help(words: Sequence[str]) -> bool:
    before = words[: list(words).index("--")] if "--" in words else words
    return "--help" in before or "-h" in before


def _found(
    words: Sequence[str],
) -> tuple[str, Callable[..., object] | Mapping[str, Callable[..., object]], Sequence[str]]:
    """The command that a line names, by its whole name, and the words after it."""
    name, rest = words[0], words[1:]
    if name not in COMMANDS:
        raise PipegenError(_unknown(name, list(COMMANDS)))
    function = load(name)
    if not isinstance(function, Mapping) or not rest:
        return name, function, rest
    if rest[0] not in function:
        raise PipegenError(_unknown(rest[0], list(function), name))
    return f"{name} {rest[0]}", function[rest[0]], rest[1:]


def _unknown(word: str, known: Sequence[str], group: str = "") -> Diagnostic:
    from pipegen.cli.mistakes import unknown_command

    return unknown_command(word, known, group)


def _by_typer(words: Sequence[str]) -> Callable[[], object]:
    from pipegen.cli.typed import parse

    return parse(words)
