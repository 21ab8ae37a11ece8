"""The program that runs containers: found, asked, and understood when it fails."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from pipegen.errors import Diagnostic, PipegenError

Kind = Literal["docker", "podman"]
_ANSWERS_WITHIN = 60.0
_PROBE: dict[Kind, str] = {
    "docker": "{{.ServerVersion}} {{.SecurityOptions}}",
    "podman": "ok rootless={{.Host.Security.Rootless}}",
}

# Variables that the program itself goes by: a task's own value of one must not reach it.
_ITS_OWN = """PATH HOME USER TMPDIR LD_LIBRARY_PATH LD_PRELOAD
DOCKER_HOST DOCKER_CONFIG DOCKER_CONTEXT DOCKER_TLS DOCKER_TLS_VERIFY DOCKER_CERT_PATH DOCKER_API_VERSION
DOCKER_BUILDKIT DOCKER_DEFAULT_PLATFORM BUILDAH_ISOLATION CONTAINER_HOST CONTAINER_CONNECTION CONTAINER_SSHKEY
CONTAINERS_CONF CONTAINERS_CONF_OVERRIDE CONTAINERS_STORAGE_CONF CONTAINERS_REGISTRIES_CONF REGISTRY_AUTH_FILE
STORAGE_DRIVER STORAGE_OPTS XDG_RUNTIME_DIR XDG_CONFIG_HOME XDG_DATA_HOME DBUS_SESSION_BUS_ADDRESS HTTP_PROXY
HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy GODEBUG GOMAXPROCS GOMEMLIMIT GOTRACEBACK"""
ITS_OWN = frozenset(_ITS_OWN.split())


@dataclass(frozen=True, slots=True)
class Client:
    """Docker or Podman; `rootless` when it runs without root's rights."""

    program: str
    kind: Kind
    rootless: bool

    def ask(
        self, *words: str, env: Mapping[str, str] | None = None, timeout: float | None = None
    ) -> tuple[int, str, str]:
        """The exit code, the output and the complaints of one of its commands."""
        done = subprocess.run(
            [self.program, *words],
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=timeout,
            check=False,
        )
        return done.returncode, _text(done.stdout), _text(done.stderr)

    def image_id(self, image: str) -> str | None:
        """What an image that is here is called by its content; None when it is not here."""
        code, said, _ = self.ask("image", "inspect", "--format", "{{.Id}}", image)
        return said.strip() if code == 0 else None


def find(engine: Kind | None) -> Client:
    """The engine that is asked for, or the first that answers; PipegenError says why there is none."""
    kinds: Sequence[Kind] = [engine] if engine is not None else ["docker", "podman"]
    reasons = []
    for kind in kinds:
        found = _probed(kind)
        if isinstance(found, Client):
            return found
        reasons.append(found)
    hint = "install podman, or start Docker's daemon"
    if engine is not None:
        hint = "start its daemon, or choose another engine" if shutil.which(engine) else f"install {engine}"
    raise PipegenError(Diagnostic("PG730", f"no container engine answers: {'; '.join(reasons)}", None, hint))


def _probed(kind: Kind) -> Client | str:
    """The engine when it answers, else why it does not."""
    program = shutil.which(kind)
    if program is None:
        return f"{kind} is not installed"
    client = Client(program, _flavour(program, kind), False)
    try:
        code, said, complaint = client.ask("info", "--format", _PROBE[client.kind], timeout=_ANSWERS_WITHIN)
    except subprocess.TimeoutExpired:
        return f"{kind} says nothing for {_ANSWERS_WITHIN:.0f} s"
    except OSError as error:
        return f"{kind} cannot be started: {(error.strerror or str(error)).lower()}"
    if code != 0 or not said.partition(" ")[0]:
        return f"{kind} says '{last_words(complaint) or f'exit code {code}'}'"
    return Client(program, client.kind, "rootless=true" in said or "name=rootless" in said)


def _flavour(program: str, kind: Kind) -> Kind:
    """What is called docker may be podman in truth."""
    if kind == "podman":
        return kind
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, timeout=_ANSWERS_WITHIN, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return kind
    return "podman" if b"podman" in said.stdout.lower() else kind


def last_words(complaint: str) -> str:
    """The line that says what went wrong, without what every such line begins with."""
    lines = [line.strip() for line in complaint.splitlines() if line.strip() and not _is_advice(line)]
    return _bare(lines[-1])[:300] if lines else ""


def _is_advice(line: str) -> bool:
    return line.startswith(("See 'docker", "Run 'docker", "errors pretty printing"))


def _bare(line: str) -> str:
    for start in ("docker: ", "Error: ", "ERROR: ", "Error response from daemon: "):
        line = line.removeprefix(start)
    return line.rstrip(".")


def passed_on(variables: Mapping[str, str], flag: str = "--env") -> Iterator[str]:
    """Options that hand on variables by name, so that no value shows in a list of processes."""
    for name, value in variables.items():
        yield f"{flag}={name}={value}" if name in ITS_OWN else f"{flag}={name}"


def by_environment(variables: Mapping[str, str]) -> dict[str, str]:
    """What the program must have in its own environment for that."""
    return {name: value for name, value in variables.items() if name not in ITS_OWN}


def _text(said: bytes) -> str:
    return said.decode(errors="replace")
