"""What goes in comes out: every kind of value, through a real folder."""

from __future__ import annotations

import datetime as dt
import math
import subprocess
import sys
import uuid
from collections import deque
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence, Set
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any, Literal, NewType, Optional, Union

import pytest
from artifact_samples import (
    Account,
    Aliased,
    Bag,
    Box,
    Color,
    Edge,
    Point,
    Review,
    Rich,
    Row,
    Scored,
    Strict,
    round_trip,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import Field
from typing_extensions import TypeAliasType

from pipegen.runtime import artifact

Reviews = TypeAliasType("Reviews", list[Review])
Blob = NewType("Blob", bytes)
REVIEWS = [Review(id=2, text="zwei\n\u2028"), Review(id=1), Review(id=2, text="zwei\n\u2028")]
FULL = Rich(
    number=1,
    ratio=0.1,
    color=Color.BLUE,
    tags={"b", "a"},
    inside={"x": [Review(id=1)], "": []},
    anything=[1, None, {"k": "v"}],
)

# value, type, codec
ALIKE: list[tuple[Any, Any, str]] = [
    (None, None, "none"),
    (b"\x00\xff", bytes, "raw"),
    (b"", bytes, "raw"),
    (bytearray(b"ab"), bytearray, "raw"),
    (Blob(b"x"), Blob, "raw"),
    (b"x", Annotated[bytes, "note"], "raw"),
    (REVIEWS, list[Review], "jsonl"),
    ([], list[Review], "jsonl"),
    (REVIEWS, Reviews, "jsonl"),
    (REVIEWS, Sequence[Review], "jsonl"),
    ([1, "a", None], Sequence[Any], "jsonl"),
    ([FULL], list[Rich], "jsonl"),
    ([Box[int](item=1)], list[Box[int]], "jsonl"),
    ([Aliased.model_validate({"a": 1, "b": 2, "oTher": "x"})], list[Aliased], "jsonl"),
    ([Strict(id=1, when=dt.date(2030, 1, 2))], list[Strict], "jsonl"),
    ([Point(1, 2.5), Point(3)], list[Point], "jsonl"),
    ([Row(id=1, name="x")], list[Row], "jsonl"),
    ([Edge(1, "x"), Edge(2, "y")], list[Edge], "jsonl"),
    ([Point(1), Review(id=1)], list[Point | Review], "jsonl"),
    (REVIEWS[0], Review, "json"),
    (FULL, Rich, "json"),
    (Box[Review](item=REVIEWS[0]), Box[Review], "json"),
    (Point(1), Point, "json"),
    (Bag(frozenset("abc")), Bag, "json"),
    (Row(id=1, name="x"), Row, "json"),
    (Edge(1, "x"), Edge, "json"),
    ({"a": [1, 2], "b": []}, dict[str, list[int]], "json"),
    ({1: "x"}, dict[int, str], "json"),
    ({"b": 1, "a": 2}, Mapping[str, int], "json"),
    ([1, 2, 2], list[int], "json"),
    ([b"\xff\x00", b""], list[bytes], "json"),
    ({"a": (b"\xff", 1)}, dict[str, tuple[bytes, int]], "json"),
    ((1, "a"), tuple[int, str], "json"),
    ((1, 2, 3), tuple[int, ...], "json"),
    ({3, 1, 2}, set[int], "json"),
    (frozenset({"b", "a"}), frozenset[str], "json"),
    (deque([1, 2]), deque[int], "json"),
    ({1, 2}, Set[int], "json"),
    ([{b"\xff"}], list[Set[bytes]], "json"),
    ("", str, "json"),
    ("line\n\u2028é\U0001f600", str, "json"),
    (True, bool, "json"),
    (2**70, int, "json"),
    (-0.5, float, "json"),
    (math.inf, float, "json"),
    ([1.5, -math.inf], list[float], "json"),
    (Decimal("1.10"), Decimal, "json"),
    (dt.datetime(2030, 1, 2, 3, 4, 5, 6), dt.datetime, "json"),
    (dt.date(2030, 1, 2), dt.date, "json"),
    (dt.timedelta(days=1, microseconds=1), dt.timedelta, "json"),
    (uuid.UUID(int=7), uuid.UUID, "json"),
    (Color.BLUE, Color, "json"),
    ("fast", Literal["fast", "slow"], "json"),
    (5, Annotated[int, Field(ge=1)], "json"),
    (5, Optional[int], "json"),  # noqa: UP045
    (None, Optional[int], "json"),  # noqa: UP045
    (None, Review | None, "json"),
    (REVIEWS[0], Review | None, "json"),
    ([REVIEWS[0]], list[Review] | dict[str, int], "json"),
    ("5", int | str, "json"),
    (5, Union[int, str], "json"),  # noqa: UP007
    (REVIEWS, list[Review] | None, "jsonl"),
    (None, list[Review] | None, "none"),
    (b"x", bytes | None, "raw"),
    (None, bytes | None, "none"),
    ("x", str | bytes, "json"),
    (b"x", str | bytes, "raw"),
]


@pytest.mark.parametrize(("value", "annotation", "codec"), ALIKE)
def test_a_value_comes_back_as_it_was(value: Any, annotation: Any, codec: str, tmp_path: Path) -> None:
    manifest = artifact.write(tmp_path / "a", value, annotation, "fetch")
    assert manifest.codec == codec
    found = artifact.read(tmp_path / "a", annotation, name="x")
    assert found == value
    assert type(found) is type(value)


def test_not_a_number_comes_back_from_everywhere(tmp_path: Path) -> None:
    rich = Rich(number=1, ratio=math.nan, maybe=-math.inf, anything=[math.nan, None])
    for value, annotation in ((rich, Rich), ([rich], list[Rich]), ([rich], Iterable[Rich])):
        found = round_trip(tmp_path / "a", value, annotation)
        back = found if isinstance(found, Rich) else next(iter(found))
        assert math.isnan(back.ratio)
        assert back.maybe == -math.inf
        assert math.isnan(back.anything[0])
        assert back.anything[1] is None
        assert back.when == rich.when
    assert math.isnan(round_trip(tmp_path / "a", [math.nan], list[float])[0])
    assert math.isnan(round_trip(tmp_path / "a", Point(1, math.nan), Point).y)


# (value, the type it is written as, the type it is read as, what comes back)
ACROSS: list[tuple[Any, Any, Any, Any]] = [
    ([1, 2], list[int], Sequence[int], [1, 2]),
    ([1, 2], list[int], tuple[int, ...], (1, 2)),
    ([1, 2], list[int], set[int], {1, 2}),
    ([1, 2], list[int], frozenset[int], frozenset({1, 2})),
    ([1, 2], list[int], deque[int], deque([1, 2])),
    ([1, 2], Sequence[int], tuple[int, int], (1, 2)),
    ([1, 2], list[int], list[float], [1.0, 2.0]),
    ((1, 2), tuple[int, int], list[int], [1, 2]),
    ([1, 2], list[int], Any, [1, 2]),
    ([1, 2], Any, list[int], [1, 2]),
    (REVIEWS, list[Review], tuple[Review, ...], tuple(REVIEWS)),
    (REVIEWS, Sequence[Review], list[Review], REVIEWS),
    (REVIEWS, list[Review], Annotated[list[Review], Field(min_length=3)], REVIEWS),
    (REVIEWS, list[Review], list[Review] | None, REVIEWS),
    (REVIEWS, list[Review], Any, [{"id": r.id, "text": r.text} for r in REVIEWS]),
    ([Scored(id=1, score=0.5)], list[Scored], list[Review], [Review(id=1)]),
    ([Edge(1, "x")], list[Edge], set[Edge], {Edge(1, "x")}),
    (REVIEWS[0], Review, Review | None, REVIEWS[0]),
    (None, None, Review | None, None),
    (None, None, Any, None),
    ({"id": 1}, Any, Review, Review(id=1)),
    (b"x", Any, bytes, b"x"),
    (b"x", bytes, bytearray, bytearray(b"x")),
]


@pytest.mark.parametrize(("value", "written", "read", "expected"), ACROSS)
def test_a_value_is_read_as_any_type_it_fits(
    value: Any, written: Any, read: Any, expected: Any, tmp_path: Path
) -> None:
    found = round_trip(tmp_path / "a", value, written, read)
    assert found == expected
    assert type(found) is type(expected)


@pytest.mark.parametrize("written", [list[int], Iterable[int], Iterator[int], Sequence[int], tuple[int, ...]])
@pytest.mark.parametrize(
    "read", [Iterable[int], Collection[int], Iterator[int], Generator[int, None, None], list[int]]
)
def test_lists_and_streams_feed_each_other(written: Any, read: Any, tmp_path: Path) -> None:
    value: Any = (3, 1, 3) if written == tuple[int, ...] else [3, 1, 3]
    assert list(round_trip(tmp_path / "a", value, written, read)) == [3, 1, 3]
    assert list(round_trip(tmp_path / "b", type(value)(), written, read)) == []


@pytest.mark.parametrize("annotation", [list[Review], Iterable[Review], Iterator[Review]])
@pytest.mark.parametrize("make", [list, tuple, iter, lambda items: (one for one in items), deque])
def test_any_iterable_may_be_returned_as_items(annotation: Any, make: Any, tmp_path: Path) -> None:
    assert list(round_trip(tmp_path / "a", make(REVIEWS), annotation)) == REVIEWS


def test_an_iterable_can_be_walked_twice_and_an_iterator_once(tmp_path: Path) -> None:
    twice = round_trip(tmp_path / "a", REVIEWS, Iterable[Review])
    assert [list(twice), list(twice)] == [REVIEWS, REVIEWS]
    once = round_trip(tmp_path / "a", REVIEWS, Iterator[Review])
    assert next(once) == REVIEWS[0]
    assert [list(once), list(once)] == [REVIEWS[1:], []]


def test_an_object_that_is_yielded_again_and_again_is_written_as_it_was_each_time(tmp_path: Path) -> None:
    def rows() -> Iterator[Review]:
        one = Review(id=0)
        for number in range(1000):
            one.id = number
            yield one

    assert [one.id for one in round_trip(tmp_path / "a", rows(), Iterator[Review])] == list(range(1000))


def test_computed_fields_aliases_and_excluded_fields_do_not_get_in_the_way(tmp_path: Path) -> None:
    account = Account(user="me", tags={"x", "y"})
    assert round_trip(tmp_path / "a", [account], list[Account]) == [account]
    assert b"password" not in (tmp_path / "a/data.jsonl").read_bytes()
    assert round_trip(tmp_path / "a", [account], Any) == [{"user": "me", "tags": ["x", "y"]}]


def test_lines_end_in_a_line_feed_and_hold_utf8(tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", [Review(id=1, text="é\r\n\u2028")], list[Review], "fetch")
    assert (tmp_path / "a/data.jsonl").read_bytes() == '{"id":1,"text":"é\\r\\n\u2028"}\n'.encode()


SETS = """
import sys
from pathlib import Path
from typing import Any
from artifact_samples import Account, Bag, Color, Edge, Rich
from pipegen.runtime import artifact
words = {f"word {n}" for n in range(50)}
rich = Rich(number=1, ratio=1, tags=words, anything=[words, {"k": frozenset(words)}, Bag(frozenset(words))])
for n, (value, annotation) in enumerate([
    (words, set[str]), (rich, Rich), ([rich], list[Rich]), ([{"a": words}], Any), (Bag(frozenset(words)), Bag),
    ({Color.RED, Color.BLUE}, set[Color]), ({Edge(n, str(n)) for n in range(9)}, set[Edge]),
    ({frozenset({w, "x"}) for w in words}, set[frozenset[str]]), ({1, "a", 2.5, None}, Any),
]):
    artifact.write(Path(sys.argv[1], str(n)), value, annotation, "fetch")
    print(artifact.digest(Path(sys.argv[1], str(n))))
"""


def test_sets_are_written_in_the_same_order_under_any_hash_seed(tmp_path: Path) -> None:
    seen = {
        subprocess.run(
            [sys.executable, "-c", SETS, str(tmp_path / seed)],
            env={"PYTHONHASHSEED": seed, "PYTHONPATH": str(Path(__file__).parent)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "2")
    }
    assert len(seen) == 1
    assert len(seen.pop().split()) == 9


def test_writing_sets_leaves_the_users_objects_alone(tmp_path: Path) -> None:
    rich = Rich(number=1, ratio=1, tags={"a", "b"}, anything={"c"})
    round_trip(tmp_path / "a", [rich], list[Rich])
    assert type(rich.tags) is set
    assert type(rich.anything) is set


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)
TYPED: list[tuple[Any, st.SearchStrategy[Any]]] = [
    (Any, JSON),
    (list[int], st.lists(st.integers())),
    (list[str], st.lists(st.text())),
    (dict[str, float], st.dictionaries(st.text(), st.floats(allow_nan=False))),
    (list[bytes], st.lists(st.binary())),
    (set[str], st.sets(st.text())),
    (tuple[int, str, bool], st.tuples(st.integers(), st.text(), st.booleans())),
    (Decimal, st.decimals(allow_nan=False, allow_infinity=False)),
    (dt.datetime, st.datetimes(timezones=st.just(dt.UTC))),
    (dt.date, st.dates()),
    (uuid.UUID, st.uuids()),
    (list[Review], st.lists(st.builds(Review, id=st.integers(), text=st.text()))),
    (
        list[Scored],
        st.lists(st.builds(Scored, id=st.integers(), score=st.none() | st.floats(allow_nan=False))),
    ),
    (Point, st.builds(Point, x=st.integers(), y=st.floats(allow_nan=False))),
    (int | str | None, st.none() | st.integers() | st.text()),
    (bytes, st.binary()),
]


@pytest.mark.parametrize(("annotation", "values"), TYPED, ids=[str(one) for one, _ in TYPED])
def test_whatever_the_value_it_comes_back(
    annotation: Any, values: st.SearchStrategy[Any], tmp_path: Path
) -> None:
    @settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(values)
    def holds(value: Any) -> None:
        found = round_trip(tmp_path / "a", value, annotation)
        assert found == value
        assert type(found) is type(value)

    holds()
