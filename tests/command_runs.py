"""Run the real command and hold what it said; the process is forked from one that has pipegen loaded."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_SERVER = Path(__file__).with_name("command_server.py")
# What a person's own shell may hold must not change what a command says.
PLAIN = {"PATH": os.environ.get("PATH", ""), "HOME": "/nonexistent", "NO_COLOR": "1", "LC_ALL": "C.UTF-8"}


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> object:
        """Its output as JSON."""
        return json.loads(self.out)


def pipegen(
    folder: Path, *words: str, env: Mapping[str, str] | None = None, loaded: tuple[str, ...] = ()
) -> Said:
    """`pipegen WORDS` called in a folder; `loaded` are slow modules that need not be imported each time."""
    server = _server(*loaded)
    assert server.stdin is not None and server.stdout is not None
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        request = {"folder": str(folder), "words": words, "env": {**PLAIN, **(env or {})}}
        server.stdin.write(json.dumps({**request, "out": str(out), "err": str(err)}) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return Said(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


@cache
def _server(*loaded: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-I", str(_SERVER), *loaded],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
