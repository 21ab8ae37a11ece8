"""Builds Go programs when they are first needed, and keeps them until their sources change.

They are the validators of this folder, and kustomize and Helm from their own modules, in versions that
`layouts/go.mod` fixes. Those share the modules of Kubernetes with the validators, and what was compiled of them.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn

import pytest

HERE = Path(__file__).parent
KEPT = Path(__file__).parents[2] / "build" / "validators"


@dataclass(frozen=True, slots=True)
class Program:
    """What is built, and from where."""

    name: str
    sources: Path
    package: str = "."


VALIDATE = Program("validate", HERE / "go")
KUSTOMIZE = Program("kustomize", HERE / "layouts", "sigs.k8s.io/kustomize/kustomize/v5")
HELM = Program("helm", HERE / "layouts", "helm.sh/helm/v4/cmd/helm")


@functools.cache
def binary(wanted: Program = VALIDATE) -> Path:
    """The program, built now or before. Without Go, or without its modules, the test that asks is skipped."""
    path = KEPT / f"{wanted.name}-{_fingerprint(wanted.sources)}"
    if path.exists():
        return path
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several test processes one builds and the others wait
        if not path.exists():
            build(path, wanted)
    return path


def _fingerprint(sources: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(path for path in sources.rglob("*") if path.is_file()):
        digest.update(path.relative_to(sources).as_posix().encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def build(path: Path, wanted: Program = VALIDATE) -> None:
    """Build a program in place of the ones before it; skip the test where that is nobody's mistake."""
    go = shutil.which("go") or shutil.which("go", path="/usr/local/go/bin")
    if go is None:
        _unavailable("Go is not installed; see https://go.dev/doc/install")
    fetched = _run(wanted, go, "list", "-deps", wanted.package)  # downloads the modules that the build needs
    if fetched.returncode:
        _unavailable(f"the modules of {wanted.sources} cannot be had:\n{fetched.stderr}")
    unfinished = path.with_suffix(".new")
    built = _run(wanted, go, "build", "-trimpath", "-ldflags=-s -w", "-o", str(unfinished), wanted.package)
    if built.returncode:
        raise RuntimeError(f"{wanted.package} does not build in {wanted.sources}:\n{built.stderr}")
    for outdated in path.parent.glob(f"{wanted.name}-*[0-9a-f]"):
        outdated.unlink()
    unfinished.replace(path)


def _run(wanted: Program, go: str, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "CGO_ENABLED": "0", "GOFLAGS": "-buildvcs=false", "GOWORK": "off"}
    return subprocess.run(
        [go, *arguments], cwd=wanted.sources, env=environment, capture_output=True, text=True
    )


def _unavailable(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"no validators in CI: {reason}")
    pytest.skip(f"no validators: {reason}")
