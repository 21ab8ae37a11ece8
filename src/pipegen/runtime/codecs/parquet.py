"""Data frames as Parquet, whichever of pandas, polars and pyarrow they came from or go to.

A library is imported here only when a value or annotation has named it already.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, cast

from pipegen.dsl.type_names import type_name
from pipegen.runtime.codecs.contract import CodecError, DiskError, writing
from pipegen.runtime.codecs.types import library_class

_FILE = "data.parquet"
_FRAMES = {("pandas", "DataFrame"), ("polars", "DataFrame"), ("pyarrow", "Table")}
# Fixed, with all chunks joined first: otherwise the bytes depend on how a frame was put together.
_ROW_GROUP = 1 << 18
_OS_ERROR = re.compile(r"\(os error (\d+)\)")


class ParquetCodec:
    """pandas.DataFrame, polars.DataFrame and pyarrow.Table, in one file."""

    name = "parquet"

    def fits(self, annotation: object) -> bool:
        return library_class(annotation) in _FRAMES

    def takes(self, value: object) -> bool:
        return bool(_library(type(value)))

    def write(self, value: object, annotation: object, folder: Path) -> int | None:
        library, declared = _library(type(value)), library_class(annotation)
        if not library or (declared in _FRAMES and declared[0] != library):
            raise CodecError(f"it is {type_name(type(value))}, not {type_name(annotation)}", code="PG322")
        try:
            if library == "polars":
                _write_polars(value, folder / _FILE)
            else:
                _write_arrow(value, folder / _FILE)
        except ModuleNotFoundError as problem:
            raise _missing(problem) from problem
        return len(cast(Any, value))

    def read(self, folder: Path, annotation: object) -> object:
        path = folder / _FILE
        try:
            library = library_class(annotation)[0] if self.fits(annotation) else _written_by(path)
            if library == "polars":
                import polars

                return polars.read_parquet(path, glob=False, hive_partitioning=False)
            from pyarrow import parquet  # type: ignore[import-untyped]

            with parquet.ParquetFile(path) as file:
                table = file.read()
            return table.to_pandas() if library == "pandas" else table
        except ModuleNotFoundError as problem:
            raise _missing(problem) from problem


def _library(cls: type) -> str:
    """The library whose frame a class is, or is derived from."""
    found = (library_class(base) for base in cls.__mro__)
    return next((one[0] for one in found if one in _FRAMES), "")


def _write_polars(frame: Any, path: Path) -> None:
    from polars.exceptions import PolarsError

    try:
        frame.rechunk().write_parquet(path, row_group_size=_ROW_GROUP)
    except PolarsError as problem:
        text = str(problem)
        system = _OS_ERROR.search(text)
        if system:  # polars hides a full disk in the text of its own error
            raise DiskError(OSError(int(system[1]), text, str(path)), None) from problem
        raise CodecError(f"it cannot be written as Parquet: {_line(text)}", code="PG323") from problem


def _write_arrow(frame: Any, path: Path) -> None:
    import pyarrow
    from pyarrow import parquet

    try:
        table = frame if isinstance(frame, pyarrow.Table) else pyarrow.Table.from_pandas(frame)
        with writing():
            parquet.write_table(table.combine_chunks(), path, row_group_size=_ROW_GROUP)
    except (pyarrow.ArrowException, ValueError, TypeError) as problem:
        # arrow gives the cause and the column as two arguments
        text = ": ".join(str(part) for part in reversed(problem.args))
        raise CodecError(f"it cannot be written as Parquet: {_line(text)}", code="PG323") from problem


def _written_by(path: Path) -> str:
    """The library that a frame came from, for a parameter that takes anything."""
    try:
        from pyarrow import parquet
    except ModuleNotFoundError:
        return "polars"
    found = parquet.read_metadata(path)
    if b"pandas" in (found.metadata or {}):
        return "pandas"
    return "polars" if "polars" in found.created_by.lower() else "pyarrow"


def _missing(problem: ModuleNotFoundError) -> CodecError:
    name = (problem.name or "a library").partition(".")[0]
    hint = f"install '{name}', or pipegen with the extra 'pandas', 'polars' or 'arrow'"
    return CodecError(f"'{name}' is needed for data frames and is not installed", code="PG340", hint=hint)


def _line(text: str) -> str:
    return text.partition("\n")[0].rstrip(".")
