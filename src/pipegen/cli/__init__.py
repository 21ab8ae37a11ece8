"""The command line: one command per file; errors become text and exit codes here and nowhere else."""

from __future__ import annotations

import sys


def main() -> None:
    """The `pipegen` command."""
    words = sys.argv[1:]
    if words[:1] == ["exec"]:  # the start of every pod: nothing else is loaded
        from pipegen.runtime.exec import main as execute

        sys.exit(execute(words[1:]))
    from pipegen.cli import boundary

    sys.exit(boundary.run(words))
