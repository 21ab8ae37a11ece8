"""Types that the tests of artifacts and codecs hand on."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any, Generic, NamedTuple, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SecretStr
from typing_extensions import TypedDict

from pipegen.errors import PipegenError
from pipegen.runtime import artifact

T = TypeVar("T")


class Review(BaseModel):
    id: int
    text: str = ""


class Scored(Review):
    score: float | None = None


class Color(enum.Enum):
    RED = "red"
    BLUE = "blue"


class Rich(BaseModel):
    """A bit of everything."""

    number: int
    ratio: float
    maybe: float | None = None
    price: Decimal = Decimal("1.10")
    when: dt.datetime = dt.datetime(2030, 1, 2, 3, 4, 5, 678901, tzinfo=dt.UTC)
    took: dt.timedelta = dt.timedelta(seconds=1.5)
    color: Color = Color.RED
    tags: set[str] = set()
    pair: tuple[int, str] = (1, "x")
    inside: dict[str, list[Review]] = {}
    anything: Any = None


class Aliased(BaseModel):
    a: int = Field(alias="b")
    b: int = Field(alias="a")
    other: str = Field(validation_alias="oTher", serialization_alias="oTHER")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)
    id: int
    when: dt.date


class Box(BaseModel, Generic[T]):
    item: T


class Login(BaseModel):
    user: str
    password: SecretStr


class Account(BaseModel):
    """Its secret is never written."""

    user: str
    tags: set[str] = set()
    password: SecretStr = Field(default=SecretStr("none"), exclude=True)


@dataclass
class Point:
    x: int
    y: float = 0.0


@dataclass(frozen=True)
class Bag:
    words: frozenset[str]


class Row(TypedDict):
    id: int
    name: str


class Edge(NamedTuple):
    start: int
    end: str


def round_trip(folder: Path, value: object, annotation: object, wanted: object = None) -> Any:
    artifact.write(folder, value, annotation, "fetch")
    return artifact.read(folder, annotation if wanted is None else wanted, name="reviews")


def refusal(call: Any, *given: object, **named: object) -> str:
    """The diagnostics that a call ends in, one per line."""
    try:
        found = call(*given, **named)
        if isinstance(found, Iterable):
            list(found)
    except PipegenError as error:
        return "\n".join(str(one) for one in error.diagnostics)
    raise AssertionError("it was not refused")
