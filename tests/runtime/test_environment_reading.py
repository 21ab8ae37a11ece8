"""Settings are read from environment variables, by type, by prefix and leaf by leaf."""

from __future__ import annotations

import dataclasses
import datetime
import decimal
import enum
import ipaddress
import os
import pathlib
import typing
import uuid
from collections import deque
from typing import Annotated, Any, Literal, NamedTuple, NewType

import pydantic
import pytest
import typing_extensions
from pydantic import BaseModel, ConfigDict, Field, SecretBytes, SecretStr

from pipegen import Settings
from pipegen.errors import PipegenError
from pipegen.runtime.environment import read


class Mode(enum.Enum):
    FAST = "fast"
    SLOW = "slow"


class Level(enum.Enum):
    LOW = 1
    HIGH = 2


class Priority(enum.IntEnum):
    LOW = 1


class Api(BaseModel):
    url: str
    limit: int = 10


@dataclasses.dataclass
class Point:
    x: int
    y: int = 0


class Pair(NamedTuple):
    left: int
    right: str


class Options(typing_extensions.TypedDict):
    deep: bool


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int = 9


class Dog(BaseModel):
    kind: Literal["dog"]


UserId = NewType("UserId", int)
UTC = datetime.UTC

CASES: list[tuple[Any, str, object]] = [
    (str, "plain", "plain"),
    (str, '["not", "json"]', '["not", "json"]'),
    (str, "", ""),
    (str, "5", "5"),
    (str | None, "", ""),
    (str | None, "null", "null"),
    (int, "5", 5),
    (int, " -5 ", -5),
    (int | None, "", None),
    (int | None, "7", 7),
    (pydantic.StrictInt, "5", 5),
    (UserId, "5", 5),
    (float, "1e3", 1000.0),
    (bool, "true", True),
    (bool, "0", False),
    (bool, "off", False),
    (bool | None, "", None),
    (bytes, "abc", b"abc"),
    (decimal.Decimal, "1.10", decimal.Decimal("1.10")),
    (Mode, "fast", Mode.FAST),
    (Mode | None, "", None),
    (Level, "2", Level.HIGH),
    (Priority, "1", Priority.LOW),
    (Literal["a", "b"], "b", "b"),
    (Literal[1, 2], "2", 2),
    (Literal["1", 1], "1", "1"),
    (Literal[True], "true", True),
    (Literal[Mode.SLOW], "slow", Mode.SLOW),
    (datetime.date, "2024-02-29", datetime.date(2024, 2, 29)),
    (datetime.date | None, "", None),
    (datetime.datetime, "2024-01-01T04:00:00Z", datetime.datetime(2024, 1, 1, 4, tzinfo=UTC)),
    (datetime.time, "04:30:00", datetime.time(4, 30)),
    (datetime.timedelta, "PT1H", datetime.timedelta(hours=1)),
    (datetime.timedelta, "01:00:00", datetime.timedelta(hours=1)),
    (datetime.timedelta, "90", datetime.timedelta(seconds=90)),
    (pathlib.Path, "data/in", pathlib.Path("data/in")),
    (pathlib.Path | None, "", None),
    (uuid.UUID, "12345678-1234-5678-1234-567812345678", uuid.UUID("12345678123456781234567812345678")),
    (ipaddress.IPv4Address, "10.0.0.1", ipaddress.IPv4Address("10.0.0.1")),
    (pydantic.ByteSize, "3KiB", pydantic.ByteSize(3072)),
    (list[int], "[1, 2]", [1, 2]),
    (list[str], "[]", []),
    (list[int] | None, "null", None),
    (list[int] | None, "", None),
    (tuple[int, str], '[1, "a"]', (1, "a")),
    (tuple[int, ...], "[1, 2]", (1, 2)),
    (set[int], "[2, 1, 2]", {1, 2}),
    (frozenset[str], '["a"]', frozenset({"a"})),
    (deque[int], "[1]", deque([1])),
    (typing.Sequence[int], "[1]", [1]),
    (dict[str, int], '{"a": 1}', {"a": 1}),
    (typing.Mapping[str, list[int]], '{"a": [1]}', {"a": [1]}),
    (list[Api], '[{"url": "u"}]', [Api(url="u")]),
    (dict[str, Api], '{"a": {"url": "u", "limit": 1}}', {"a": Api(url="u", limit=1)}),
    (Point, '{"x": 1}', Point(1)),
    (Pair, '[1, "r"]', Pair(1, "r")),
    (Options, '{"deep": true}', {"deep": True}),
    (list[str] | str, "plain", "plain"),
    (list[str] | str, '["a"]', ["a"]),
    (list[str] | str, "5", "5"),
    (list[str] | str, "null", "null"),
    (list[int] | int, "5", 5),
    (list[int] | bool, "true", True),
    (dict[str, int] | datetime.date, "2024-01-01", datetime.date(2024, 1, 1)),
    (int | str, "abc", "abc"),
    (
        Annotated[Cat | Dog, Field(discriminator="kind")],
        '{"kind": "cat", "lives": 3}',
        Cat(kind="cat", lives=3),
    ),
    (Cat | Dog, '{"kind": "dog"}', Dog(kind="dog")),
    (Annotated[int, Field(ge=1)] | None, "3", 3),
    (pydantic.Json[list[int]], "[1]", [1]),
    (SecretStr, "hush", SecretStr("hush")),
    (SecretStr | None, "", SecretStr("")),
    (SecretBytes, "hush", SecretBytes(b"hush")),
    (pydantic.Secret[int], "5", pydantic.Secret[int](5)),
    (dict[str, SecretStr], '{"a": "b"}', {"a": SecretStr("b")}),
    (Any, "[1]", "[1]"),
]


@pytest.mark.parametrize(("annotation", "text", "expected"), CASES, ids=[f"{a}={t}" for a, t, _ in CASES])
def test_a_variable_is_read_as_the_type_of_its_field(annotation: Any, text: str, expected: object) -> None:
    settings_type = pydantic.create_model("Some", __base__=Settings, value=(annotation, ...))
    settings = read(settings_type, "fetch", "FETCH", {"FETCH__VALUE": text})
    assert settings is not None
    value = settings.value  # type: ignore[attr-defined]
    assert value == expected
    assert type(value) is type(expected)


def test_a_strict_settings_class_is_still_read_from_text() -> None:
    class Strict(Settings):
        model_config = ConfigDict(strict=True)
        count: int
        day: datetime.date
        tags: set[str]

    given = {"S__COUNT": "3", "S__DAY": "2024-01-01", "S__TAGS": '["a"]'}
    assert read(Strict, "s", "S", given) == Strict(count=3, day=datetime.date(2024, 1, 1), tags={"a"})


class Fetch(Settings):
    api: Api
    model: str = "small"
    spare: Api = Api(url="https://spare", limit=7)
    extra: Api | None = None
    made: Api = Field(default_factory=lambda: Api(url="https://made", limit=3))


URL = {"FETCH__API__URL": "u"}
PRECEDENCE: list[tuple[str, dict[str, str], dict[str, object]]] = [
    ("defaults stand", {}, {"model": "small", "api.limit": 10}),
    ("class form", {"FETCH__MODEL": "c"}, {"model": "c"}),
    ("task form", {"FETCH_EU__MODEL": "t"}, {"model": "t"}),
    ("task before class", {"FETCH__MODEL": "c", "FETCH_EU__MODEL": "t"}, {"model": "t"}),
    ("deeper overrides whole", {"FETCH__API": '{"url": "j", "limit": 2}', "FETCH__API__LIMIT": "4"},
     {"api.url": "u", "api.limit": 4}),
    ("leaf by leaf", {"FETCH_EU__API__LIMIT": "9"}, {"api.url": "u", "api.limit": 9}),
    ("task's whole over class's leaf", {"FETCH_EU__API": '{"url": "j"}', "FETCH__API__LIMIT": "4"},
     {"api.url": "j", "api.limit": 4}),
    ("part of a default", {"FETCH__SPARE__LIMIT": "1"}, {"spare.url": "https://spare", "spare.limit": 1}),
    ("whole instead of a default", {"FETCH__SPARE": '{"url": "j"}'}, {"spare.url": "j", "spare.limit": 10}),
    ("part of a made default", {"FETCH__MADE__URL": "p"}, {"made.url": "p", "made.limit": 3}),
    ("absent stays None", {}, {"extra": None}),
    ("a part makes it", {"FETCH__EXTRA__URL": "x"}, {"extra.url": "x", "extra.limit": 10}),
    ("empty is None", {"FETCH__EXTRA": ""}, {"extra": None}),
    ("the task's null wins", {"FETCH__EXTRA__URL": "x", "FETCH_EU__EXTRA": "null"}, {"extra": None}),
    ("the task's part wins over null", {"FETCH__EXTRA": "null", "FETCH_EU__EXTRA__URL": "x"}, {"extra.url": "x"}),
]  # fmt: skip


@pytest.mark.parametrize(("_why", "given", "expected"), PRECEDENCE, ids=[why for why, _, _ in PRECEDENCE])
def test_the_nearest_variable_wins(_why: str, given: dict[str, str], expected: dict[str, object]) -> None:
    settings = read(Fetch, "fetch-eu", "FETCH", {**URL, **given})
    assert {name: _at(settings, name) for name in expected} == expected


def _at(value: Any, name: str) -> object:
    for part in name.split("."):
        value = getattr(value, part)
    return value


PARAMETERS: list[tuple[str, dict[str, str], dict[str, str], dict[str, str], str]] = [
    ("a parameter wins over all", {"PARAM": "p", "FETCH_EU__MODEL": "t"}, {"model": "PARAM"}, {}, "p"),
    ("an unset one does not", {"FETCH_EU__MODEL": "t"}, {"model": "PARAM"}, {}, "t"),
    ("its default is weaker than a variable", {"FETCH__MODEL": "c"}, {}, {"model": '"d"'}, "c"),
    ("but stronger than the field's", {}, {}, {"model": '"d"'}, "d"),
]


@pytest.mark.parametrize(
    ("_why", "given", "sources", "defaults", "expected"), PARAMETERS, ids=[one[0] for one in PARAMETERS]
)
def test_pipeline_parameters_have_their_place(
    _why: str, given: dict[str, str], sources: dict[str, str], defaults: dict[str, str], expected: str
) -> None:
    settings = read(Fetch, "fetch-eu", "FETCH", {**URL, **given}, "", sources, defaults)
    assert _at(settings, "model") == expected


def test_a_parameter_reaches_into_a_model() -> None:
    settings = read(Fetch, "fetch", "FETCH", {**URL, "P": "5"}, "", {"api.limit": "P"}, {"spare.limit": "6"})
    assert (_at(settings, "api.limit"), _at(settings, "spare.limit")) == (5, 6)


def test_fields_named_like_system_variables_neither_read_nor_write_them() -> None:
    class Places(Settings):
        PATH: str = "unset"
        HOME: str = "unset"

    before = dict(os.environ)
    assert read(Places, "fetch", "FETCH") == Places()
    os.environ["FETCH__PATH"] = "mine"
    try:
        assert read(Places, "fetch", "FETCH") == Places(PATH="mine")
    finally:
        del os.environ["FETCH__PATH"]
    assert dict(os.environ) == before


def test_an_alias_does_not_change_the_variable() -> None:
    class Renamed(Settings):
        model_name: str = Field(alias="modelName")
        api: Api = Field(validation_alias=pydantic.AliasChoices("service", "api"))

    given = {"S__MODEL_NAME": "m", "S__API": '{"url": "u"}', "S__API__LIMIT": "2"}
    settings = read(Renamed, "s", "S", given)
    assert (_at(settings, "model_name"), _at(settings, "api.limit")) == ("m", 2)


def test_a_model_inside_itself_is_given_as_json() -> None:
    settings = read(_Tree, "s", "S", {"S__ROOT__CHILD": '{"value": 2}', "S__ROOT__VALUE": "1"})
    assert (_at(settings, "root.value"), _at(settings, "root.child.value")) == (1, 2)


class _Branch(BaseModel):
    value: int = 0
    child: _Branch | None = None


class _Tree(Settings):
    root: _Branch = _Branch()


def test_a_step_without_settings_reads_nothing() -> None:
    assert read(None, "fetch", "FETCH", {"OTHER__X": "1"}) is None


def test_settings_cannot_be_changed() -> None:
    settings = read(Fetch, "fetch", "FETCH", URL)
    with pytest.raises(pydantic.ValidationError):
        settings.model = "other"  # type: ignore[union-attr]


def test_constructing_settings_never_reads_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FETCH__MODEL", "from outside")
    assert Fetch(api=Api(url="u")).model == "small"


def test_fields_that_share_a_variable_are_refused() -> None:
    class Twice(Settings):
        limit: int = 1
        Limit: int = 2

    with pytest.raises(PipegenError) as caught:
        read(Twice, "s", "S", {})
    assert [one.code for one in caught.value.diagnostics] == ["PG306"]
