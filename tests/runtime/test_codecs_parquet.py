"""Data frames: whichever library wrote them, each of the three reads them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Annotated, Any

import numpy
import pandas
import polars
import pyarrow
import pytest
from artifact_samples import refusal, round_trip
from pandas.testing import assert_frame_equal
from polars.testing import assert_frame_equal as assert_polars_equal

from pipegen.runtime import artifact

PANDAS = pandas.DataFrame(
    {
        "id": [3, 1, 3],
        "text": ["a", None, ""],
        "score": [0.5, float("nan"), -float("inf")],
        "when": pandas.to_datetime(["2030-01-01", None, "2031-01-01"], utc=True),
        "kind": pandas.Categorical(["x", "y", "x"]),
    }
)
POLARS = polars.DataFrame(
    {"id": [3, 1, 3], "text": ["a", None, ""], "items": [[1], [], None]},
    schema={"id": polars.Int16, "text": polars.String, "items": polars.List(polars.Int64)},
)
ARROW = pyarrow.table({"id": [3, 1, 3], "text": ["a", None, ""]})
INDEXES = {
    "default": None,
    "range": pandas.RangeIndex(2, 8, 2),
    "named": pandas.Index(["i", "j", "k"], name="key"),
    "unnamed": pandas.Index([7, 5, 7]),
    "levels": pandas.MultiIndex.from_tuples([(1, "a"), (1, "b"), (2, "a")], names=["n", None]),
}


@pytest.mark.parametrize("index", list(INDEXES))
def test_a_pandas_frame_keeps_its_index_order_and_types(index: str, tmp_path: Path) -> None:
    frame = PANDAS.copy()
    if INDEXES[index] is not None:
        frame.index = INDEXES[index]  # type: ignore[assignment]
    manifest = artifact.write(tmp_path / "a", frame, pandas.DataFrame, "fetch")
    assert (manifest.codec, manifest.items, manifest.type) == ("parquet", 3, "pandas.DataFrame")
    assert_frame_equal(artifact.read(tmp_path / "a", pandas.DataFrame), frame)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "frame",
    [
        pandas.DataFrame(),
        pandas.DataFrame({"a": []}),
        pandas.DataFrame({0: [1], 1: [2]}),
        pandas.DataFrame([[1, 2]], columns=pandas.MultiIndex.from_tuples([("a", "b"), ("a", "c")])),
    ],
)
def test_odd_pandas_frames_come_back(frame: pandas.DataFrame, tmp_path: Path) -> None:
    assert_frame_equal(round_trip(tmp_path / "a", frame, pandas.DataFrame), frame)


def test_polars_and_arrow_frames_come_back(tmp_path: Path) -> None:
    assert_polars_equal(round_trip(tmp_path / "a", POLARS, polars.DataFrame), POLARS)
    assert_polars_equal(round_trip(tmp_path / "a", POLARS[:0], polars.DataFrame), POLARS[:0])
    assert round_trip(tmp_path / "a", ARROW, pyarrow.Table).equals(ARROW)


@pytest.mark.parametrize("frame", [PANDAS, POLARS, ARROW], ids=["pandas", "polars", "pyarrow"])
@pytest.mark.parametrize("wanted", [pandas.DataFrame, polars.DataFrame, pyarrow.Table])
def test_each_library_reads_what_another_wrote(frame: Any, wanted: Any, tmp_path: Path) -> None:
    found = round_trip(tmp_path / "a[1]" / "k=v", frame, type(frame), wanted)
    assert type(found) is wanted
    names = found.column_names if wanted is pyarrow.Table else list(found.columns)
    assert names == (frame.column_names if frame is ARROW else list(frame.columns))
    ids = found["id"].to_pylist() if wanted is pyarrow.Table else list(found["id"])
    assert ids == [3, 1, 3]


@pytest.mark.parametrize("frame", [PANDAS, POLARS, ARROW], ids=["pandas", "polars", "pyarrow"])
def test_where_the_type_is_open_a_frame_comes_back_as_what_it_was(frame: Any, tmp_path: Path) -> None:
    for annotation in (Any, object):
        found = round_trip(tmp_path / "a", frame, annotation)
        assert type(found) is type(frame)
    for annotation in (type(frame) | None, Annotated[type(frame), "note"]):  # type: ignore[operator]
        assert type(round_trip(tmp_path / "a", frame, annotation)) is type(frame)
    assert round_trip(tmp_path / "a", None, type(frame) | None) is None
    either = list[int] | type(frame)
    assert type(round_trip(tmp_path / "a", frame, either)) is type(frame)
    assert round_trip(tmp_path / "a", [1], either) == [1]


CODE = """
import sys
from pathlib import Path
import numpy, pandas, polars, pyarrow
from pipegen.runtime import artifact
noise = numpy.random.default_rng(0).random(300_000)
words = [str(n % 97) for n in range(300_000)]
whole = {"a": noise, "w": words}
parts = [{"a": noise[:70_001], "w": words[:70_001]}, {"a": noise[70_001:], "w": words[70_001:]}]
frames = [
    pandas.DataFrame(whole), pandas.concat([pandas.DataFrame(one) for one in parts], ignore_index=True),
    polars.DataFrame(whole), polars.concat([polars.DataFrame(one) for one in parts], rechunk=False),
    pyarrow.table(whole), pyarrow.concat_tables([pyarrow.table(one) for one in parts]),
]
digests = []
for number, frame in enumerate(frames):
    artifact.write(Path(sys.argv[1], str(number)), frame, type(frame), "fetch")
    digests.append(artifact.digest(Path(sys.argv[1], str(number))))
print(digests)
assert digests[0::2] == digests[1::2], digests
"""


def test_the_same_rows_give_the_same_bytes_however_they_were_put_together(tmp_path: Path) -> None:
    seen = {
        subprocess.run(
            [sys.executable, "-c", CODE, str(tmp_path / threads)],
            env={"POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "3")
    }
    assert len(seen) == 1


WRONG: list[tuple[Any, Any, str]] = [
    (pandas.DataFrame({"a": [1, "x"]}), pandas.DataFrame, "as Parquet: Conversion failed for column a"),
    (pandas.DataFrame([[1, 2]], columns=["a", "a"]), pandas.DataFrame, "error[PG323]: what 'fetch' returns"),
    (pandas.DataFrame({"c": [1j]}), pandas.DataFrame, "error[PG323]"),
    (polars.DataFrame({"o": polars.Series([object()], dtype=polars.Object)}), polars.DataFrame, "error[PG323]"),
    (POLARS, pandas.DataFrame, "error[PG322]: 'fetch' did not return pandas.DataFrame: it is polars.DataFrame, not"),
    ([1], polars.DataFrame, "error[PG322]: 'fetch' did not return polars.DataFrame: it is list, not polars.DataFrame"),
    (PANDAS["id"], pandas.Series, "cannot be handed on: no codec writes pandas.Series"),
    ([PANDAS], list[pandas.DataFrame], "error[PG321]"),
    (POLARS.lazy(), Any, "error[PG321]: what 'fetch' returns cannot be handed on: no codec writes polars.LazyFrame"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "annotation", "words"), WRONG)
def test_a_frame_that_cannot_be_kept_is_refused(
    value: Any, annotation: Any, words: str, tmp_path: Path
) -> None:
    assert words in refusal(artifact.write, tmp_path / "a", value, annotation, "fetch")
    assert list(tmp_path.iterdir()) == []


def test_a_frame_of_a_subclass_is_written_as_a_frame(tmp_path: Path) -> None:
    class Special(pandas.DataFrame):
        pass

    frame = Special({"a": numpy.arange(3)})
    assert_frame_equal(
        round_trip(tmp_path / "a", frame, pandas.DataFrame), pandas.DataFrame({"a": numpy.arange(3)})
    )


def test_a_missing_library_is_named_with_what_to_install(tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", PANDAS, pandas.DataFrame, "fetch")
    code = (
        "import sys; sys.modules['pyarrow'] = None\n"
        "from pathlib import Path; import pandas; from pipegen.runtime import artifact\n"
        "try: artifact.read(Path(sys.argv[1]), pandas.DataFrame, name='p')\n"
        "except artifact.InputError as error: print(error)\n"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "a")], capture_output=True, text=True, check=True
    ).stdout
    assert (
        "error[PG340]: what 'fetch' handed on for parameter 'p' cannot be read: 'pyarrow' is needed" in said
    )
    assert "(install 'pyarrow', or pipegen with the extra 'pandas', 'polars' or 'arrow')" in said
