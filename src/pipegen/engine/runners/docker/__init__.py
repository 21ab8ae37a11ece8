"""The runner `docker`: each attempt at a task in a container of its own, by Docker or Podman."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from pipegen.engine.runners.docker.client import find
from pipegen.engine.runners.docker.config import DockerConfig
from pipegen.engine.runners.docker.images import ready_image
from pipegen.engine.runners.docker.session import DockerSession


class DockerRunner:
    """Runs tasks in containers."""

    name: ClassVar[str] = "docker"
    summary: ClassVar[str] = "containers, by Docker or Podman"
    config: ClassVar[type[DockerConfig]] = DockerConfig

    def open(self, config: DockerConfig, root: Path) -> DockerSession:
        client = find(config.engine)
        return DockerSession(client, config, ready_image(client, config, root), root)
