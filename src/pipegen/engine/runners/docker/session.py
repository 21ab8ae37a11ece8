"""The commands that run tasks in containers."""

from __future__ import annotations

import hashlib
import os
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

from pipegen.engine.runners.contract import Call, Command, Traits
from pipegen.engine.runners.docker.client import Client, by_environment, passed_on
from pipegen.engine.runners.docker.config import DockerConfig
from pipegen.engine.runners.fields import place
from pipegen.units import quantity

# Hands through the exit code; what the engine means by its own codes is the last line of the log. The shell
# waits when it is asked to end, for the engine's program passes that on to the container.
_RUN = """\
ended=
trap 'ended=1' TERM INT HUP
"$@"
code=$?
case $code$ended in
125) echo "pipegen: the container was not started: see above" >&2 ;;
126) echo "pipegen: the container was not started, or "{called}" cannot be run in it: see above" >&2 ;;
127) echo "pipegen: there is no "{called}" in the image: see 'executable'" >&2 ;;
137) echo "pipegen: the container was killed; when nobody did so, it needs more than its 'memory'" >&2 ;;
esac
exit $code
"""
_LONGEST_NAME = 40


class DockerSession:
    """Runs each attempt in a container of its own, from an image that is there."""

    def __init__(self, client: Client, config: DockerConfig, image: str, root: Path) -> None:
        self.client, self.config, self.image, self.root = client, config, image, root
        self.traits = Traits(place=place(f"image {image}", env_vars=config.env_vars))

    def command(self, call: Call) -> Command:
        config = self.config
        variables = {**config.env_vars, **call.variables}
        first, *rest = config.executable
        run = [
            *(self.client.program, "run", "--name", container_name(call), "--pull=never"),
            *_labels(call),
            *self._options(),
            *self._limits(call),
            *self._identity(),
            *self._mounts(call),
            *passed_on(variables),
            *config.engine_args,
            *("--entrypoint", first, self.image, *rest, *self._words(call)),
        ]
        argv = (
            "/bin/sh",
            "-c",
            self._access(call) + _RUN.format(called=shlex.quote(shlex.quote(first))),
            "pipegen",
            *run,
        )
        return Command(argv, {**os.environ, **by_environment(variables)}, self.root)

    def ending(self, call: Call) -> Command | None:
        """A container outlives the program that started it, so it is killed by its name."""
        end = ["rm", "--force"] if self.config.remove else ["kill"]
        if self.client.kind == "podman" and self.config.remove:
            end.append("--time=0")
        return Command((self.client.program, *end, container_name(call)), dict(os.environ), self.root)

    def timeout(self) -> float | None:
        return float(self.config.timeout)

    def close(self) -> None:
        pass

    def _words(self, call: Call) -> tuple[str, ...]:
        """What stands behind `pipegen`; an image has the project somewhere else than this machine."""
        words = list(call.words)
        if self.config.code == "image" and "--root" in words:
            place = words.index("--root")
            del words[place : place + 2]
        return tuple(words)

    def _options(self) -> Iterator[str]:
        config = self.config
        if config.remove:
            yield "--rm"
        if config.network is not None:
            yield f"--network={config.network}"
        if config.working_dir is not None or config.code == "project":
            yield f"--workdir={config.working_dir or self.root}"

    def _limits(self, call: Call) -> Iterator[str]:
        """What a task may use: what the config says, or else what the task asks for."""
        config, asked = self.config, call.resources
        cpu: float | None = config.cpu
        if cpu is None and asked is not None and asked.cpu is not None:
            cpu = min(quantity(asked.cpu), float(os.cpu_count() or 1))  # more than there is, engines refuse
        if cpu is not None:
            yield f"--cpus={cpu:g}"
        memory = config.memory
        if memory is None and asked is not None and asked.memory is not None:
            memory = str(int(quantity(asked.memory)))
        if memory is not None:
            yield f"--memory={memory}"
        gpus = config.gpus or (str(asked.gpu) if asked is not None and asked.gpu else None)
        yield from _gpus(self.client, gpus)

    def _identity(self) -> Iterator[str]:
        """The user: the caller, so that what tasks write is the caller's."""
        if self.config.user is not None:
            yield f"--user={self.config.user}"
        elif self.client.kind == "docker" and self.client.rootless:
            yield "--user=0:0"  # which is the caller outside
        else:
            if self.client.rootless:
                yield "--userns=keep-id"
            yield f"--user={os.getuid()}:{os.getgid()}"

    def _mounts(self, call: Call) -> Iterator[str]:
        if self.config.code == "project":
            yield _mount(self.root, read_only=True)
        for one in dict.fromkeys(call.reads):
            yield _mount(one, read_only=True)
        yield _mount(call.writes)
        yield from (f"--volume={one}" for one in self.config.volumes)

    def _access(self, call: Call) -> str:
        """Another user than the caller must be let into the folder that is written to."""
        return "" if self.config.user is None else f"chmod 0777 {shlex.quote(str(call.writes))}\n"


def container_name(call: Call) -> str:
    """A name for this attempt alone, on this machine, in which a reader sees the task."""
    exact = "\0".join((str(call.root), call.run, call.task, str(call.attempt)))
    near = re.sub(r"[^a-zA-Z0-9_.-]+", "-", call.task, flags=re.ASCII)[:_LONGEST_NAME]
    return f"pipegen-{near}-{call.attempt}-{hashlib.sha256(exact.encode()).hexdigest()[:12]}"


def _labels(call: Call) -> Iterator[str]:
    for name, value in (("run", call.run), ("task", call.task), ("attempt", call.attempt)):
        yield f"--label=pipegen.{name}={value}"


def _mount(path: Path, *, read_only: bool = False) -> str:
    """A folder under its own path; as comma-separated values, for a path may hold a comma or a colon."""
    fields = ["type=bind", f"source={path}", f"target={path}", *(["readonly"] if read_only else [])]
    return "--mount=" + ",".join(map(_csv, fields))


def _csv(field: str) -> str:
    return '"' + field.replace('"', '""') + '"' if "," in field or '"' in field else field


def _gpus(client: Client, gpus: str | None) -> Iterator[str]:
    if gpus in (None, "none"):
        return
    assert gpus is not None
    if client.kind == "docker":
        yield f'--gpus="{gpus}"' if "," in gpus else f"--gpus={gpus}"
        return
    listed = gpus.removeprefix("device=").split(",") if gpus.startswith("device=") else None
    for one in listed or (["all"] if gpus == "all" else map(str, range(int(gpus)))):
        yield f"--device=nvidia.com/gpu={one}"
