"""The command line: one command per file; errors become text and exit codes here and nowhere else."""

from __future__ import annotations

import sys


def main() -> None:
    """The `pipegen` command."""
    words = sys.argv[1:]
    if words[:1] in (
        ["exec"],
        ["fingerprint"],
    ):  # called by machines, thousands of times: nothing else is loaded
        from pipegen.runtime import entry

        sys.exit(entry.main(words))
    from pipegen.cli import boundary

    sys.exit(boundary.run(words))
