"""Runs a pipeline again and again, kills the engine at some moment of each run, and looks at what is left.

    python killing.py FOLDER ROUNDS SEED

Prints a line of JSON for each thing that is not as it should be, and how many runs were cut short at the end.
"""

from __future__ import annotations

import io
import json
import os
import random
import shutil
import signal
import sqlite3
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import redirect_stdout
from pathlib import Path

from pipegen.app.running import run as warm  # noqa: F401 - imported once, for all the forks
from pipegen.cli import boundary
from pipegen.errors import PipegenError
from pipegen.runtime.manifest import FILE, sha256
from pipegen.runtime.manifest_json import load_manifest
from pipegen.runtime.verify import verify

HOME = Path(".pipegen")


def started(words: Sequence[str]) -> int:
    """A fork that runs a command of pipegen, without a word."""
    pid = os.fork()
    if pid == 0:
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        os._exit(boundary.run(words))
    return pid


def code_of(pid: int) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


def artifacts() -> dict[str, str]:
    """The digest of each task's last artifact."""
    return {link.name: link.resolve().name for link in sorted((HOME / "latest").glob("*/[!.]*"))}


def half_written() -> Iterator[str]:
    """Whatever looks finished and is not."""
    for folder in (HOME / "artifacts").glob("??/*"):
        try:
            verify(folder, load_manifest(folder), "")
        except PipegenError as error:
            yield f"artifact: {error.diagnostics[0].message}"
        if sha256(folder / FILE) != folder.name:
            yield f"artifact {folder.name} goes by a wrong name"
    for entry in (HOME / "cache").glob("??/[!.]*"):
        digest = entry.read_text().strip()
        if not (HOME / "artifacts" / digest[:2] / digest).is_dir():
            yield f"cache entry {entry.name} leads nowhere"
    if (HOME / "history.db").exists():
        connection = sqlite3.connect(HOME / "history.db")
        ((found,),) = connection.execute("pragma integrity_check").fetchall()
        connection.close()
        if found != "ok":
            yield f"history: {found}"


def statuses() -> list[str]:
    out = io.StringIO()
    with redirect_stdout(out):
        boundary.run(["runs", "list", "--json"])
    return [one["status"] for one in json.loads(out.getvalue())]


def left_running() -> list[str]:
    here, found = Path.cwd(), []
    for path in Path("/proc").glob("[0-9]*"):
        try:
            if (path / "cwd").readlink() == here and int(path.name) != os.getpid():
                found.append((path / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def killed_once(longest: float) -> bool:
    """Start a run, and kill it at some moment; whether it was cut short."""
    pid = started(["run", "flow.py", "-q"])
    time.sleep(random.uniform(0, longest))
    os.kill(pid, signal.SIGKILL)
    return code_of(pid) != 0


def one_round(longest: float, expected: dict[str, str]) -> Iterator[str]:
    shutil.rmtree(HOME)
    cut = killed_once(longest)
    for _ in range(100):
        if not left_running():
            break
        time.sleep(0.05)
    else:
        yield f"left running: {left_running()}"
    yield from half_written()
    known = statuses() if (HOME / "history.db").exists() else []
    if cut and known not in ([], ["INTERRUPTED"], ["SUCCESS"]):
        yield f"shown as {known}"
    again = ["run", "--resume", "last", "flow.py"] if known == ["INTERRUPTED"] else ["run", "flow.py"]
    code = code_of(started(again))
    if code != 0:
        yield f"{' '.join(again)} ended with {code}"
    if artifacts() != expected:
        yield f"other artifacts: {artifacts()}"
    yield from half_written()
    if known == ["INTERRUPTED"]:
        cuts.append(1)


cuts: list[int] = []


def main(folder: str, rounds: str, seed: str) -> None:
    os.chdir(folder)
    random.seed(int(seed))
    began = time.monotonic()
    code_of(started(["run", "flow.py", "-q"]))
    longest, expected = time.monotonic() - began, artifacts()
    for number in range(int(rounds)):
        for problem in one_round(longest, expected):
            print(json.dumps({"round": number, "problem": problem}))
    print(json.dumps({"interrupted": len(cuts)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
