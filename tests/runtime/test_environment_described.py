"""A settings class as data: its fields, the variables they are read from, and its schema."""

from __future__ import annotations

import datetime
import enum
import json
import pathlib
import subprocess
import sys
import typing
from typing import Annotated, Any, Literal

import jsonschema
import pydantic
import pytest
import typing_extensions
from pydantic import BaseModel, Field, SecretStr

from pipegen import Settings, ir
from pipegen.dsl.settings import describe
from pipegen.runtime.environment import variables


class Mode(enum.Enum):
    FAST = "fast"
    SLOW = "slow"


class Inner(BaseModel):
    url: str
    limit: int = 5
    token: SecretStr = SecretStr("hush")


T = typing_extensions.TypeVar("T")
Hidden = typing_extensions.TypeAliasType("Hidden", SecretStr)
Several = typing_extensions.TypeAliasType("Several", list[SecretStr | T], type_params=(T,))

TYPES: list[tuple[Any, Any, str, object, bool]] = [
    (str, ..., "str", None, False),
    (Annotated[int, Field(ge=1, le=5)], 3, "int, >= 1, <= 5", 3, False),
    (Annotated[int, Field(gt=0)] | None, None, "int | None, > 0", None, False),
    (Annotated[str, Field(max_length=5, pattern="^a")], "a", "str, at most 5 characters, matching '^a'", "a", False),
    (Annotated[list[int], Field(min_length=1)], [1], "list[int], at least 1 items", [1], False),
    (Mode, Mode.FAST, "'fast' | 'slow'", "fast", False),
    (Literal["b", "a", 1] | None, "a", "'a' | 'b' | 1 | None", "a", False),
    (str | int | None, 1, "int | str | None", 1, False),
    (datetime.timedelta, datetime.timedelta(hours=1), "timedelta", "PT1H", False),
    (datetime.date | None, datetime.date(2024, 1, 1), "date | None", "2024-01-01", False),
    (pathlib.Path, pathlib.Path("a/b"), "Path", "a/b", False),
    (set[str], {"c", "a", "b"}, "set[str]", ["a", "b", "c"], False),
    (dict[str, set[int]], {"x": {3, 1, 2}}, "dict[str, set[int]]", {"x": [1, 2, 3]}, False),
    (float, float("inf"), "float", "inf", False),
    (pydantic.PositiveInt, 1, "int, > 0", 1, False),
    (SecretStr, SecretStr("hush"), "SecretStr", None, True),
    (SecretStr | None, "hush", "SecretStr | None", None, True),
    (pydantic.Secret[int], 5, "Secret[int]", None, True),
    (dict[str, list[SecretStr]], {"a": ["hush"]}, "dict[str, list[SecretStr]]", None, True),
    (Annotated[SecretStr, Field(min_length=3)], "hush", "SecretStr, at least 3 characters", None, True),
    (Hidden, "hush", "SecretStr", None, True),
    (Several[int], ["hush"], "list[T | SecretStr]", None, True),
    (list[Inner], [Inner(url="u")], f"list[{__name__}.Inner]", None, True),
]  # fmt: skip


@pytest.mark.parametrize(
    ("annotation", "default", "text", "shown", "secret"), TYPES, ids=[one[2] for one in TYPES]
)
def test_a_field_is_described(annotation: Any, default: Any, text: str, shown: object, secret: bool) -> None:
    settings_type = pydantic.create_model("Some", __base__=Settings, value=(annotation, default))
    [setting] = describe(settings_type, schema=False)[0]
    assert setting == ir.Setting("value", text, default is ..., shown, secret)
    assert "hush" not in json.dumps(describe(settings_type, schema=True)[1])


class Fetch(Settings):
    """What to fetch."""

    api: Inner
    spare: Inner = Inner(url="x", limit=9, token=SecretStr("hush"))
    absent: Inner | None = None
    mode: Mode = Field(Mode.FAST, description="How   to\nrun.")
    tags: set[str] = Field({"b", "a"})
    now: datetime.datetime = Field(default_factory=datetime.datetime.now)
    names: list[str] = Field(default_factory=list)


def test_models_are_described_leaf_by_leaf() -> None:
    found = [(one.name, one.required, one.default, one.secret) for one in describe(Fetch, schema=False)[0]]
    assert found == [
        ("api.url", True, None, False),
        ("api.limit", False, 5, False),
        ("api.token", False, None, True),
        ("spare.url", False, "x", False),
        ("spare.limit", False, 9, False),
        ("spare.token", False, None, True),
        ("absent.url", False, None, False),
        ("absent.limit", False, None, False),
        ("absent.token", False, None, True),
        ("mode", False, "fast", False),
        ("tags", False, ["a", "b"], False),
        ("now", False, None, False),
        ("names", False, [], False),
    ]


def test_variables_are_named_by_class_and_by_task() -> None:
    settings, _ = describe(Fetch, schema=False)
    step = ir.Step("fetch", "acme:Fetch", prefix="FETCH", settings=settings)
    found = variables(step, "fetch-eu")
    assert (found[0].name, found[0].alternative) == ("FETCH__API__URL", "FETCH_EU__API__URL")
    assert (found[0].step, found[0].field, found[0].required) == ("fetch", "api.url", True)
    assert found[9].description == "How to run."
    assert {one.alternative for one in variables(step, "fetch")} == {""}
    assert {one.alternative for one in variables(step)} == {""}


def test_the_schema_takes_what_the_class_takes_and_holds_no_secret() -> None:
    schema: Any = describe(Fetch, schema=True)[1]
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate({"api": {"url": "u"}, "mode": "slow"}, schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({"api": {"url": "u"}, "mod": "slow"}, schema)
    assert "hush" not in json.dumps(schema)
    assert "***" not in json.dumps(schema)


def test_a_description_is_the_same_under_any_hash_seed() -> None:
    code = (
        "import json, sys; sys.path.insert(0, 'tests/runtime')\n"
        "from test_environment_described import Fetch, describe\n"
        "print(describe(Fetch, schema=True))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={"PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(found) == 1


def test_a_type_without_a_schema_is_left_open() -> None:
    settings_type: Any = pydantic.create_model(
        "Odd", __base__=Settings, call=(typing.Callable[..., int] | None, None), n=(int, 1)
    )
    found, schema = describe(settings_type, schema=True)
    assert [one.name for one in found] == ["call", "n"]
    assert schema == {"type": "object", "properties": {"call": {}, "n": {}}}
