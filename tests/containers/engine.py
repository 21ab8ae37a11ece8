"""Podman with a store of its own: images and containers of the tests, apart from those of the machine.

    def test_something(container_engine: Engine, pipegen_image: str) -> None:
        ended = container_engine.run(pipegen_image, "--version")
        assert ended.code == 0, ended.log

`containers.fixtures` has the fixtures; a conftest.py elsewhere imports them from there:

    from containers.fixtures import container_engine, pipegen_image  # noqa: F401

- `container_engine` is this Engine. Without podman, or without root, the test that asks is skipped; in CI it
  fails, for such tests have the mark `engine`.
- `pipegen_image` is the name of an image made by the Dockerfile of `pipegen init`: pipegen and nothing else in
  it, `pipegen` as the entry point, user 1000. `packages_image` is what that builds on: Python, pip, a shell, and
  wheels (pipegen's of this source tree among them) in a folder from which pip and uv install, with no network.
- `images.of_project(engine, folder)` builds a user's project by its Dockerfile, which is written when it has none.
- A program that starts podman by itself gets `container_engine.environment`, which is all it needs to find the
  same store: images made here, no registry, limits that work on this machine.

Images are kept in ~/.cache/pipegen-tests/ and made anew when what is in them changes. Containers have no network unless
they are given one (`network="host"`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from fcntl import LOCK_EX, flock
from pathlib import Path
from typing import NoReturn

import pytest

KEPT = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "pipegen-tests" / "containers"
PREFIX = "localhost/pipegen-tests"  # every image of ours

_CONTAINERS_CONF = """\
[containers]
default_ulimits = ["nofile=1024:1024", "nproc=10000:10000"]
log_driver = "k8s-file"

[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
lock_type = "file"
runtime = "runc"
tmp_dir = "{run}/libpod"
"""
_STORAGE_CONF = """\
[storage]
driver = "{driver}"
graphroot = "{store}"
runroot = "{run}/storage"
"""
_REGISTRIES_CONF = "unqualified-search-registries = []\n"  # nothing is ever pulled


@dataclass(frozen=True, slots=True)
class Ended:
    """A container, or a command of the engine, that ended."""

    code: int
    out: str
    err: str

    @property
    def log(self) -> str:
        return self.out + self.err


@dataclass(frozen=True, slots=True)
class Engine:
    """Podman, told where to keep its things."""

    program: str
    folder: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    def podman(self, *words: object, check: bool = True, timeout: float = 300) -> Ended:
        """A command of podman; one that fails fails the test unless `check` is False."""
        done = subprocess.run(
            [self.program, *map(str, words)],
            cwd=self.folder,  # where conmon leaves a file when memory has run out
            env={**os.environ, **self.environment},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        ended = Ended(
            done.returncode, done.stdout.decode(errors="replace"), done.stderr.decode(errors="replace")
        )
        assert ended.code == 0 or not check, f"podman {' '.join(map(str, words))}: {ended.code}\n{ended.log}"
        return ended

    def run(
        self,
        image: str,
        *words: str,
        options: Sequence[str] = (),
        env: Mapping[str, str] | None = None,
        volumes: Mapping[str, Path] | None = None,
        network: str = "none",
        timeout: float = 120,
    ) -> Ended:
        """Run a container until it ends; it is removed then. `volumes` is path in the container: folder here."""
        more = [f"--env={name}={value}" for name, value in (env or {}).items()]
        more += [f"--volume={source}:{path}" for path, source in (volumes or {}).items()]
        flags = [
            "--rm",
            "--pull=never",
            "--log-driver=none",
            f"--network={network}",
            f"--timeout={timeout:.0f}",
        ]
        return self.podman("run", *flags, *more, *options, image, *words, check=False, timeout=timeout + 30)

    def build(self, folder: Path, tag: str, *options: str, **arguments: str) -> str:
        """Build an image from the Dockerfile of a folder."""
        more = [f"--build-arg={name}={value}" for name, value in arguments.items()]
        self.podman(
            "build", "--pull=never", "--network=none", f"--tag={tag}", *more, *options, folder, timeout=600
        )
        return tag

    def has(self, image: str) -> bool:
        return self.podman("image", "exists", image, check=False).code == 0

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Of several test processes, one makes an image while the others wait for it."""
        with (self.folder / "lock").open("w") as lock:
            flock(lock, LOCK_EX)
            yield


def engine() -> Engine:
    """The engine; where there can be none, the test that asks is skipped."""
    program = shutil.which("podman")
    if program is None:
        return _unavailable("podman is not installed (Debian: apt-get install podman runc)")
    if os.geteuid() != 0:
        return _unavailable("only root may run containers here")
    said = []
    for driver in ("overlay", "vfs"):  # the second works anywhere, slowly
        found = Engine(program, KEPT, _configured(KEPT, driver))
        info = found.podman("info", check=False)
        if info.code == 0:
            return found
        said.append(info.log)
    return _unavailable("podman does not work here:\n" + "\n".join(said))


def _configured(folder: Path, driver: str) -> dict[str, str]:
    """Podman's files in a folder, and the variables that name them."""
    name = hashlib.sha256(bytes(folder)).hexdigest()[:12]
    run = Path("/run/pipegen-tests") / name  # what must not outlive a restart of the machine
    files = {
        "CONTAINERS_CONF": ("containers.conf", _CONTAINERS_CONF),
        "CONTAINERS_STORAGE_CONF": ("storage.conf", _STORAGE_CONF),
        "CONTAINERS_REGISTRIES_CONF": ("registries.conf", _REGISTRIES_CONF),
    }
    for made in (folder, run):
        made.mkdir(parents=True, exist_ok=True)
    for path, text in files.values():
        unfinished = folder / f"{path}.{os.getpid()}"
        unfinished.write_text(text.format(run=run, store=folder / "store", driver=driver), encoding="utf-8")
        unfinished.replace(folder / path)
    return {variable: str(folder / path) for variable, (path, _) in files.items()}


def _unavailable(reason: str) -> NoReturn:
    if os.environ.get("CI") == "true":
        pytest.fail(f"no containers in CI: {reason}")
    pytest.skip(f"no containers: {reason}")
