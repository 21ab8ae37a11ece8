"""The Gantt chart of a run, as SVG that is as wide as its reader wants: places are shares of the whole width."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from heapq import heappop, heappush

from pipegen.engine.analysis import critical_path
from pipegen.engine.records import RunRecord, TaskRecord
from pipegen.engine.spans import span
from pipegen.graph.lettering import clean, pixels, shorten
from pipegen.graph.svg import NAMESPACE
from pipegen.graph.xml import Xml, element, joined, text
from pipegen.ir import Json, Pipeline

_MOST_ROWS = 300  # with more tasks, those that were not running at the same time share a row
_TOP = 30
_ROW, _LANE = 24, 18
_BAR = 14
_NAMES = 200
_MOST_TICKS = 8
_STEPS = tuple(base * 10**power for power in range(-3, 8) for base in (1, 2, 5))
_CLOCK = (15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400)
_SHORTEST_NAMED = 4.0  # per cent of the width
_USUAL_WIDTH = 1100


@dataclass(frozen=True, slots=True)
class Bar:
    """A task on the chart: its place in the picture, its row, and when it was worked on."""

    at: int
    row: int
    task: TaskRecord
    tries: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Gantt:
    """The names beside the chart, where each task has a row, and the chart."""

    names: Xml
    plot: Xml


def gantt(run: RunRecord, pipeline: Pipeline) -> Gantt:
    end = _end(run)
    place = {task.name: at for at, task in enumerate(pipeline.every_task)}
    timed = [
        (place[task.name], task) for task in run.tasks if task.started is not None and task.name in place
    ]
    timed.sort(key=lambda one: (one[1].started or 0.0, one[0]))
    several = len(timed) > _MOST_ROWS
    rows = list(_lanes(timed, end)) if several else list(range(len(timed)))
    tries = _attempts(run.details.get("attempts"))
    bars = [Bar(at, row, task, tries.get(task.name, ())) for (at, task), row in zip(timed, rows, strict=True)]
    chart = _Chart(run.started, max(end - run.started, 1e-3), _LANE if several else _ROW, end)
    path = set(critical_path(run, pipeline).tasks)
    return Gantt(chart.names(bars) if not several else Xml(""), chart.plot(bars, path, named_inside=several))


def _end(run: RunRecord) -> float:
    """When the chart ends: with the run, or with what is known of one that goes on."""
    times = [one for task in run.tasks for one in (task.started, task.ended) if one is not None]
    return max([run.started, *times, *([run.ended] if run.ended is not None else [])])


def _lanes(timed: Sequence[tuple[int, TaskRecord]], end: float) -> Iterator[int]:
    """A row for each task, which it has to itself for as long as it takes."""
    free: list[int] = []
    busy: list[tuple[float, int]] = []
    for _, task in timed:
        assert task.started is not None
        while busy and busy[0][0] <= task.started:
            heappush(free, heappop(busy)[1])
        row = heappop(free) if free else len(busy)
        heappush(busy, (max(task.ended or end, task.started), row))
        yield row


def _attempts(known: Json) -> Mapping[str, tuple[tuple[float, float], ...]]:
    """When each attempt began and ended, of the tasks of which the run remembers that."""
    found = {}
    for name, times in known.items() if isinstance(known, Mapping) else ():
        if isinstance(times, Sequence) and not isinstance(times, str):
            pairs = (one for one in times if isinstance(one, Sequence) and len(one) == 2)
            numbers = [(a, b) for a, b in pairs if isinstance(a, int | float) and isinstance(b, int | float)]
            found[name] = tuple((float(a), float(b)) for a, b in numbers)
    return found


@dataclass(frozen=True, slots=True)
class _Chart:
    began: float
    length: float
    row: int
    end: float

    def names(self, bars: Sequence[Bar]) -> Xml:
        written = (
            element(
                "text",
                text(shorten(one.task.name, _NAMES - 16, partial(pixels, size=12))),
                x=8,
                y=self._y(one) + 11,
            )
            for one in bars
        )
        return _svg("names", self._height(bars), joined(written), width=_NAMES)

    def plot(self, bars: Sequence[Bar], path: set[str], *, named_inside: bool) -> Xml:
        height = self._height(bars)
        return _svg(
            "plot lanes" if named_inside else "plot",
            height,
            joined(self._ticks(height)),
            joined(self._bar(one, one.task.name in path, named_inside) for one in bars),
            width="100%",
        )

    def _height(self, bars: Sequence[Bar]) -> int:
        return _TOP + self.row * (max((one.row for one in bars), default=0) + 1) + 8

    def _y(self, bar: Bar) -> int:
        return _TOP + bar.row * self.row + (self.row - _BAR) // 2

    def _share(self, moment: float) -> float:
        return min(max((moment - self.began) / self.length, 0.0), 1.0) * 100

    def _bar(self, bar: Bar, critical: bool, named_inside: bool) -> Xml:
        task, y = bar.task, self._y(bar)
        assert task.started is not None
        left = self._share(task.started)
        right = max(self._share(task.ended if task.ended is not None else self.end), left)
        kind = f"bar {task.status.lower()}{' critical' if critical else ''}"
        if bar.tries:
            drawn = [_rect("wait", left, right, y + 5, 4), *self._tries(bar, y)]
        else:
            drawn = [_rect("", left, right, y, _BAR)]
        note = _inside(task.name, left, right, y) if named_inside else self._beside(task, right, y)
        return element("g", *drawn, note, class_=kind, data_at=bar.at)

    def _tries(self, bar: Bar, y: int) -> Iterator[Xml]:
        """Each attempt; all but the last have failed."""
        for number, (start, end) in enumerate(bar.tries, start=1):
            kind = "" if number == len(bar.tries) else "failed"
            yield _rect(kind, self._share(start), self._share(end), y, _BAR)

    def _beside(self, task: TaskRecord, right: float, y: int) -> Xml:
        """How long it took, right of the bar: the page leaves room for it behind the end of the run."""
        return element("text", text(_said(task)), class_="note", x=_per_cent(right), y=y + 11, dx=6)

    def _ticks(self, height: int) -> Iterator[Xml]:
        step = next(
            (one for one in (*(s for s in _STEPS if s < 15), *_CLOCK) if self.length / one <= _MOST_TICKS),
            _nice(self.length / _MOST_TICKS),
        )
        for number in range(int(self.length / step) + 1):
            at = _per_cent(self._share(self.began + number * step))
            yield element("line", class_="tick", x1=at, x2=at, y1=20, y2=height)
            anchor = "start" if number == 0 else "middle"
            if number * step <= self.length * 0.97:
                yield element(
                    "text", text(_time(number * step)), class_="tick", x=at, y=13, text_anchor=anchor
                )


def _said(task: TaskRecord) -> str:
    if task.status == "CACHED":
        return "cached"
    took = span(task.seconds) if task.seconds is not None else "unfinished"
    return took if task.attempts < 2 else f"{took}, {task.attempts} attempts"


def _svg(kind: str, height: int, *content: Xml, width: int | str) -> Xml:
    return element("svg", *content, xmlns=NAMESPACE, class_=kind, width=width, height=height)


def _rect(kind: str, left: float, right: float, y: int, height: int) -> Xml:
    classes = {"class_": kind} if kind else {}
    return element("rect", **classes, x=_per_cent(left), width=_per_cent(right - left), y=y, height=height)


def _inside(name: str, left: float, right: float, y: int) -> Xml:
    """The name on a bar that is wide enough for some of it."""
    if right - left < _SHORTEST_NAMED:
        return Xml("")
    room = int((right - left) / 100 * _USUAL_WIDTH) - 12
    said = shorten(clean(name), room, partial(pixels, size=10))
    return element("text", text(said), class_="note on", x=_per_cent(left), dx=5, y=y + 11)


def _nice(seconds: float) -> float:
    """Whole days, a power of ten of them: for what ran longer than anybody will see."""
    days = 86400.0
    while days < seconds:
        days *= 10
    return days


def _time(seconds: float) -> str:
    if seconds == 0:
        return "0"
    return f"{seconds:g} s" if seconds < 60 else span(seconds).replace(" 00s", "").replace(" 00m", "")


def _per_cent(share: float) -> str:
    return f"{share:.3f}".rstrip("0").rstrip(".") + "%"
