"""Pipelines that run in containers, each of something that could go wrong there."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from pydantic import BaseModel, SecretStr

from pipegen import Parameter, Pipeline, Resources, Retry, Settings, Step

START = datetime(2024, 3, 31, 1, 59, 59, 123456, UTC)


class Review(BaseModel):
    id: int
    text: str
    at: datetime


class FetchSettings(Settings):
    text: str
    token: SecretStr
    limit: int = 3


class Fetch(Step):
    """Rows with whatever text the environment has."""

    settings: FetchSettings

    def run(self) -> Iterator[Review]:
        assert self.settings.token.get_secret_value() == "open sesame"
        for number in range(self.settings.limit):
            yield Review(id=number, text=f"{self.settings.text} {number}", at=START)


class ScoreSettings(Settings):
    model: str = "small"


class Score(Step):
    settings: ScoreSettings

    def run(self, reviews: Iterable[Review]) -> list[dict[str, str]]:
        return [{"id": str(one.id), "score": f"{self.settings.model} {len(one.text)}"} for one in reviews]


class Report(Step):
    """A folder with what an archive may lose."""

    def run(self, scores: list[list[dict[str, str]]], reviews: list[Review]) -> Path:
        folder = self.workdir / "report"
        (folder / "deep" / "er").mkdir(parents=True)
        (folder / "deep" / "er" / "report.txt").write_text(f"{scores}\n{[one.text for one in reviews]}\n")
        (folder / ".hidden").write_bytes(bytes(range(256)))
        script = folder / "run me.sh"
        script.write_text("#!/bin/sh\n")
        script.chmod(0o755)
        return folder


fetch = Fetch()
scores = [Score("score-eu", reviews=fetch), Score("score-us", reviews=fetch)]
diamond = Pipeline(
    "diamond",
    Report("Ünlike any other", scores=scores, reviews=fetch),
    schedule="0 4 * * *",
    parameters=[Parameter("model", "score-eu.model", default="`id` $HOME %s \u2028'\"\n{}")],
)


class NumberSettings(Settings):
    value: int


class Number(Step):
    settings: NumberSettings

    def run(self) -> int:
        return self.settings.value


class Total(Step):
    def run(self, numbers: list[int]) -> list[int]:
        return [*numbers, sum(numbers)]


MANY = 50
fan_in = Pipeline(
    "fan-in",
    Total(numbers=[Number(f"number-{n}") for n in range(MANY)]),
    parameters=[Parameter(f"value_{n}", f"number-{n}.value", default=n * n) for n in range(MANY)],
)


class FlakySettings(Settings):
    attempts: Path


class Flaky(Step):
    """Works when it is tried for the third time, and has handed on a row before it fails."""

    settings: FlakySettings
    retry = Retry(limit=3)

    def run(self) -> Iterator[int]:
        with self.settings.attempts.open("a") as file:
            file.write("x")
        yield 1
        if len(self.settings.attempts.read_text()) < 3:
            raise OSError("not yet")
        yield 2


class Double(Step):
    def run(self, numbers: Iterable[int]) -> Iterator[int]:
        for one in numbers:
            yield 2 * one


retried = Pipeline("retried", Flaky() >> Double())


MEMORY = Resources(memory="64Mi")


class Lines(Step):
    """More than fits into the memory that its reader has, if it were held at once."""

    resources = MEMORY

    def run(self) -> Iterator[str]:
        for number in range(40_000):
            yield f"{number:08} " + "x" * 1000


class Count(Step):
    resources = MEMORY

    def run(self, lines: Iterable[str]) -> dict[str, int]:
        return {"characters": sum(len(one) for one in lines)}


class Greedy(Step):
    """Takes more memory than it may."""

    resources = MEMORY

    def run(self) -> list[int]:
        return [len(one) for one in [b"x" * 2**20 * number for number in range(20)]]


streamed = Pipeline("streamed", Lines() >> Count())
greedy = Pipeline("greedy", Greedy() >> Double())


class Broken(Step):
    def run(self) -> Iterator[int]:
        yield 1
        raise ValueError("broken on purpose")


class Rescue(Step):
    trigger = "one_failed"

    def run(self, rows: list[int] | None = None) -> str:
        return f"rescued from {rows}"


class Never(Step):
    def run(self, rows: list[int]) -> int:
        return len(rows)


class Afterwards(Step):
    trigger = "all_done"

    def run(self, never: int | None = None, rescue: str = "nothing") -> str:
        return f"{never}, {rescue}"


class Alert(Step):
    def run(self) -> str:
        return "somebody was told"


class Tidy(Step):
    def run(self) -> str:
        return "tidy"


broken = Broken()
never = Never(rows=broken)
rules = Pipeline("rules", Afterwards(never=never, rescue=Rescue(rows=broken)), on_exit=Tidy())
failing = Pipeline("failing", Never("never-runs", rows=Broken("breaks")), on_failure=Alert(), on_exit=Tidy())


class Look(Step):
    """What a container may do, as it finds it."""

    def run(self) -> dict[str, object]:
        lines = Path("/proc/self/status").read_text().splitlines()
        status = {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}
        sets = ("CapPrm", "CapEff", "CapBnd", "CapInh", "CapAmb")
        return {
            "user": [os.getuid(), os.getgid(), sorted(os.getgroups())],
            "capabilities": sorted({status[name].lstrip("0") for name in sets}),
            "no new privileges": status["NoNewPrivs"],
            "seccomp": status["Seccomp"],
            "writable": list(filter(_writable, PLACES)),
            "interfaces": sorted(path.name for path in Path("/sys/class/net").iterdir()),
            "folder": str(Path.cwd()),
            "model": Path("/etc/flows/model.txt").read_text(),
            "key": Path("/etc/keys/fetch").read_text(),
        }


PLACES = ("/", "/app", "/etc", "/etc/flows", "/opt/venv", "/run", "/state", "/tmp", "/usr", "/var/tmp")


def _writable(folder: str) -> bool:
    try:
        (Path(folder) / "probe").touch()
    except OSError:
        return False
    (Path(folder) / "probe").unlink()
    return True


look = Pipeline("look", Look())
