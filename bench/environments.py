"""Virtual environments to measure in: pipegen as a user installs it, and each peer alone."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[1]
BUILD = ROOT / "build" / "bench"
PEERS = {
    "wurzel": ("wurzel==3.3.1",),
    "argo": ("wurzel[argo]==3.3.1", "hera==7.1.0"),  # apart: with Hera beside it, Wurzel starts more slowly
}
ENGINES = {
    "luigi": ("luigi==3.8.1",),
    "dagster": ("dagster==1.13.28",),
    "prefect": ("prefect==3.8.8", "fastapi<0.140"),
    "snakemake": ("snakemake==9.16.3",),
    "dvc": ("dvc==3.67.1",),
}


def pipegen_venv() -> Path:
    """pipegen from this checkout with its core dependencies; installed anew each time."""
    venv = _venv("pipegen")
    _run("tools/install.sh", str(venv), "--reinstall-package", "pipegen-compiler", ".")
    return venv


def peer_venv(name: str) -> Path:
    """Peers from PyPI."""
    return _installed(name, PEERS[name])


def engine_venv(name: str) -> Path:
    """An engine from PyPI."""
    return _installed(name, ENGINES[name])


def _installed(name: str, requirements: Sequence[str]) -> Path:
    venv = _venv(name)
    stamp = venv / f".installed-{'-'.join(requirements)}"
    if not stamp.exists():
        _run("tools/install.sh", str(venv), *requirements)
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
