"""A project under git and DVC, and real commands in it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

BIN = Path(sys.executable).parent


@dataclass(frozen=True, slots=True)
class Said:
    """How a command ended, and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return self.out + self.err

    @property
    def ran(self) -> list[str]:
        """The stages that ran, without the one that looks for changed settings."""
        started = re.findall(r"^Running stage '(?:.*:)?([^':]*)':\n> (.*)", self.text, re.MULTILINE)
        return [name for name, command in started if "pipegen fingerprint" not in command]


@dataclass(frozen=True)
class Repository:
    """A folder with a project in it; `env` is on top of an environment that is the same everywhere."""

    path: Path
    env: Mapping[str, str] = field(default_factory=dict)

    def write(self, **files: str) -> Repository:
        """Write files; `a__b_py` is a/b.py."""
        for name, text in files.items():
            self.put(re.sub(r"_(?=[a-z]+$)", ".", name.replace("__", "/")), text)
        return self

    def put(self, name: str, text: str) -> None:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")

    def read(self, name: str) -> str:
        return (self.path / name).read_text(encoding="utf-8")

    def run(self, *words: object, cwd: str = ".", **env: str) -> Said:
        command, environ = list(map(str, words)), {**self.environment(), **self.env, **env}
        if command[0] == "dvc":
            return _dvc(self.path / cwd, command[1:], environ)
        done = subprocess.run(
            command,
            cwd=self.path / cwd,
            env=environ,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def environment(self) -> dict[str, str]:
        own = self.path.parent / ".dvc-of-the-machine"
        kept = {
            key: value for key, value in os.environ.items() if key.startswith(("GIT_", "DVC_", "COVERAGE"))
        }
        return {
            **kept,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "HOME": str(own),
            "LC_ALL": "C.UTF-8",
            "DVC_GLOBAL_CONFIG_DIR": str(own),
            "DVC_SYSTEM_CONFIG_DIR": str(own),
            "DVC_SITE_CACHE_DIR": str(own / "site"),
        }

    def ok(self, *words: object, cwd: str = ".", **env: str) -> Said:
        said = self.run(*words, cwd=cwd, **env)
        assert said.code == 0, f"{words}: exit code {said.code}\n{said.out}\n{said.err}"
        return said

    def generate(self, *words: object, **env: str) -> Repository:
        self.ok("pipegen", "generate", "--backend", "dvc", *words, **env)
        return self

    def repro(self, *words: object, cwd: str = ".", **env: str) -> list[str]:
        """The stages that a `dvc repro` that succeeds runs."""
        return self.ok("dvc", "repro", *words, cwd=cwd, **env).ran

    def commit(self) -> None:
        self.ok("git", "add", "--all")
        self.ok("git", "commit", "--quiet", "--message", "all")

    def copy(self, name: str = "copy") -> Repository:
        target = self.path.parent / name
        shutil.copytree(self.path, target, symlinks=True)
        return Repository(target, self.env)

    def clone(self, name: str = "clone") -> Repository:
        self.ok("git", "clone", "--quiet", ".", f"../{name}")
        return Repository(self.path.parent / name, self.env)

    def snapshot(self, folder: str = ".") -> dict[str, tuple[bytes, float]]:
        """Every file with its content and time, to see that nothing was touched."""
        return {
            str(file.relative_to(self.path)): (file.read_bytes(), file.stat().st_mtime)
            for file in sorted((self.path / folder).rglob("*"))
            if file.is_file()
        }


def _dvc(folder: Path, words: Sequence[str], environ: Mapping[str, str]) -> Said:
    """A command of DVC, in a fork of a process that has DVC loaded."""
    server = _server()
    assert server.stdin is not None and server.stdout is not None
    with tempfile.TemporaryDirectory() as place:
        out, err = Path(place, "out"), Path(place, "err")
        request = {"folder": str(folder), "words": words, "env": environ, "out": str(out), "err": str(err)}
        server.stdin.write(json.dumps(request) + "\n")
        server.stdin.flush()
        code = int(server.stdout.readline())
        return Said(code, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


@cache
def _server() -> subprocess.Popen[str]:
    words = [sys.executable, "-I", str(Path(__file__).with_name("dvc_server.py"))]
    return subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
