"""Objects by reference."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pandas as pd
import polars as pl
import pytest
from pydantic import BaseModel

from pipegen import RuntimeContext, Step
from pipegen.errors import PipegenError


class Row(BaseModel):
    id: int
    text: str


class Shout(Step):
    def run(self, rows: Iterable[Row]) -> list[Row]:
        return [Row(id=one.id, text=one.text.upper()) for one in rows]


@pytest.mark.parametrize(
    "value",
    [
        None,
        1,
        "text",
        b"\x00\xff",
        [1, 2],
        [],
        {"a": [1, None]},
        (1, 2),
        [Row(id=1, text="a"), Row(id=2, text="ü")],
        Row(id=1, text="a"),
        [1, "mixed", None],
        {1: 2, 3: 4},
        {"a": Row(id=1, text="a")},
        {"a": {1: [Row(id=1, text="a")]}},
        (1, "a", b"x", Row(id=1, text="a")),
        {date(2020, 1, 2): (1, 2)},
        [{"a": 1, "b": "x"}, {"a": [None, 1.5, {"c": True}]}],
        [float("inf"), 1.0],
        {(1, 2)},
        [(1,), (1, 2), ()],
        [{1: []}, {2: [1]}, {}],
        [(1, "a"), (2, "b")],
        [[], [1]],
    ],
    ids=repr,
)
def test_what_is_put_down_comes_back(value: object) -> None:
    with RuntimeContext() as context:
        assert context.get(context.put(value)) == value


@pytest.mark.parametrize(
    "value",
    [{1: "a", "1": "b"}, [1, Row(id=1, text="a")], {"a": 1, "b": date(2020, 1, 1)}, [1, float("inf"), "x"]],
    ids=repr,
)
def test_what_would_come_back_as_something_else_is_refused(value: object) -> None:
    with RuntimeContext() as context, pytest.raises(PipegenError, match=r"PG321.*several types"):
        context.put(value)


def test_nothing_is_put_into_a_context_that_is_closed() -> None:
    with RuntimeContext() as context:
        pass
    with pytest.raises(PipegenError, match=r"PG317.*the context is closed"):
        context.put(1)
    assert not context.folder.exists()


def test_frames_are_put_down_as_parquet() -> None:
    frame = pd.DataFrame({"a": [1, 2], "b": ["x", None]})
    with RuntimeContext() as context:
        reference = context.put(frame)
        assert list(context.folder.glob("*/data.parquet"))
        pd.testing.assert_frame_equal(context.get(reference), frame)
        other = context.put(pl.DataFrame({"a": [1.5]}))
        assert context.get(other).equals(pl.DataFrame({"a": [1.5]}))


def test_steps_are_driven_by_hand() -> None:
    with RuntimeContext() as context:
        rows = context.put([Row(id=1, text="a")])
        shouted = context.put(Shout().call(rows=context.get(rows)))
        assert context.get(shouted) == [Row(id=1, text="A")]


def test_the_same_object_has_one_reference_that_survives_as_text(tmp_path: Path) -> None:
    first = RuntimeContext(tmp_path)
    text = str(first.put([1, 2]))
    assert str(first.put([1, 2])) == text
    first.close()
    assert RuntimeContext(tmp_path).get(text, list[int]) == [1, 2]


def test_what_was_never_put_down_is_refused() -> None:
    with RuntimeContext() as one, RuntimeContext() as other:
        reference = one.put(1)
        for wrong in (reference, "pipegen:../../etc", "x"):
            with pytest.raises(PipegenError, match="PG317"):
                other.get(wrong)
    assert not one.folder.exists()
