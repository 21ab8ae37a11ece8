"""One API server for all tests that need one, in whatever process they run, and a namespace for each test."""

from __future__ import annotations

import contextlib
import fcntl
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from apiserver import Cluster, Place, running

PROJECT = Path(__file__).with_name("project")


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Iterator[Cluster]:
    """The first test process that needs the server starts it, and stops it when no other one uses it."""
    own = tmp_path_factory.getbasetemp()
    shared = (own if worker_id == "master" else own.parent) / "cluster"
    shared.mkdir(exist_ok=True)
    with (shared / "users").open("w") as users, contextlib.ExitStack() as server:
        port = shared / "port"
        with _locked(shared / "starting"):
            fcntl.flock(users, fcntl.LOCK_SH)
            starts = not port.exists()
            if starts:
                folder = tmp_path_factory.mktemp("server")
                found = server.enter_context(running(folder))
                port.write_text(f"{found.port} {folder}")
        number, _, folder_name = port.read_text().partition(" ")
        yield Cluster(Path(folder_name), int(number), worker_id)
        if starts:
            fcntl.flock(users, fcntl.LOCK_UN)
            fcntl.flock(users, fcntl.LOCK_EX)  # when the last of the others is done
            with _locked(shared / "starting"):
                port.unlink()


@contextlib.contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture
def place(cluster: Cluster, tmp_path: Path) -> Place:
    """A copy of the project, and an empty namespace."""
    folder = tmp_path / "acme"
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("__pycache__"))
    return Place(cluster, folder, cluster.namespace())
