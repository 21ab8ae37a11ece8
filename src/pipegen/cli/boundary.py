"""The one place that turns errors into text and exit codes.

0 is done, 1 means that the answer is no, 2 that the input is wrong.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial

from pipegen.cli.commands import COMMANDS, load
from pipegen.errors import PipegenError

DONE, NO, WRONG, INTERRUPTED = 0, 1, 2, 130


def run(words: Sequence[str]) -> int:
    """Carry out a command line; returns the exit code."""
    gc.set_threshold(100_000)  # a command is short: collecting costs more than it frees
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them is a tenth of `generate`
    try:
        _call(words)()
    except SystemExit as end:
        return _code(end.code)
    except PipegenError as error:
        from pipegen.cli.render import show

        show(error.diagnostics)
        return WRONG
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader of our output has left, as `head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return DONE


def _call(words: Sequence[str]) -> Callable[[], object]:
    """What a line calls: our function with its arguments, or Typer for anything but a plain, right line."""
    if words and words[0] in COMMANDS and "--help" not in words and "_PIPEGEN_COMPLETE" not in os.environ:
        from pipegen.cli.words import read

        function, rest = load(words[0]), words[1:]
        if isinstance(function, Mapping) and rest:
            function, rest = function.get(rest[0], function), rest[1:]
        if not isinstance(function, Mapping):
            given = read(function, rest)
            if given is not None:
                return partial(function, **given)
    from pipegen.cli.typed import root

    return partial(root().main, args=list(words), prog_name="pipegen", standalone_mode=True)


def _code(code: object) -> int:
    if code is None:
        return DONE
    return code if isinstance(code, int) else NO
