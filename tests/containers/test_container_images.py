"""The image that `pipegen init --dockerfile` describes, built and run."""

from __future__ import annotations

import pytest

from containers.engine import Engine
from pipegen import __version__

pytestmark = pytest.mark.engine


def test_the_image_of_a_project_is_pipegen_itself(container_engine: Engine, pipegen_image: str) -> None:
    said = container_engine.run(pipegen_image, "--version")
    assert (said.code, said.out) == (0, f"pipegen {__version__}\n"), said.log
