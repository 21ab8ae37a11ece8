"""Virtual environments to measure in: pipegen as a user installs it, and each peer alone."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "bench"
PEERS = {
    "wurzel": ("wurzel==3.3.1",),
    "argo": ("wurzel[argo]==3.3.1", "hera==7.1.0"),  # apart: with Hera beside it, Wurzel starts more slowly
}


def pipegen_venv() -> Path:
    """pipegen from this checkout with its core dependencies; installed anew each time."""
    venv = _venv("pipegen")
    _run("tools/install.sh", str(venv), "--reinstall-package", "pipegen-compiler", ".")
    return venv


def peer_venv(name: str) -> Path:
    """Peers from PyPI."""
    venv = _venv(name)
    stamp = venv / f".installed-{'-'.join(PEERS[name])}"
    if not stamp.exists():
        _run("tools/install.sh", str(venv), *PEERS[name])
        stamp.touch()
    return venv


def _venv(name: str) -> Path:
    venv = BUILD / name
    if not (venv / "pyvenv.cfg").exists():
        BUILD.mkdir(parents=True, exist_ok=True)
        _run("tools/venv.sh", str(venv))
    return venv


def _run(script: str, *words: str) -> None:
    subprocess.run([ROOT / script, *words], cwd=ROOT, env=os.environ, check=True)
