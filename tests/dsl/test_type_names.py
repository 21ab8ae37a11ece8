"""Types as text."""

from __future__ import annotations

import datetime
import enum
import pathlib
import subprocess
import sys
import typing
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, List, Literal, NewType, Optional, Tuple, TypeVar, Union  # noqa: UP035

import pandas
import polars
import pyarrow
import pytest
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from pipegen.dsl.type_names import type_name

T = TypeVar("T")
HERE = __name__


class Review(BaseModel):
    id: int


class Box(BaseModel, Generic[T]):
    item: T


@dataclass
class Pair(Generic[T]):
    left: T


class Color(enum.Enum):
    RED = "red"


Price = NewType("Price", int)

CASES = [
    (None, "None"),
    (type(None), "None"),
    (Any, "Any"),
    (object, "object"),
    (int, "int"),
    (pathlib.Path, "pathlib.Path"),
    (datetime.datetime, "datetime.datetime"),
    (Review, f"{HERE}.Review"),
    (list, "list"),
    (List, "list"),  # noqa: UP006
    (list[Review], f"list[{HERE}.Review]"),
    (List[Review], f"list[{HERE}.Review]"),  # noqa: UP006
    (dict[str, list[int]], "dict[str, list[int]]"),
    (tuple[int, ...], "tuple[int, ...]"),
    (tuple[()], "tuple[()]"),
    (Tuple, "tuple"),  # noqa: UP006
    (Iterable[Review], f"Iterable[{HERE}.Review]"),
    (typing.Iterable[Review], f"Iterable[{HERE}.Review]"),
    (typing.Iterable, "Iterable"),
    (Iterator[int], "Iterator[int]"),
    (Generator[int, None, None], "Generator[int, None, None]"),
    (Sequence[int], "Sequence[int]"),
    (Mapping[str, Any], "Mapping[str, Any]"),
    (Callable[[int, str], bool], "Callable[[int, str], bool]"),
    (Callable[..., bool], "Callable[..., bool]"),
    (Optional[int], "int | None"),  # noqa: UP045
    (None | int, "int | None"),
    (Union[str, int], "int | str"),  # noqa: UP007
    (int | str, "int | str"),
    (list[Union[str, None, int]], "list[int | str | None]"),  # noqa: UP007
    (Annotated[int, "x"], "int"),
    (list[Annotated[int, "x"]], "list[int]"),
    (Annotated[int, "x"] | int, "int"),
    (Annotated[int | str, "x"] | bool, "bool | int | str"),
    (Literal["b", "a"], "Literal['a', 'b']"),
    (Literal[1, True, None], "Literal[1, None, True]"),
    (Literal[Color.RED], f"Literal[{HERE}.Color.RED]"),
    (Box[int], f"{HERE}.Box[int]"),
    (Box[list[Review]], f"{HERE}.Box[list[{HERE}.Review]]"),
    (Box, f"{HERE}.Box"),
    (Pair[int], f"{HERE}.Pair[int]"),
    (type[Review], f"type[{HERE}.Review]"),
    (T, "T"),
    (Price, f"{HERE}.Price"),
    ("Review", "Review"),
    (List["Review"], "list[Review]"),  # noqa: UP006
    (typing.NoReturn, "NoReturn"),
    (pandas.DataFrame, "pandas.DataFrame"),
    (polars.DataFrame, "polars.DataFrame"),
    (pyarrow.Table, "pyarrow.Table"),
]


@pytest.mark.parametrize(("annotation", "name"), CASES, ids=[name for _, name in CASES])
def test_an_annotation_is_named_as_its_reader_would_write_it(annotation: object, name: str) -> None:
    assert type_name(annotation) == name


def test_a_name_never_holds_an_address() -> None:
    assert type_name(object()) == "object"


def test_the_order_in_which_unions_were_first_seen_does_not_show() -> None:
    code = (
        "import typing; from pipegen.dsl.type_names import type_name\n"
        "typing.List[typing.Union[{first}]]\n"
        "print(type_name(typing.List[typing.Union[int, str]]))"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", code.format(first=first)], capture_output=True, text=True, check=True
        ).stdout
        for first in ("int, str", "str, int")
    }
    assert seen == {"list[int | str]\n"}


def test_a_type_alias_goes_by_its_own_name() -> None:
    alias = TypeAliasType("Reviews", list[Review])
    assert type_name(list[alias]) == f"list[{HERE}.Reviews]"
