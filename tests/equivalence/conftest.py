"""Podman, and images of the examples, which other tests build as well."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import pytest
from containers import images
from containers.engine import Engine
from containers.fixtures import container_engine
from containers.places import ROOT, copied

__all__ = ["container_engine"]


@pytest.fixture(scope="session")
def image_of(container_engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The image of an example."""

    @cache
    def image(example: str) -> str:
        project = copied(ROOT / "examples" / example, tmp_path_factory.mktemp("image"))
        return images.of_project(container_engine, project, example)

    return image
