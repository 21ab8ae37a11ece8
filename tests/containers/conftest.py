"""The engine and its images, a server for artifacts, and what DVC makes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest

from containers import images, s3_server
from containers.engine import Engine
from containers.fixtures import container_engine, packages_image, pipegen_image
from containers.flows_around import made_by_dvc
from containers.places import FLOWS, Artifacts, copied

__all__ = ["container_engine", "packages_image", "pipegen_image"]


@pytest.fixture(scope="session")
def s3() -> Iterator[Any]:
    """A client of an S3 server."""
    with s3_server.server() as client:
        yield client


@pytest.fixture(scope="session")
def flows_image(container_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> str:
    """The image of the pipelines in `project/`."""
    return images.of_project(container_engine, copied(FLOWS, tmp_path_factory.mktemp("flows")), "flows")


@pytest.fixture(scope="session")
def dvc(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Artifacts]:
    """What `dvc repro` makes of a pipeline in `project/`."""

    @cache
    def made(target: str) -> Artifacts:
        return made_by_dvc(target, tmp_path_factory.mktemp(target.replace("_", "-")))

    return made
