"""Which return types fit which parameters."""
# ruff: noqa: UP006, UP007, UP042, UP045 (the older ways to write a type are used as well)

from __future__ import annotations

import collections
import collections.abc as abc
import datetime
import enum
import pathlib
import typing
from collections.abc import Collection, Generator, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import (
    Annotated,
    Any,
    Generic,
    Literal,
    NamedTuple,
    NewType,
    NotRequired,
    Optional,
    Protocol,
    TypedDict,
    TypeVar,
    Union,
    runtime_checkable,
)

import pandas
import polars
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, JsonValue
from typing_extensions import TypeAliasType
from written import linked, refused

from pipegen import Step, step
from pipegen.dsl.fits import fits, item_of

T = TypeVar("T")
Text = TypeVar("Text", bound=str)
Number = TypeVar("Number", int, float)


class Review(BaseModel):
    id: int


class Scored(Review):
    score: float


class Page(BaseModel, Generic[T]):
    items: list[T]


class ReviewPage(Page[Review]):
    number: int


@dataclass
class Box(Generic[T]):
    item: T


@dataclass
class ScoredBox(Box[Scored]):
    label: str = ""


@dataclass
class Base:
    id: int


@dataclass
class Derived(Base):
    more: int


class Row(TypedDict):
    id: int


class LongRow(TypedDict):
    id: int
    text: str


class MaybeRow(TypedDict):
    id: NotRequired[int]


class Point(NamedTuple):
    x: int


class Color(str, enum.Enum):
    RED = "red"


class HasId(Protocol):
    id: int


@runtime_checkable
class Sized(Protocol):
    def size(self) -> int: ...


class Big:
    def size(self) -> int:
        return 1


Price = NewType("Price", int)
Reviews = TypeAliasType("Reviews", list[Review])
A, B = TypeVar("A"), TypeVar("B")
Flipped = TypeAliasType("Flipped", dict[B, A], type_params=(A, B))
Tree = TypeAliasType("Tree", "dict[str, Tree] | int")
Bush = TypeAliasType("Bush", "dict[str, Bush] | int")

FITS: list[tuple[object, object]] = [
    (int, int),
    (Scored, Review),
    (Derived, Base),
    (bool, int),
    (int, float),
    (bool, float),
    (int, complex),
    (Color, str),
    (pathlib.PosixPath, pathlib.Path),
    (datetime.datetime, datetime.date),
    (int, Any),
    (Any, int),
    (int, object),
    (None, Optional[int]),
    (None, None),
    (int, Optional[int]),
    (int, int | str),
    (int | str, str | int),
    (int | str, int | str | None),
    (Scored | None, Review | None),
    (Union[int, str], Union[int, str, float]),
    (list[Review], list[Review]),
    (list[Scored], list[Review]),
    (list[Scored], Iterable[Review]),
    (list[Scored], Iterator[Review]),
    (list[Scored], Sequence[Review]),
    (list[Scored], Collection[Review]),
    (list[Scored], tuple[Review, ...]),
    (list[Scored], typing.List[Review]),
    (Iterator[Scored], list[Review]),
    (Iterable[Scored], list[Review]),
    (Generator[Scored, None, None], Iterable[Review]),
    (tuple[Scored, ...], list[Review]),
    (tuple[int, str], tuple[int, str]),
    (tuple[bool, str], tuple[int, object]),
    (tuple[Scored, Scored], list[Review]),
    (collections.deque[Scored], list[Review]),
    (list[int], list),
    (list, list[int]),
    (list, abc.Iterable),
    (list[list[Scored]], Iterable[Iterable[Review]]),
    (list[int], list[int | None]),
    (set[Scored], Set[Review]),
    (frozenset[int], set[float]),
    (set[int], Iterable[int]),
    (dict[str, Scored], Mapping[str, Review]),
    (dict[str, int], dict),
    (dict, dict[str, int]),
    (collections.OrderedDict[str, int], dict[str, float]),
    (Page[Review], Page[Review]),
    (Page[Scored], Page[Review]),
    (ReviewPage, Page[Review]),
    (ReviewPage, Page[Any]),
    (ReviewPage, Page),
    (Page[Scored], BaseModel),
    (Box[Scored], Box[Review]),
    (ScoredBox, Box[Review]),
    (ScoredBox, Box),
    (list[Page[Scored]], Iterable[Page[Review]]),
    (LongRow, Row),
    (Row, MaybeRow),
    (Row, dict[str, Any]),
    (Row, Mapping[str, object]),
    (Point, Point),
    (Literal["a"], str),
    (Literal["a"], Literal["a", "b"]),
    (Literal["a", 1], str | int),
    (Literal["a"], Any),
    (Price, int),
    (Price, Price),
    (Price, float),
    (list[Price], list[int]),
    (int, T),
    (str, Text),
    (int, Number),
    (T, int),
    (list[T], list[int]),
    (Text, str),
    (Review, HasId),
    (Big, Sized),
    (Annotated[int, Field(ge=1)], int),
    (int, Annotated[int, {"not": "hashable"}]),
    (list[Annotated[int, "x"]], Annotated[list[int], "y"]),
    (Reviews, list[Review]),
    (list[Scored], Reviews),
    (Flipped[int, str], dict[str, int]),
    (JsonValue, JsonValue),
    (dict[str, list[int]], JsonValue),
    (Tree, Tree),
    (Tree, Bush),
    (pandas.DataFrame, pandas.DataFrame),
    (pandas.DataFrame, polars.DataFrame),
    (polars.DataFrame, pyarrow.Table),
    (pyarrow.Table, pandas.DataFrame),
    (list[pandas.DataFrame], list[polars.DataFrame]),
]
MISFITS: list[tuple[object, object]] = [
    (int, str),
    (float, int),
    (int, bool),
    (str, int),
    (Decimal, float),
    (Review, Scored),
    (Base, Derived),
    (object, int),
    (Optional[int], int),
    (None, int),
    (int, None),
    (int | str, int),
    (int | list[int], list[int]),
    (list[Review], list[Scored]),
    (list[int], list[str]),
    (list[int | None], list[int]),
    (list[int], int),
    (int, list[int]),
    (str, list[str]),
    (str, Iterable[str]),
    (bytes, Iterable[int]),
    (dict[str, int], Iterable[str]),
    (Review, Iterable[Any]),
    (list[int], set[int]),
    (list[int], dict[int, int]),
    (dict[str, int], list[tuple[str, int]]),
    (dict[str, Review], dict[str, Scored]),
    (dict[int, str], dict[str, str]),
    (tuple[int, str], tuple[int, int]),
    (tuple[int, str], tuple[int, str, int]),
    (tuple[int, str], list[int]),
    (list[int], tuple[int, int]),
    (Iterator[Review], Iterator[Scored]),
    (list[list[Review]], list[Review]),
    (Page[Review], Page[Scored]),
    (Page[int], Page[str]),
    (ReviewPage, Page[Scored]),
    (Page[Review], ReviewPage),
    (Page[Review], list[Review]),
    (Box[Review], Box[Scored]),
    (ScoredBox, Box[int]),
    (Row, LongRow),
    (MaybeRow, Row),
    (dict[str, Any], Row),
    (Row, dict[int, int]),
    (str, Literal["a"]),
    (Literal["a", "b"], Literal["a"]),
    (Literal["a"], int),
    (Literal[1], Literal[True]),
    (int, Price),
    (int, Text),
    (str, Number),
    (Text, int),
    (Review, Sized),
    (Reviews, list[Scored]),
    (Flipped[int, str], dict[int, str]),
    (pathlib.Path, str),
    (str, pathlib.Path),
    (bytes, str),
    (pandas.DataFrame, pandas.Series),
    (pandas.DataFrame, list[Review]),
    (Base, Review),
    (Color, int),
]


@pytest.mark.parametrize(("produced", "wanted"), FITS, ids=str)
def test_fits(produced: object, wanted: object) -> None:
    assert fits(produced, wanted)


@pytest.mark.parametrize(("produced", "wanted"), MISFITS, ids=str)
def test_does_not_fit(produced: object, wanted: object) -> None:
    assert not fits(produced, wanted)


@pytest.mark.parametrize(
    ("annotation", "item"),
    [
        (list[int], int),
        (list, Any),
        (Iterable[Review], Review),
        (tuple[int, ...], int),
        (set[str], str),
        (list[int] | None, int),
        (Annotated[list[int], "x"], int),
        (Reviews, Review),
        (Any, Any),
        (tuple[int, str], None),
        (dict[str, int], None),
        (str, None),
        (list[int] | list[str], None),
        (Review, None),
    ],
)
def test_the_item_of_what_holds_items(annotation: object, item: object) -> None:
    assert item_of(annotation) == item


_leaves = st.sampled_from([int, float, str, bool, Review, Scored, Price, None, Literal["a"], Any, LongRow])


def _wider(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return (
        inner.map(lambda one: list[one])
        | inner.map(lambda one: Iterator[one])
        | inner.map(lambda one: dict[str, one])
        | inner.map(lambda one: Optional[one])
        | st.tuples(inner, inner).map(lambda two: Union[two])
    )


types = st.recursive(_leaves, _wider, max_leaves=6)


@given(types)
def test_every_type_fits_itself_and_any_and_an_option_of_itself(one: Any) -> None:
    assert fits(one, one)
    assert fits(one, Any)
    assert fits(one, object)
    assert fits(one, Optional[one])
    assert fits(list[one], Iterable[one])


@given(types, types, types)
def test_what_fits_one_of_several_fits_their_union(one: Any, two: Any, produced: Any) -> None:
    if fits(produced, one):
        assert fits(produced, Union[one, two])
    assert fits(Union[one, two], Union[two, one, int])


class Consumer(Step):
    def run(self, value: Any) -> None: ...


def test_edges_are_judged_by_these_rules() -> None:
    class Scores(Step):  # inside a function, so it is out of reach as well
        def run(self) -> list[Review]: ...

    class Wants(Step):
        def run(self, reviews: Iterable[Scored]) -> None: ...

    said = refused(lambda: linked(Scores() >> Wants()))
    codes = [line.partition("]")[0].rpartition("[")[2] for line in said]
    assert codes == ["PG108", "PG108", "PG126"]


@step(mode="row")
def by_row(review: Review, factor: int = 1) -> Scored:
    return Scored(id=review.id, score=factor)


@step
def many() -> list[Review]: ...


@step
def wants_many(rows: list[Scored]) -> None: ...


@step
def wants_one(row: Scored) -> None: ...


def test_a_step_that_runs_row_by_row_takes_and_makes_a_stream() -> None:
    pipeline = linked(many() >> by_row() >> wants_many())
    ports = {one.name: one.type for one in pipeline.steps["by-row"].inputs}
    assert ports == {"review": "Iterable[test_dsl_types.Review]", "factor": "int"}
    assert pipeline.steps["by-row"].output == "Iterator[test_dsl_types.Scored]"
    assert "but 'by-row' returns Iterator[" in refused(lambda: linked(many() >> by_row() >> wants_one()))[0]


@step
def number() -> int: ...


@step
def bare(value):  # type: ignore[no-untyped-def]
    return value


@step
def no_return(value: int):  # type: ignore[no-untyped-def]
    return value


def test_a_missing_return_type_is_anything_and_a_missing_input_type_is_refused() -> None:
    assert linked(no_return(value=number())).steps["no-return"].output == "Any"
    assert "[PG112]: parameter 'value' of step 'bare' has no type" in refused(lambda: linked(bare()))[0]
