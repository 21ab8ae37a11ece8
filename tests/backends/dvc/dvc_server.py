"""A process that has DVC loaded and forks for each command line: half of every call is loading it.

It reads one JSON object a line (folder, words, env, out, err) and answers with the exit code.
"""

from __future__ import annotations

import json
import os
import sys
import warnings
from importlib import import_module
from typing import Any, NoReturn

_LOADED = (
    *("dvc.cli", "dvc.cli.parser", "dvc.repo", "dvc.repo.reproduce", "dvc.repo.index", "dvc.stage.cache"),
    *("dvc.render.match", "dvc.schema", "dvc.utils.serialize", "dvc.utils.strictyaml", "dvc.repo.push"),
    *("dvc.repo.pull", "dvc.repo.checkout", "networkx", "pygtrie", "dulwich.repo", "pygit2", "git"),
)


def serve() -> None:
    """Answer until the tests close our input."""
    warnings.simplefilter("ignore")
    for name in _LOADED:
        import_module(name)
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _run(json.loads(line))
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


def _run(request: dict[str, Any]) -> NoReturn:
    """Become the command."""
    os.chdir(request["folder"])
    os.environ.clear()
    os.environ.update(request["env"])
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    for number, path in ((1, request["out"]), (2, request["err"])):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), number)
    sys.argv = ["dvc", *request["words"]]
    from dvc.cli import main

    code = main(request["words"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code & 0xFF)


if __name__ == "__main__":
    serve()
