"""The image that tasks run in: found, pulled, or built once from its content."""

from __future__ import annotations

import fcntl
import os
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipegen.engine.runners.docker.client import Client, by_environment, last_words, passed_on
from pipegen.engine.runners.docker.config import DockerConfig
from pipegen.engine.runners.docker.context import content_hash
from pipegen.errors import Diagnostic, PipegenError
from pipegen.runtime.fingerprint import hidden_folder

_SHORT = 16


def ready_image(client: Client, config: DockerConfig, root: Path) -> str:
    """The id of the image, which is on this machine when this returns."""
    if config.image is not None:
        return _pulled(client, config.image, config.pull)
    assert config.dockerfile is not None and config.context is not None
    return _built(client, config, config.dockerfile, config.context, root)


def _pulled(client: Client, image: str, pull: str) -> str:
    found = client.image_id(image) if pull != "always" else None
    if found is not None:
        return found
    if pull == "never":
        message = f"the image '{image}' is not on this machine, and is not to be pulled"
        raise PipegenError(Diagnostic("PG731", message, None, "build or pull it, or leave out 'pull: never'"))
    _tell(f"pulling {image}")
    code, _, complaint = client.ask("pull", "--quiet", image)
    found = client.image_id(image) if code == 0 else None
    if found is None:
        message = f"the image '{image}' cannot be pulled: {last_words(complaint) or f'exit code {code}'}"
        hint = "check its name, and the login to its registry; or build it here, with 'dockerfile'"
        raise PipegenError(Diagnostic("PG731", message, None, hint))
    return found


def _built(client: Client, config: DockerConfig, dockerfile: Path, context: Path, root: Path) -> str:
    try:
        tag = f"pipegen-{content_hash(dockerfile, context, config.build_args)[:_SHORT]}"
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"the build context cannot be read: {reason}: {error.filename}"
        raise PipegenError(
            Diagnostic("PG732", message, None, "correct its permissions, or name it in .dockerignore")
        ) from None
    with _one_at_a_time(root, tag):
        found = client.image_id(tag) if config.pull != "always" else None
        return found or _build(client, config, tag, dockerfile, context, root)


def _build(
    client: Client, config: DockerConfig, tag: str, dockerfile: Path, context: Path, root: Path
) -> str:
    _tell(f"building the image {tag} from {dockerfile.name}")
    words = build_words(client, config, tag, dockerfile, context)
    code, said, complaint = client.ask(*words, env=by_environment(config.build_args))
    found = client.image_id(tag) if code == 0 else None
    if found is None:
        reason = last_words(complaint) or last_words(said) or f"exit code {code}"
        message = f"the image cannot be built from '{dockerfile.name}': {reason}"
        hint = f"see all that is said: {_by_hand(client, dockerfile, context, root)}"
        raise PipegenError(Diagnostic("PG732", message, None, hint))
    return found


def _by_hand(client: Client, dockerfile: Path, context: Path, root: Path) -> str:
    """The command for a person in the project's folder."""
    file, folder = (os.path.relpath(one, root) for one in (dockerfile, context))
    return shlex.join([client.kind, "build", "--file", file, folder])


def build_words(client: Client, config: DockerConfig, tag: str, dockerfile: Path, context: Path) -> list[str]:
    """The `build` command; an argument's value travels in the environment."""
    words = ["build", "--tag", tag, "--label", f"pipegen.image={tag}", "--file", str(dockerfile)]
    words += passed_on(config.build_args, "--build-arg")
    if client.kind == "podman":
        words.append(f"--pull={config.pull}")
    elif config.pull == "always":
        words.append("--pull")
    if config.network in ("host", "none"):
        words.append(f"--network={config.network}")
    return [*words, str(context)]


@contextmanager
def _one_at_a_time(root: Path, tag: str) -> Iterator[None]:
    """Of several runs that need the same image, one builds it."""
    with (hidden_folder(root) / f"{tag}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _tell(message: str) -> None:
    sys.stderr.write(f"pipegen: {message}\n")
    sys.stderr.flush()
