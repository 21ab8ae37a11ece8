"""The command line: one command per file; errors become text and exit codes here and nowhere else."""

from __future__ import annotations

import gc
import sys


def main() -> None:
    """The `pipegen` command."""
    words = sys.argv[1:]
    if words[:1] == ["exec"]:  # the start of every pod: nothing else is loaded
        from pipegen.runtime.exec import main as execute

        sys.exit(execute(words[1:]))
    # A command is short and makes little garbage: looking for it costs more than it frees, at the end as well.
    gc.set_threshold(100_000)
    from pipegen.cli import boundary

    code = boundary.run(words)
    gc.freeze()
    sys.exit(code)
