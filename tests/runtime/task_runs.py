"""One task run by the real command, over steps of every kind."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

STEPS = '''
"""Steps that succeed, fail, hang and misbehave."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, Field, SecretStr

import pipegen
from pipegen import Settings, Step, step


class Review(BaseModel):
    id: int


class FetchSettings(Settings):
    limit: int = Field(3, ge=1, description="How many to fetch.")
    token: SecretStr = SecretStr("")


class Fetch(Step):
    """Download the reviews."""

    settings: FetchSettings

    def run(self) -> Iterator[Review]:
        for number in range(self.settings.limit):
            yield Review(id=number)


class Double(Step):
    mode = "row"

    def run(self, review: Review, factor: int = 2) -> Review:
        return Review(id=review.id * factor)


class Total(Step):
    def run(self, reviews: list[Review], more: Iterable[Review] = ()) -> int:
        return sum(one.id for one in [*reviews, *more])


class Merge(Step):
    def run(self, parts: list[int]) -> list[int]:
        return parts


@step
def shout(text: str, settings: FetchSettings) -> str:
    """Say it louder."""
    return text.upper() + "!" * settings.limit


@step
def hello() -> str:
    print("from the step")
    return "hello"


class Flaky(Step):
    """Succeeds the third time."""

    def run(self) -> int:
        tries = Path("tries")
        count = len(tries.read_text()) + 1 if tries.exists() else 1
        tries.write_text("x" * count)
        if count < 3:
            raise RuntimeError(f"try {count}")
        return count


class Broken(Step):
    def run(self) -> Iterator[int]:
        yield 1
        yield helper()


def helper() -> int:
    try:
        return {}["nothing"]
    except KeyError as error:
        raise ValueError("told you") from error


class Quits(Step):
    def run(self) -> None:
        sys.exit(0)


class Dies(Step):
    def run(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class WrongType(Step):
    def run(self) -> int:
        return "not a number"


class Hangs(Step):
    def run(self) -> None:
        child = subprocess.Popen(["sleep", "60"])
        Path("grandchild").write_text(str(child.pid))
        (self.workdir / "scratch").write_text("x")
        Path("hanging").touch()
        try:
            time.sleep(60)
        finally:
            Path("cleaned").touch()
            print("cleaned up")


class Stubborn(Step):
    def run(self) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        Path("hanging").touch()
        time.sleep(60)


class Scratches(Step):
    def run(self) -> list[str]:
        (self.workdir / "a").write_text("x")
        assert "Scratches" in repr(self)
        return [str(self.workdir), str(pipegen.workdir()), *sorted(os.listdir(self.workdir))]


class Environment(Step):
    settings: FetchSettings

    def run(self) -> list[str]:
        return sorted(name for name in os.environ if "TOKEN" in name or "LIMIT" in name)


class Leaks(Step):
    settings: FetchSettings

    def run(self) -> None:
        raise RuntimeError(f"settings were {self.settings!r} and {self.settings.token}")
'''


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str

    @property
    def events(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.err.splitlines()]


class Project:
    """A folder with the steps above, to run tasks in."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "steps.py").write_text(STEPS)

    def start(self, *words: str, **environ: str) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-m", "pipegen", "exec", *words],
            cwd=self.folder,
            env={**os.environ, **environ},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def exec(self, *words: str, **environ: str) -> Result:
        process = self.start(*words, **environ)
        out, err = process.communicate(timeout=60)
        return Result(process.returncode, out, err)

    def task(self, step: str, *words: str, **environ: str) -> Result:
        """A task named as its step, whose artifact goes to `out/<step>`."""
        return self.exec(f"steps:{step}", "--out", f"out/{step}", *words, **environ)

    def value(self, step: str) -> object:
        folder = self.folder / "out" / step
        lines = folder / "data.jsonl"
        if lines.exists():
            return [json.loads(line) for line in lines.read_text().splitlines()]
        return json.loads((folder / "data.json").read_text())

    def left_beside(self) -> list[str]:
        """What is in the output folder that is no artifact."""
        found = (self.folder / "out").iterdir() if (self.folder / "out").exists() else ()
        return sorted(one.name for one in found if not (one / "artifact.json").exists())
