"""Podman, for the tests of the runner `docker`."""

from __future__ import annotations

from containers.fixtures import container_engine, packages_image, pipegen_image

__all__ = ["container_engine", "packages_image", "pipegen_image"]
