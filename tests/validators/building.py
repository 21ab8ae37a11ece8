"""Builds the Go program of this folder when it is first needed, and keeps it until its sources change."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
from pathlib import Path
from typing import NoReturn

import pytest

SOURCES = Path(__file__).with_name("go")
KEPT = Path(__file__).parents[2] / "build" / "validators"


@functools.cache
def binary() -> Path:
    """The program, built now or before. Without Go, or without its modules, the test that asks is skipped."""
    program = KEPT / f"validate-{_fingerprint()}"
    if program.exists():
        return program
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several test processes one builds and the others wait
        if not program.exists():
            build(program)
    return program


def _fingerprint() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in SOURCES.rglob("*") if path.is_file()):
        digest.update(path.relative_to(SOURCES).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def build(program: Path) -> None:
    """Build the program in place of the ones before it; skip the test where that is nobody's mistake."""
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        _unavailable("Go is not installed; see https://go.dev/doc/install")
    fetched = _run(go, "list", "-deps", ".")  # downloads the modules that the build needs
    if fetched.returncode:
        _unavailable(f"the modules of {SOURCES} cannot be had:\n{fetched.stderr}")
    unfinished = program.with_suffix(".new")
    built = _run(go, "build", "-trimpath", "-ldflags=-s -w", "-o", str(unfinished), ".")
    if built.returncode:
        raise RuntimeError(f"{SOURCES} does not build:\n{built.stderr}")
    for outdated in program.parent.glob("validate-*[0-9a-f]"):
        outdated.unlink()
    unfinished.replace(program)


def _run(go: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", "GOWORK": "off"}
    return subprocess.run([go, *arguments], cwd=SOURCES, env=environment, capture_output=True, text=True)


def _unavailable(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"no validators in CI: {reason}")
    pytest.skip(f"no validators: {reason}")
