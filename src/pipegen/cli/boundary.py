"""The one place that turns errors into text and exit codes: 0 done, 1 the answer is no, 2 the input is wrong."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence

from pipegen.errors import PipegenError

DONE, NO, WRONG, INTERRUPTED = 0, 1, 2, 130


def run(words: Sequence[str]) -> int:
    """Carry out a command line; returns the exit code."""
    from pipegen.cli.root import find

    command, name, rest = find(words)
    try:
        result = command.main(args=rest, prog_name=name, standalone_mode=True)
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
    return result if isinstance(result, int) else DONE


def _code(code: object) -> int:
    if code is None:
        return DONE
    return code if isinstance(code, int) else NO
