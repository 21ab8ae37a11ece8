"""`generate --watch`: run the same command again whenever a file of the project is saved."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from pipegen.app.loading import project_of
from pipegen.cli import output
from pipegen.emit.files import MARK

_INTERVAL = 0.3
_ENDINGS = {".py", ".yaml", ".yml", ".json", ".toml"}
_SKIPPED = {"node_modules", "__pycache__", "site-packages", "build", "dist"}

Saved = dict[Path, int]


def run(target: str | None, more: Sequence[Path] = ()) -> int:
    """Watch a target's project and `more` files until interrupted.

    Each round is a fresh process, so that edited modules are read anew, and a mistake ends the round alone.
    """
    words = [word for word in sys.argv[1:] if word != "--watch"]
    root = project_of(target).root
    seen: Saved | None = None
    output.talk("watching; Ctrl-C ends it")
    try:
        while True:
            now = _saved(root, more)
            if now != seen:
                subprocess.run([sys.executable, "-m", "pipegen", *words], check=False)
                seen = _without_own(now, _saved(root, more))
            time.sleep(_INTERVAL)
    except KeyboardInterrupt:
        return 0


def _without_own(before: Saved, after: Saved) -> Saved:
    """What was seen before a round, but for the files that it wrote; an edit made meanwhile is seen next."""
    own = {path: at for path, at in after.items() if before.get(path) != at and _is_generated(path)}
    return {**before, **own}


def _is_generated(path: Path) -> bool:
    try:
        return MARK in path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False


def _saved(root: Path, more: Iterable[Path]) -> Saved:
    """When each file was saved last."""
    found: Saved = {}
    for path in (*_files(root), *more):
        try:
            found[path] = path.stat().st_mtime_ns
        except OSError:
            continue
    return found


def _files(root: Path) -> Iterator[Path]:
    waiting = [root]
    while waiting:
        try:
            entries = list(waiting.pop().iterdir())
        except OSError:
            continue
        for path in entries:
            if path.name.startswith(".") or path.name in _SKIPPED:
                continue
            if path.is_dir() and not path.is_symlink():
                waiting.append(path)
            elif path.suffix in _ENDINGS:
                yield path
