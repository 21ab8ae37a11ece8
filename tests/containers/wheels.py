"""Wheels for images: pipegen's own from this source tree, and the others in the versions that the tests run with.

The same versions on both sides make the same bytes; with wheels at hand an image is built without a network.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[2]
EXTRAS = ("pandas",)  # of pipegen, for which images have wheels too
TOOLS = ("pip", "uv")  # what a Dockerfile installs with


def others(kept: Path) -> Path:
    """The folder with the wheels that pipegen needs, downloaded once."""
    exact = sorted(_closure(requirements()))
    folder = kept / f"wheels-{_short(sys.version, *exact)}"
    if not folder.exists():
        unfinished = folder.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(parents=True)
        _download(unfinished, exact)
        for outdated in kept.glob("wheels-*[0-9a-f]"):
            shutil.rmtree(outdated)
        unfinished.rename(folder)
    return folder


def _closure(wanted: Iterable[str]) -> Iterator[str]:
    """What is installed here of what is wanted and of what that needs, with versions."""
    found: set[str] = set()
    waiting = [_name(one) for one in wanted]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        found.add(name)
        try:
            yield f"{name}=={version(name)}"
        except PackageNotFoundError:  # for another system or Python
            continue
        waiting += [_name(one) for one in requires(name) or () if "extra ==" not in one]


def _name(requirement: str) -> str:
    return re.split(r"[^A-Za-z0-9._-]", requirement.strip(), maxsplit=1)[0]


def requirements() -> list[str]:
    """What pipegen requires, some of its extras included."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    return [
        *project["dependencies"],
        *(one for name in EXTRAS for one in project["optional-dependencies"][name]),
    ]


def _download(folder: Path, exact: Iterable[str]) -> None:
    pip = ["--python", sys.executable, "--with", "pip", "python", "-m", "pip", "download", "--quiet"]
    how = ["--disable-pip-version-check", "--only-binary=:all:", "--no-cache-dir", "--no-deps"]
    _uv("run", "--quiet", "--no-project", *pip, *how, f"--dest={folder}", *exact, *TOOLS)


def pipegen(kept: Path) -> Path:
    """pipegen's wheel, built anew when its sources have changed."""
    folder = kept / f"pipegen-{_sources()}"
    if not folder.exists():
        unfinished = folder.with_suffix(".new")
        shutil.rmtree(unfinished, ignore_errors=True)
        _uv("build", "--quiet", "--wheel", "--out-dir", str(unfinished), str(ROOT))
        for outdated in kept.glob("pipegen-*[0-9a-f]"):
            shutil.rmtree(outdated)
        unfinished.rename(folder)
    return next(folder.glob("*.whl"))


def _sources() -> str:
    paths = (path for top in ("src", "templates") for path in sorted((ROOT / top).rglob("*")))
    files = [path for path in (ROOT / "pyproject.toml", *paths) if path.is_file() and path.suffix != ".pyc"]
    return _short(
        *(f"{path.relative_to(ROOT)} {hashlib.sha256(path.read_bytes()).hexdigest()}" for path in files)
    )


def _short(*made_of: str) -> str:
    return hashlib.sha256("\n".join(made_of).encode()).hexdigest()[:12]


def _uv(*words: str) -> None:
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run([find_uv_bin(), *words], env=clean, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"uv {' '.join(words)}\n{done.stdout}\n{done.stderr}"
