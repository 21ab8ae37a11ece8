"""Real Airflows, each in an environment of its own: made when they are first needed, and kept until their list changes.

With uv, from the lists `airflow-2.txt` and `airflow-3.txt` beside this file; their databases are SQLite files.
"""

from __future__ import annotations

import fcntl
import functools
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest

HERE = Path(__file__).parent
KEPT = Path(__file__).parents[3] / "build" / "airflow"
UV = Path(sys.executable).with_name("uv")


@dataclass(frozen=True, slots=True)
class Airflow:
    """An Airflow with a home of its own."""

    bin: Path
    home: Path
    env: Mapping[str, str]

    def call(self, *words: str, env: Mapping[str, str] | None = None) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / words[0]), *words[1:]],
            cwd=self.home,
            env={**self.env, **(env or {})},
            capture_output=True,
            text=True,
            check=False,
            timeout=900,
        )

    @contextmanager
    def playing(self, folder: Path, env: Mapping[str, str] | None = None) -> Iterator[Player]:
        """An Airflow that has read a folder of DAGs and runs some of them."""
        here = {**self.env, "AIRFLOW__CORE__DAGS_FOLDER": str(folder), **(env or {})}
        command = [str(self.bin / "python"), str(HERE / "play.py"), str(folder)]
        said = self.home / f"play-{folder.parent.name}.txt"
        with (
            said.open("w", encoding="utf-8") as errors,
            subprocess.Popen(
                command, cwd=self.home, env=here, stdin=PIPE, stdout=PIPE, stderr=errors, text=True
            ) as process,
        ):
            try:
                player = Player(process, said)
                player.found = player.answer()
                yield player
                assert process.stdin is not None
                process.stdin.close()
            except BaseException:
                process.kill()
                raise


@dataclass(slots=True)
class Player:
    """A process that runs DAGs one after the other."""

    process: subprocess.Popen[str]
    errors: Path
    found: Any = None  # what it says about the files: errors, warnings, and how long each took

    def run(self, dag_id: str, conf: str = "") -> Any:
        assert self.process.stdin is not None
        self.process.stdin.write(f"{dag_id}={conf}\n")
        self.process.stdin.flush()
        return self.answer()

    def answer(self) -> Any:
        assert self.process.stdout is not None
        seen: list[str] = []
        for line in self.process.stdout:
            if line.startswith("::{"):
                return json.loads(line[2:])
            seen.append(line)
        raise AssertionError("".join(seen)[-3000:] + self.errors.read_text(encoding="utf-8")[-3000:])


def started(version: str, home: Path) -> Airflow:
    """An Airflow with an empty database."""
    folder = environment(version) / "bin"
    env = {
        "PATH": f"{folder}:{Path(sys.executable).parent}:/usr/bin:/bin",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "dags"),
        "AIRFLOW__CORE__UNIT_TEST_MODE": "False",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
    }
    airflow = Airflow(folder, home, env)
    made = airflow.call("airflow", "db", "migrate")
    assert made.returncode == 0, made.stdout + made.stderr
    return airflow


@functools.cache
def environment(version: str) -> Path:
    """The environment with this Airflow; the test is skipped where its packages cannot be had."""
    listed = HERE / f"airflow-{version}.txt"
    digest = hashlib.sha256(listed.read_bytes() + sys.version.encode()).hexdigest()[:16]
    path = KEPT / f"{version}-{digest}"
    if not (path / "done").exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        with (KEPT / f"lock-{version}").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # of several test processes one installs and the others wait
            if not (path / "done").exists():
                _install(path, listed)
    return path


def _install(path: Path, listed: Path) -> None:
    _uv("venv", "--quiet", "--clear", "--python", sys.executable, str(path))
    _uv("pip", "install", "--quiet", "--python", str(path / "bin" / "python"), "--requirements", str(listed))
    (path / "done").touch()


def _uv(*words: str) -> None:
    done = subprocess.run(
        [str(UV), *words], env=dict(os.environ), capture_output=True, text=True, check=False
    )
    if done.returncode:
        pytest.skip(f"this Airflow cannot be installed here: {done.stderr[-500:]}")
