"""The engine and its images, a server for artifacts, and what DVC makes."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from fcntl import LOCK_EX, flock
from typing import Any

import pytest
from moto_server import moto_server

from containers import images
from containers.engine import Engine
from containers.fixtures import container_engine, packages_image, pipegen_image
from containers.flows_around import made_by_dvc
from containers.places import FLOWS, Artifacts, copied

__all__ = ["container_engine", "packages_image", "pipegen_image"]


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """A client of an S3 server."""
    with moto_server() as server:
        yield server.client


@pytest.fixture(scope="session")
def flows_image(container_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The image of the pipelines in `project/`."""
    return images.of_project(container_engine, copied(FLOWS, tmp_path_factory.mktemp("flows")), "flows")


@pytest.fixture(scope="session")
def dvc(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Artifacts]:
    """What `dvc repro` makes of a pipeline in `project/`; run once for all processes of a parallel run."""
    mine = tmp_path_factory.getbasetemp()
    shared = mine.parent if "PYTEST_XDIST_WORKER" in os.environ else mine

    def made(target: str) -> Artifacts:
        folder = shared / f"dvc-{target}"
        folder.mkdir(exist_ok=True)
        with (folder / "lock").open("w") as lock:
            flock(lock, LOCK_EX)
            return made_by_dvc(target, folder)

    return made
