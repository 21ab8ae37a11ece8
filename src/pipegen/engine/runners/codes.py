"""What can be wrong when a runner gets ready."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG730": (
        "no container engine answers",
        "The runner `docker` needs Docker or Podman, installed and running. Without `engine` in its config, the "
        "first of the two that answers is taken. Install one, start Docker's daemon, or say which with `engine`.",
    ),
    "PG731": (
        "image that cannot be had",
        "The image is not on this machine, and it could not be pulled: its name is misspelt, the registry asks for "
        "a login, or `pull: never` forbids it. What the engine said stands in the message.",
    ),
    "PG732": (
        "image that cannot be built",
        "Building the image from its Dockerfile failed. The last lines of the build say where; the same command "
        "can be run by hand, as the message shows it.",
    ),
    "PG733": (
        "command of a runner that is not there",
        "The program that a runner is to start is not installed, or not on PATH: the first word of `prefix`, or "
        "the shell. Install it, or correct the config.",
    ),
}
