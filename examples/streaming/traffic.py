"""Traffic of a web site from its access log: however long the log is, memory stays flat."""

from __future__ import annotations

import heapq
import random
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import Field

from pipegen import Pipeline, Settings, Step, step

PATHS = ("/", "/search", "/basket", "/checkout", "/about")
_LINE = re.compile(
    r'(?P<host>\S+) \[(?P<time>[^]]+)\] "GET (?P<path>\S+)" (?P<status>\d{3}) (?P<milliseconds>\d+)'
)


@dataclass(frozen=True, slots=True)
class Hit:
    """One request."""

    time: datetime
    path: str
    status: int
    milliseconds: int


@dataclass(slots=True)
class Traffic:
    """What came to one path."""

    path: str
    hits: int = 0
    errors: int = 0
    milliseconds: int = 0


class RecordSettings(Settings):
    rows: int = Field(2_000, ge=0, description="How many lines are recorded; a million is no problem.")
    seed: int = Field(1, description="The same seed gives the same log.")


class Record(Step):
    """Make an access log, line by line."""

    settings: RecordSettings

    def run(self) -> Iterator[str]:
        dice = random.Random(self.settings.seed)
        time = datetime(2024, 5, 1, tzinfo=UTC)
        for _ in range(self.settings.rows):
            time += timedelta(seconds=dice.randrange(10))
            path = dice.choice(PATHS)
            status = 500 if path == "/checkout" and dice.random() < 0.02 else 200
            milliseconds = int(dice.lognormvariate(4, 0.8))
            yield f'10.0.0.{dice.randrange(256)} [{time.isoformat()}] "GET {path}" {status} {milliseconds}'


@step(mode="row")
def parse(line: str) -> Hit:
    """Read one line; it is called for each."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"this is no line of an access log: {line!r}")
    return Hit(
        time=datetime.fromisoformat(found["time"]),
        path=found["path"],
        status=int(found["status"]),
        milliseconds=int(found["milliseconds"]),
    )


@step
def count(hits: Iterable[Hit]) -> list[Traffic]:
    """Add up the requests of each path."""
    paths: dict[str, Traffic] = {}
    for hit in hits:
        traffic = paths.setdefault(hit.path, Traffic(hit.path))
        traffic.hits += 1
        traffic.errors += hit.status >= 500
        traffic.milliseconds += hit.milliseconds
    return sorted(paths.values(), key=lambda one: one.path)


class SlowestSettings(Settings):
    keep: int = Field(5, ge=1, description="How many requests are kept.")


class Slowest(Step):
    """Keep the slowest requests."""

    settings: SlowestSettings

    def run(self, hits: Iterable[Hit]) -> list[Hit]:
        return heapq.nlargest(self.settings.keep, hits, key=lambda hit: hit.milliseconds)


hits = Record() >> parse()
counted, slowest = hits >> [count(), Slowest()]

traffic = Pipeline("traffic", counted, slowest, description="Traffic of a web site from its access log")
