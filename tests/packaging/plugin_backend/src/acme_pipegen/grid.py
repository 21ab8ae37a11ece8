"""A type that pydantic does not know, and the codec that writes it."""

from __future__ import annotations

from pathlib import Path

from pipegen.runtime.codecs import CodecError, writing

_FILE = "grid.txt"


class Grid:
    """Rows of numbers."""

    def __init__(self, rows: list[list[int]]) -> None:
        self.rows = rows


class GridCodec:
    """A grid as lines of text."""

    name = "grid"

    def fits(self, annotation: object) -> bool:
        return annotation is Grid

    def takes(self, value: object) -> bool:
        return isinstance(value, Grid)

    def write(self, value: object, annotation: object, folder: Path) -> int | None:
        if not isinstance(value, Grid):
            raise CodecError(f"it is {type(value).__name__}, not a Grid")
        text = "".join(" ".join(map(str, row)) + "\n" for row in value.rows)
        with writing(len(text)):
            (folder / _FILE).write_text(text, encoding="utf-8")
        return len(value.rows)

    def read(self, folder: Path, annotation: object) -> object:
        lines = (folder / _FILE).read_text(encoding="utf-8").splitlines()
        return Grid([[int(word) for word in line.split()] for line in lines])
