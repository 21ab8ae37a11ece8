"""kill -9 at any moment: nothing half-written, shown as what it is, and it goes on from there."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from command_runs import PLAIN
from engine_project import Project

FLOW = """
    @step
    def make() -> Iterator[int]:
        for one in range(200):
            time.sleep(0.0001)
            yield one

    @step
    def files(numbers: list[int]) -> Path:
        folder = workdir() / "files"
        folder.mkdir()
        for one in numbers[:20]:
            (folder / f"{one}.txt").write_text("x" * 1000)
        return folder

    @step(retry=Retry(limit=2, backoff="0.01s"))
    def flaky(numbers: list[int]) -> int:
        if not Path("tried").exists():
            Path("tried").touch()
            raise RuntimeError("once")
        return sum(numbers)

    @step
    def end(files: Path, total: int) -> str:
        return f"{len(list(files.iterdir()))} {total}"

    numbers = make()
    flow = Pipeline("flow", end(files=files(numbers=numbers), total=flaky(numbers=numbers)))
"""


@pytest.mark.parametrize("seed", range(8))
def test_killed_at_25_moments(project: Project, seed: int) -> None:
    project.write(FLOW)
    words = [
        sys.executable,
        str(Path(__file__).with_name("killing.py")),
        str(project.folder),
        "25",
        str(seed),
    ]
    done = subprocess.run(words, env=PLAIN, capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stderr
    *problems, last = map(json.loads, done.stdout.splitlines())
    assert problems == []
    assert last["interrupted"] >= 3  # the others died too early, or too late
