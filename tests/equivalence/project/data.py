"""Pipelines by what their tasks hand on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Generic, Literal, TypeVar
from uuid import UUID

from pydantic import BaseModel

from pipegen import Parameter, Pipeline, Settings, Step, step, workdir

T = TypeVar("T")
LINES = "\u2028 \x85 \r\n \t \0 ' \" \\ {{ x }} ${x} é e\u0301 😀"


class RowsSettings(Settings):
    count: int = 20_000


class Rows(Step):
    settings: RowsSettings

    def run(self) -> Iterator[dict[str, int | str]]:
        for number in range(self.settings.count):
            yield {"number": number, "text": f"{number:08} {LINES}"}


@step
def evens(rows: Iterable[dict[str, int | str]]) -> Iterator[int]:
    for row in rows:
        if isinstance(row["number"], int) and row["number"] % 2 == 0:
            yield row["number"]


@step
def added(numbers: Iterator[int]) -> int:
    return sum(numbers)


@step(mode="row")
def halved(number: int) -> float:
    return number / 2


streaming = Pipeline("streaming", Rows() >> evens() >> added())
by_row = Pipeline(
    "by-row", Rows() >> evens() >> halved(), parameters=[Parameter("rows", "rows.count", default=50)]
)


@step
def folder() -> Path:
    """What archives, caches and copies like to lose."""
    top = workdir() / "tree"
    (top / "empty" / "also empty").mkdir(parents=True)
    (top / "sub").mkdir()
    for name in (
        "plain.txt",
        "with space",
        "ümlaut-数据",
        "e\u0301",
        "-dash",
        ".hidden",
        "'quote\"",
        "a" * 200,
    ):
        (top / "sub" / name).write_text(name, encoding="utf-8")
    (top / "run").write_text("#!/bin/sh\n")
    (top / "run").chmod(0o755)
    (top / "nothing").touch()
    (top / "to-file").symlink_to("sub/plain.txt")
    (top / "to-folder").symlink_to("./sub")
    (top / "sub" / "up").symlink_to("../run")
    return top


@step
def listing(tree: Path) -> list[str]:
    return [
        f"{path.relative_to(tree)} {path.is_symlink() or path.is_dir() or len(path.read_bytes())}"
        for path in sorted(tree.rglob("*"))
    ]


@step
def one_file(lines: list[str]) -> Path:
    page = workdir() / "Seite 1.txt"
    page.write_text("\n".join(lines), encoding="utf-8")
    return page


tree = folder()
files = Pipeline("files", tree >> listing() >> one_file(), listing("again", tree=tree))


class Color(Enum):
    RED = "red"


@dataclass
class Point:
    x: float
    y: float


class Everything(BaseModel):
    when: datetime = datetime(2024, 3, 31, 1, 59, 59, 123456, UTC)
    day: date = date(2024, 2, 29)
    took: timedelta = timedelta(days=1, microseconds=5)
    price: Decimal = Decimal("1.10")
    id: UUID = UUID(int=7)
    color: Color = Color.RED
    points: tuple[Point, ...] = (Point(0.1, -0.0), Point(1e-300, 1e300))
    nothing: None = None
    text: str = LINES
    by_name: dict[str, set[int]] = {"b": {3}, "a": {2}}


@step
def everything() -> Everything:
    return Everything()


@step
def blob(data: Everything) -> bytes:
    return bytes(range(256)) + data.text.encode()


@step
def size(blob: bytes, data: Everything | Literal["none"]) -> tuple[int, str]:
    return len(blob), str(data)


whole = everything()
values = Pipeline("values", size(blob=blob(data=whole), data=whole))


class Page(BaseModel, Generic[T]):
    items: list[T]
    next: Page[T] | None = None


@step
def pages() -> list[Page[Point]]:
    point = Point(1, 2)
    return [Page[Point](items=[point]), Page[Point](items=[], next=Page[Point](items=[point, point]))]


@step
def same(items: list[T]) -> list[T]:
    return items[::-1]


@step
def points(pages: list[Page[Point]]) -> list[Point]:
    return [one for page in pages for one in page.items]


generics = Pipeline("generics", pages() >> points() >> same())


@step
def nothing() -> list[Point]:
    return []


@step
def void(points: list[Point]) -> None:
    assert points == []


@step
def empty_folder(points: list[Point]) -> Path:
    place = workdir() / "empty"
    place.mkdir()
    return place


@step
def empty_text(place: Path, points: Iterable[Point]) -> str:
    return "".join(one.name for one in place.iterdir())


none = nothing()
empty = Pipeline("empty", void(points=none), empty_text(place=empty_folder(points=none), points=none))
