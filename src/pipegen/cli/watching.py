"""`generate --watch`: run the same command again whenever a file of the project is saved."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

from pipegen.cli import output
from pipegen.dsl.project import find

_INTERVAL = 0.3
_ENDINGS = {".py", ".yaml", ".yml", ".json", ".toml"}
_SKIPPED = {"node_modules", "__pycache__", "site-packages", "build", "dist"}


def run() -> int:
    """Watch until interrupted; each round is a fresh process, so that edited modules are read anew."""
    words = [word for word in sys.argv[1:] if word != "--watch"]
    root = find(Path.cwd()).root
    seen: dict[Path, int] | None = None
    output.talk("watching; Ctrl-C ends it")
    try:
        while True:
            now = _saved(root)
            if now != seen:
                subprocess.run([sys.executable, "-m", "pipegen", *words], check=False)
                now = _saved(root)
            seen = now
            time.sleep(_INTERVAL)
    except KeyboardInterrupt:
        return 0


def _saved(root: Path) -> dict[Path, int]:
    found: dict[Path, int] = {}
    waiting = [root]
    while waiting:
        try:
            entries = list(waiting.pop().iterdir())
        except OSError:
            continue
        for path in entries:
            if path.name.startswith(".") or path.name in _SKIPPED:
                continue
            try:
                if path.is_dir() and not path.is_symlink():
                    waiting.append(path)
                elif path.suffix in _ENDINGS:
                    found[path] = path.stat().st_mtime_ns
            except OSError:
                continue
    return found
