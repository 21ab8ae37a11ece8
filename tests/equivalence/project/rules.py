"""Pipelines by what decides whether, how often and with what their tasks run."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from pydantic import SecretStr

from pipegen import Parameter, Pipeline, Retry, Settings, Step, step


class FlakySettings(Settings):
    attempts: Path


class Flaky(Step):
    """Works when it is tried for the third time, and has handed on a row before it fails."""

    settings: FlakySettings
    retry = Retry(limit=2, backoff="0.1s")

    def run(self) -> Iterator[int]:
        with self.settings.attempts.open("a") as file:
            file.write("x")
        yield 1
        if len(self.settings.attempts.read_text()) < 3:
            raise OSError("not yet")
        yield 2


@step
def doubled(numbers: list[int]) -> list[int]:
    return [2 * one for one in numbers]


retried = Pipeline("retried", Flaky() >> doubled())


class GreetSettings(Settings):
    name: str
    times: int = 1
    token: SecretStr = SecretStr("")


class Greet(Step):
    settings: GreetSettings

    def run(self) -> list[str]:
        return [f"{self.settings.name} {len(self.settings.token.get_secret_value())}"] * self.settings.times


@step
def joined(texts: list[str]) -> str:
    return "|".join(texts)


greetings = [Greet("greet-eu"), Greet("greet-us")]
parameters = Pipeline(
    "parameters",
    joined(texts=greetings),
    parameters=[
        Parameter("times", "greet-eu.times", "greet-us.times", default=2),
        Parameter("name", "greet-us.name", default="`id` $HOME %s \u2028'\"\n{}"),
    ],
)


@step
def place() -> dict[str, str | None]:
    return {name: os.environ.get(name) for name in ("TZ", "COLOR", "QUOTED")}


options = Pipeline(
    "options",
    place(
        timeout="5m",
        cache=False,
        labels={"team": "a"},
        env={"TZ": "Asia/Tokyo", "QUOTED": "a 'b' $c \"d\"\\"},
    ),
)


@step
def broken() -> list[int]:
    raise ValueError("broken on purpose")


@step(trigger="one_failed")
def rescue(rows: list[int] | None = None) -> str:
    return f"rescued from {rows}"


@step
def never(rows: list[int]) -> int:
    return len(rows)


@step(trigger="all_done")
def afterwards(never: int | None = None, rescue: str = "nothing") -> str:
    return f"{never}, {rescue}"


@step
def alert() -> str:
    return "somebody was told"


@step
def tidy() -> str:
    return "tidy"


trouble = broken()
triggers = Pipeline("triggers", afterwards(never=never(rows=trouble), rescue=rescue(rows=trouble)))
on_exit = Pipeline("on-exit", Greet(), on_failure=alert(), on_exit=tidy())
failing = Pipeline("failing", never(rows=broken()), Greet(), on_failure=alert(), on_exit=tidy())
