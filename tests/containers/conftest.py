"""The engine and its images, and what the tests of single backends have to read their documents with."""

from __future__ import annotations

import sys
from pathlib import Path

from containers.fixtures import container_engine, packages_image, pipegen_image

__all__ = ["container_engine", "packages_image", "pipegen_image"]

for backend in ("argo", "cronjob"):
    sys.path.append(str(Path(__file__).parents[1] / "backends" / backend))  # for `controller` and `kubelet`
