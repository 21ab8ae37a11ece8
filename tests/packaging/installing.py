"""Build pipegen and install it for real, as a user would."""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from uv import find_uv_bin

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    """What a finished command said."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Venv:
    """A virtual environment far from the repository."""

    path: Path

    def pipegen(self, *words: str, cwd: Path) -> Done:
        return run([self.path / "bin" / "pipegen", *words], cwd)

    def shell(self, command: str, *, cwd: Path) -> Done:
        """A line as a generated file has it, with this environment's commands first on PATH."""
        return run(["sh", "-c", command], cwd, PATH=f"{self.path / 'bin'}:{os.environ['PATH']}")

    def python(self, code: str, *, cwd: Path) -> Done:
        return run([self.path / "bin" / "python", "-c", code], cwd)


def run(words: Sequence[object], cwd: Path, **env: str) -> Done:
    """Run a command without anything of the test's own Python in its environment."""
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("PYTHON", "VIRTUAL_ENV"))}
    done = subprocess.run(
        [str(word) for word in words],
        cwd=cwd,
        env=clean | env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Done(done.returncode, done.stdout, done.stderr)


def ok(done: Done) -> Done:
    assert done.code == 0, f"exit code {done.code}\n{done.out}\n{done.err}"
    return done


def uv(*words: object, cwd: Path = ROOT) -> Done:
    return ok(run([find_uv_bin(), *words], cwd))


def build(folder: Path) -> None:
    """The wheel and the sdist, as they would be published."""
    uv("build", "--quiet", "--sdist", "--wheel", "--out-dir", folder)


def make_venv(path: Path, *install: object, python: str = sys.executable) -> Venv:
    uv("venv", "--quiet", "--python", python, path)
    uv("pip", "install", "--quiet", "--python", path / "bin" / "python", *install)
    return Venv(path)


def once(folder: Path, make: Callable[[], object]) -> Path:
    """Make something in a folder, once for all processes that run these tests."""
    done = folder.with_suffix(".done")
    with _lock(folder.with_suffix(".lock")):
        if not done.exists():
            make()
            done.touch()
    return folder


@contextmanager
def _lock(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
