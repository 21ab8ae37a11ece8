"""The Pythons of this machine that pipegen runs on, each with an environment that has it installed."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
MINORS = range(11, 15)
_ASK = "import sys; print(sys.version_info[1] if sys.version_info[0] == 3 else 0, sys.executable)"


@cache
def pythons() -> dict[str, str]:
    """Version to the interpreter of an environment with pipegen; the one that runs this test among them."""
    own = f"3.{sys.version_info[1]}"
    found = {own: sys.executable}
    for path in _candidates():
        minor, executable = _answer(path)
        if minor in MINORS and f"3.{minor}" not in found:
            found[f"3.{minor}"] = _environment(f"3.{minor}", executable)
    return dict(sorted(found.items()))


def _candidates() -> Iterator[str]:
    for minor in MINORS:
        path = shutil.which(f"python3.{minor}")
        if path:
            yield path
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from (str(path) for path in sorted(root.glob("versions/3.*/bin/python3")))
    yield from (
        str(path) for path in sorted(Path.home().glob(".local/share/uv/python/cpython-3*/bin/python3"))
    )


def _answer(path: str) -> tuple[int, str]:
    """The minor version of an interpreter, 0 when it does not start: a shim may stand for nothing."""
    done = subprocess.run([path, "-c", _ASK], capture_output=True, text=True, check=False)
    minor, _, executable = done.stdout.strip().partition(" ") if done.returncode == 0 else ("0", "", "")
    return int(minor), executable


def _environment(version: str, executable: str) -> str:
    """Made once for each state of pyproject.toml, and kept with what else is built."""
    state = hashlib.sha256((ROOT / "pyproject.toml").read_bytes()).hexdigest()[:8]
    folder = ROOT / "build" / "pythons" / f"{version}-{state}"
    folder.parent.mkdir(parents=True, exist_ok=True)
    python = folder / "bin" / "python"
    with folder.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "ready").exists():
            _uv("venv", "--quiet", "--clear", "--python", executable, folder)
            _uv("pip", "install", "--quiet", "--python", python, "--editable", ROOT)
            (folder / "ready").touch()
    return str(python)


def _uv(*words: object) -> None:
    done = subprocess.run(
        [find_uv_bin(), *map(str, words)], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stderr
