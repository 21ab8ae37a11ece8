"""Fixtures for tests that run containers; see `containers.engine`."""

from __future__ import annotations

import pytest

from containers import images
from containers.engine import Engine, engine


@pytest.fixture(scope="session")
def container_engine() -> Engine:
    """Podman with a store of its own."""
    return engine()


@pytest.fixture(scope="session")
def packages_image(container_engine: Engine) -> str:
    """An image with Python and wheels, pipegen's among them, to build others on."""
    return images.of_packages(container_engine)


@pytest.fixture(scope="session")
def pipegen_image(container_engine: Engine) -> str:
    """An image with pipegen, by the Dockerfile of `pipegen init`."""
    return images.of_pipegen(container_engine)
