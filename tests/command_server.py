"""A process that has pipegen loaded and forks for each command line: fresh state at the price of a fork.

It reads one JSON object a line (folder, words, env, out, err) and answers with the exit code.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import sys
import traceback
from typing import Any, NoReturn

_LOADED = (
    "pydantic",
    "yaml",
    "pipegen.cli.boundary",
    "pipegen.cli.render",
    "pipegen.cli.typed",
    "pipegen.codes",
    "pipegen.dsl.settings",
    "pipegen.values.model",
)
_LONGEST = 60


def serve() -> None:
    """Answer until the tests close our input."""
    from importlib import import_module

    for name in (*_LOADED, *sys.argv[1:]):
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(request: dict[str, Any]) -> NoReturn:
    """Become the command; what it leaves unhandled ends as it would in an interpreter of its own."""
    signal.alarm(_LONGEST)
    _obey_permissions()
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in ((1, request["out"]), (2, request["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["pipegen", *request["words"]]
    code: object = 1
    try:
        from pipegen.cli import main

        main()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 1)


def _obey_permissions() -> None:
    """Root may read and write everything, and would never see what a file's permissions forbid."""
    if os.geteuid() != 0 or sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header = (ctypes.c_uint32 * 2)(0x20080522, 0)
    data = (ctypes.c_uint32 * 6)()
    libc.capget(header, data)
    for kind in (0, 1):  # effective, permitted
        data[kind] &= ~0b110  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
    assert libc.capset(header, data) == 0


if __name__ == "__main__":
    serve()
