"""A project whose tasks run in containers, and what the engine does with the commands of a session."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from containers.engine import Engine

from pipegen.engine.configs import RUNNERS, load
from pipegen.engine.runners.contract import Call, Command, Session
from pipegen.engine.runners.docker.session import container_name
from pipegen.ir import Resources

STEPS = '''
import os
import sys
import time
from pathlib import Path

from pipegen import Settings, Step


class LookSettings(Settings):
    token: str = ""
    code: int = 0


class Look(Step):
    """Say what a task sees."""

    settings: LookSettings

    def run(self) -> dict[str, object]:
        if self.settings.code:
            raise SystemExit(self.settings.code)
        seen = {name: os.environ.get(name) for name in ("A", "LOOK__TOKEN", "BUILT_WITH", "PATH")}
        return {**seen, "token": self.settings.token, "uid": os.getuid(), "cwd": os.getcwd()}


class Read(Step):
    def run(self, seen: dict[str, object]) -> list[str]:
        return sorted(seen)


class Wait(Step):
    """Write a dot now and then, for ever."""

    def run(self) -> None:
        beat = Path(os.environ["BEAT"])
        while True:
            with beat.open("a") as file:
                file.write(".")
            time.sleep(0.05)
'''


@dataclass(frozen=True, slots=True)
class Ended:
    code: int
    log: str


@dataclass(frozen=True, slots=True)
class Workshop:
    """A project, with podman to run its tasks in."""

    root: Path
    engine: Engine
    image: str

    def open(self, **config: Any) -> Session:
        """The runner's session; without an image of its own, the project's code is in pipegen's."""
        if not {"image", "dockerfile"} & set(config):
            config = {"image": self.image, "code": "project", **config}
        found = load(RUNNERS, "docker", {"pull": "never", "network": "none", **config}, root=self.root)
        session: Session = found.plugin.open(found.config, self.root)
        return session

    def call(self, step: str = "Look", attempt: int = 1, **more: Any) -> Call:
        """An attempt at a step, with inputs as `reads` and variables as they are given."""
        name = more.pop("name", step.lower())
        writes = self.root / ".work" / f"{name}.{attempt}"
        writes.mkdir(parents=True, exist_ok=True)
        reads: Mapping[str, Path] = more.pop("reads", {})
        words = ["exec", f"steps:{step}", "--name", name, "--out", str(writes / "out")]
        words += [word for key, path in reads.items() for word in ("--in", f"{key}={path}")]
        return Call(
            run="20261120-120000-aaaaaa",
            task=name,
            attempt=attempt,
            words=tuple(words),
            variables=more.pop("variables", {}),
            root=self.root,
            reads=tuple(reads.values()),
            writes=writes,
            resources=Resources(**more) if more else None,
        )

    def inspect(self, call: Call) -> dict[str, Any]:
        """What the engine says of the container of a call."""
        found: dict[str, Any] = json.loads(self.engine.podman("inspect", container_name(call)).out)[0]
        return found

    def is_there(self, call: Call) -> bool:
        return self.engine.podman("container", "exists", container_name(call), check=False).code == 0

    def remove(self, call: Call) -> None:
        self.engine.podman("rm", "--force", "--time=0", container_name(call), check=False)


def run(command: Command) -> Ended:
    """Start a command and wait for it."""
    done = subprocess.run(
        command.argv,
        env={**command.env},
        cwd=command.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=120,
    )
    return Ended(done.returncode, done.stdout)


def start(command: Command) -> subprocess.Popen[bytes]:
    """Start a command at the head of a process group, as a slot of the engine does."""
    return subprocess.Popen(
        command.argv,
        env={**command.env},
        cwd=command.cwd,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def signal_all(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    os.killpg(process.pid, number)


def wait_until(true: Callable[[], bool], within: float = 60) -> None:
    deadline = time.monotonic() + within
    while not true():
        assert time.monotonic() < deadline, "it never happened"
        time.sleep(0.05)


def artifact(call: Call) -> Any:
    """The data that a task handed on."""
    return json.loads((call.writes / "out" / "data.json").read_text(encoding="utf-8"))
