"""`pipegen exec` in the list of commands; the command itself is `pipegen.runtime`, for its start-up."""

from __future__ import annotations

import sys


def exec() -> None:  # noqa: A001
    """Run one task; what every manifest calls."""
    from pipegen.runtime.exec import main

    raise SystemExit(main(sys.argv[2:]))


command = exec
