"""How a slot comes to life: as a fork of this process, or as an interpreter of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from pipegen.dsl.project import find
from pipegen.engine.artifacts import Artifacts
from pipegen.engine.places import Places
from pipegen.engine.slot import serve
from pipegen.engine.warming import Steps, warm

REHEARSALS = "rehearsals"  # a folder beside those of the slots


@dataclass(frozen=True, slots=True)
class Forked:
    """A slot that shares all that this process has imported. Only for a process with a single thread."""

    artifacts: Artifacts
    steps: Steps

    def __call__(self, theirs: socket.socket, private: list[int]) -> int:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        pid = os.fork()
        if pid:
            return pid
        code = 1
        try:
            for descriptor in private:
                os.close(descriptor)
            os.chdir(self.artifacts.places.root)
            serve(theirs, self.artifacts, self.steps)
            code = 0
        except BaseException:
            sys.excepthook(*sys.exc_info())
        finally:
            os._exit(code)


@dataclass(frozen=True, slots=True)
class Spawned:
    """A slot that starts from nothing: for a process with threads, whose fork could hang."""

    artifacts: Artifacts
    entrypoints: tuple[str, ...]
    work: Path

    def __call__(self, theirs: socket.socket, private: list[int]) -> int:
        root = str(self.artifacts.places.root)
        setup = json.dumps([theirs.fileno(), root, self.entrypoints, str(self.work)])
        words = [sys.executable, "-m", "pipegen.engine.starting", setup]
        process = subprocess.Popen(words, pass_fds=[theirs.fileno()], cwd=self.artifacts.places.root)
        process.returncode = 0  # `Slots` waits for it
        return process.pid


def main(setup: str) -> None:
    """The life of a slot that was started from nothing."""
    descriptor, root, entrypoints, work = json.loads(setup)
    project = find(Path(root))
    steps = warm(entrypoints, project, Path(work, f"{REHEARSALS}.{os.getpid()}"))
    serve(socket.socket(fileno=descriptor), Artifacts(Places(project.root)), steps)


if __name__ == "__main__":
    main(sys.argv[1])
