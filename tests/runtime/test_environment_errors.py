"""What is missing, wrong or unknown among the variables is said all at once, and in plain words."""

from __future__ import annotations

import datetime
import enum
import json
import re
from typing import Annotated, Any, Literal

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, SecretBytes, SecretStr

from pipegen import Settings
from pipegen.runtime.codes import CODES
from pipegen.runtime.environment import problems


class Mode(enum.Enum):
    FAST = "fast"
    SLOW = "slow"


class Api(BaseModel):
    url: str
    limit: int = Field(10, ge=1)


def _number(text: str) -> str:
    if not text.isdigit():
        raise ValueError("no number")
    return text


def said(annotation: Any, text: str, default: Any = ...) -> list[str]:
    settings_type = pydantic.create_model("Some", __base__=Settings, value=(annotation, default))
    found = problems(settings_type, "fetch", "FETCH", {"FETCH__VALUE": text})
    assert {one.code for one in found} <= {"PG303"}
    return [one.message.partition(": it is field")[0] for one in found]


WRONG: list[tuple[Any, str, str]] = [
    (int, "many", "'FETCH__VALUE' must be a whole number, not 'many'"),
    (int, "", "'FETCH__VALUE' must be a whole number"),
    (int, "1.5", "'FETCH__VALUE' must be a whole number, not '1.5'"),
    (float, "x", "'FETCH__VALUE' must be a number, not 'x'"),
    (bool, "maybe", "'FETCH__VALUE' must be true or false, not 'maybe'"),
    (Annotated[int, Field(ge=1)], "0", "'FETCH__VALUE' must be >= 1, not '0'"),
    (Annotated[int, Field(gt=0, le=9)], "10", "'FETCH__VALUE' must be <= 9, not '10'"),
    (Annotated[float, Field(lt=1)], "1", "'FETCH__VALUE' must be < 1.0, not '1'"),
    (Annotated[int, Field(multiple_of=5)], "3", "'FETCH__VALUE' must be a multiple of 5, not '3'"),
    (Annotated[str, Field(min_length=3)], "ab", "'FETCH__VALUE' must have at least 3 characters"),
    (Annotated[str, Field(pattern="^a")], "b", "'FETCH__VALUE' must match '^a'"),
    (Literal["a", "b"], "c", "'FETCH__VALUE' must be one of 'a' or 'b', not 'c'"),
    (Mode, "quick", "'FETCH__VALUE' must be one of 'fast' or 'slow', not 'quick'"),
    (datetime.date, "soon", "'FETCH__VALUE' must be a date like 2030-12-31, not 'soon'"),
    (datetime.time, "noon", "'FETCH__VALUE' must be a time like 04:00:00, not 'noon'"),
    (
        datetime.timedelta,
        "long",
        "'FETCH__VALUE' must be a duration like PT1H30M, 01:30:00 or a number of seconds, not 'long'",
    ),
    (pydantic.AwareDatetime, "2024-01-01T00:00:00", "'FETCH__VALUE' must say its time zone, like 2030-12-31T04:00:00Z"),
    (list[int], "", "'FETCH__VALUE' is empty, and must be JSON"),
    (list[int], "[1,", "'FETCH__VALUE' is not JSON: expecting value at line 1, column 4"),
    (list[int], '{"a": 1}', "'FETCH__VALUE' must be a JSON list"),
    (list[int], '[1, "x", 2, "y"]', "'FETCH__VALUE' must be a whole number at [1], must be a whole number at [3]"),
    (list[int], "[" * 100_000, "'FETCH__VALUE' is not JSON: a number is too long or the nesting too deep"),
    (list[int], "9" * 5000, "'FETCH__VALUE' is not JSON: a number is too long or the nesting too deep"),
    (Annotated[list[int], Field(max_length=1)], "[1, 2]", "'FETCH__VALUE' must have at most 1 items"),
    (dict[str, int], '{"a": 1, "a": 2}', "'FETCH__VALUE' is not JSON that can be used: an object names a key twice"),
    (dict[str, int], '{"a": "x"}', "'FETCH__VALUE' must be a whole number at .a"),
    (list[Api], '[{"limit": 1}]', "'FETCH__VALUE' has no 'url' at [0]"),
    (int | bool, "x", "'FETCH__VALUE' must be a whole number or must be true or false, not 'x'"),
    (Api, '{"url": "u", "limt": 1}', "'FETCH__VALUE' has a key 'limt' that 'Api' does not know"),
    (Api, "[]", "'FETCH__VALUE' must be a JSON object"),
    (Api, '{"url": "u", "limit": 0}', "'FETCH__VALUE' must be >= 1"),
    (Annotated[str, pydantic.AfterValidator(_number)], "ab", "'FETCH__VALUE' is refused: no number"),
]  # fmt: skip


@pytest.mark.parametrize(("annotation", "text", "expected"), WRONG, ids=range(len(WRONG)))
def test_a_wrong_value_is_named_with_its_constraint(annotation: Any, text: str, expected: str) -> None:
    assert said(annotation, text) == [expected]


class Fetch(Settings):
    url: str = Field(description="The address to read from.")
    limit: int = Field(10, ge=1)
    labels: dict[str, str] = Field({})
    api: Api = Api(url="u")
    token: SecretStr | None = None


DOC = """Download the reviews.

More about it.
"""


def shown(environ: dict[str, str], task: str = "fetch", settings_type: type | None = Fetch) -> list[str]:
    return [
        f"{one.code} {one.message} | {one.hint}"
        for one in problems(settings_type, task, "FETCH", environ, DOC)
    ]


def test_everything_wrong_is_said_at_once_with_the_step_it_is_about() -> None:
    environ = {"FETCH__LIMIT": "0", "FETCH__API__LIMIT": "x", "FETCH__LIMT": "1", "FETCH_EU__LABELS": "a=b"}
    about = "of task 'fetch-eu' (Download the reviews.)"
    assert shown(environ, "fetch-eu") == [
        f"PG302 'FETCH__URL' is not set: it is field 'url' (str) {about} | "
        'set FETCH__URL, or FETCH_EU__URL for this task alone; it is "The address to read from."',
        f"PG303 'FETCH_EU__LABELS' is not JSON: expecting value at line 1, column 1: "
        f"it is field 'labels' (dict[str, str]) {about} | ",
        f"PG303 'FETCH__API__LIMIT' must be a whole number, not 'x': it is field 'api.limit' (int, >= 1) {about} | ",
        f"PG303 'FETCH__LIMIT' must be >= 1, not '0': it is field 'limit' (int, >= 1) {about} | ",
        f"PG304 'FETCH__LIMT' sets nothing: no field {about} goes by that name | did you mean 'FETCH__LIMIT'?",
    ]


UNKNOWN = [
    ("FETCH__LIMITT", "did you mean 'FETCH__LIMIT'?"),
    ("FETCH_EU__LIMITT", "did you mean 'FETCH_EU__LIMIT'?"),
    ("FETCH__limit", "did you mean 'FETCH__LIMIT'?"),
    ("fetch__limit", "did you mean 'FETCH__LIMIT'?"),
    ("Fetch_Eu__Limit", "did you mean 'FETCH_EU__LIMIT'?"),
    ("FETCH__API__URLS", "did you mean 'FETCH__API__URL'?"),
    ("FETCH__LABELS__TEAM", "field 'labels' has no variables below it; give 'FETCH__LABELS' whole, as JSON"),
    ("FETCH__", "did you mean 'FETCH__URL'?"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "hint"), UNKNOWN)
def test_an_unknown_variable_under_a_prefix_is_refused_with_a_suggestion(name: str, hint: str) -> None:
    found = problems(Fetch, "fetch-eu", "FETCH", {"FETCH__URL": "u", name: "1"})
    assert [(one.code, one.hint) for one in found] == [("PG304", hint)]
    assert f"'{name}'" in found[0].message


@pytest.mark.parametrize(
    "name", ["FETCH_URL", "FETCHER__LIMIT", "OTHER__X", "FETCH", "_FETCH__LIMIT", "FETCH_EUROPE__X"]
)
def test_variables_of_others_are_left_alone(name: str) -> None:
    assert problems(Fetch, "fetch-eu", "FETCH", {"FETCH__URL": "u", name: "1"}) == []


def test_a_step_without_settings_refuses_variables_under_its_prefix() -> None:
    assert shown({"FETCH__LIMIT": "1"}, settings_type=None) == [
        "PG304 'FETCH__LIMIT' sets nothing: no field of task 'fetch' (Download the reviews.) goes by that name | "
        "the step has no settings; unset the variable"
    ]


def test_parameters_that_name_no_setting_are_refused() -> None:
    found = problems(Fetch, "fetch", "FETCH", {"FETCH__URL": "u"}, "", {"limitt": "P"}, {"api.ur": "1"})
    assert [(one.code, one.hint) for one in found] == [
        ("PG308", "did you mean 'api.url'?"),
        ("PG308", "did you mean 'limit'?"),
    ]


def test_a_wrong_parameter_is_named_by_where_it_came_from() -> None:
    environ = {"FETCH__URL": "u", "P": "0"}
    found = problems(Fetch, "fetch", "FETCH", environ, "", {"limit": "P"}, {"api.limit": "[]"})
    assert [one.message.partition(",")[0].partition(":")[0] for one in found] == [
        "'--default api.limit' must be a whole number",
        "'P' must be >= 1",
    ]


def test_a_wrong_default_in_the_class_is_not_blamed_on_a_variable() -> None:
    class Bad(Settings):
        limit: int = Field("many")  # type: ignore[assignment]

    found = problems(Bad, "fetch", "FETCH", {})
    assert [(one.code, one.message) for one in found] == [
        ("PG307", "the default of field 'limit' must be a whole number: it is a setting of task 'fetch'")
    ]


def test_a_class_that_pydantic_cannot_build_is_refused() -> None:
    class Odd(Settings):
        thing: ODD  # type: ignore[name-defined]  # noqa: F821

    assert [one.code for one in problems(Odd, "fetch", "FETCH", {})] == ["PG305"]


def test_what_a_validator_of_the_whole_says_is_passed_on() -> None:
    class Either(Settings):
        user: str = ""
        token: SecretStr = SecretStr("")

        @pydantic.model_validator(mode="after")
        def check(self) -> Either:
            raise ValueError(f"give a user or a token, not {self.token.get_secret_value() or 'none'}")

    [one] = problems(Either, "fetch", "FETCH", {})
    assert one.message == "the settings of task 'fetch' are refused: give a user or a token, not none"
    [one] = problems(Either, "fetch", "FETCH", {"FETCH__TOKEN": "hush-hush"})
    assert "hush" not in str(one)


def test_a_validator_that_breaks_is_reported_without_a_traceback() -> None:
    class Breaks(Settings):
        token: SecretStr = SecretStr("")

        @pydantic.field_validator("token")
        @classmethod
        def check(cls, value: SecretStr) -> SecretStr:
            raise KeyError(value.get_secret_value())

    [one] = problems(Breaks, "fetch", "FETCH", {"FETCH__TOKEN": "hush-hush"})
    assert one.message == "the settings of task 'fetch' are refused: KeyError"


class Inner(BaseModel):
    name: str = ""
    password: SecretStr = SecretStr("")
    pin: pydantic.Secret[int] = pydantic.Secret[int](0)


class Secretive(Settings):
    plain: Annotated[SecretStr, Field(min_length=200)] = SecretStr("x" * 200)
    raw: Annotated[SecretBytes, Field(max_length=2)] = SecretBytes(b"")
    number: pydantic.Secret[int] = pydantic.Secret[int](0)
    listed: pydantic.Secret[list[int]] = pydantic.Secret[list[int]]([])
    by_name: dict[str, SecretStr] = Field({})
    either: SecretStr | list[int] | None = None
    inner: Inner = Inner()
    many: list[Inner] = Field([])
    checked: SecretStr = SecretStr("")

    @pydantic.field_validator("checked")
    @classmethod
    def check(cls, value: SecretStr) -> SecretStr:
        assert not value, f"bad secret {value.get_secret_value()!r}"
        return value


def wrong_secrets(text: str) -> dict[str, str]:
    quoted = json.dumps(text)
    return {
        "S__PLAIN": text,
        "S__RAW": text,
        "S__NUMBER": text,
        "S__LISTED": f"[{quoted}]",
        "S__BY_NAME": f'{{"a": {{{quoted}: 1}}}}',
        "S__INNER__PIN": text,
        "S__INNER": f'{{"name": 5, "password": [{quoted}]}}',
        "S__MANY": f'[{{"password": {{{quoted}: {quoted}}}, "pin": {quoted}}}]',
        "S__CHECKED": text,
    }


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=4, max_size=60))
def test_no_wrong_secret_is_ever_shown(text: str) -> None:
    secret = f"Q7{text}7Q"  # told apart from the words of a message
    for environ in (wrong_secrets(secret), *({key: one} for key, one in wrong_secrets(secret).items())):
        found = problems(Secretive, "s", "S", environ)
        assert found
        for one in found:
            assert "Q7" not in str(one)
            assert "7Q" not in str(one)


def test_malformed_json_around_a_secret_does_not_show_it() -> None:
    for text in ('{"password": "hush', '{"password": hush}', '{"password": "hush"} hush', '["\\hush"]'):
        [one] = problems(Secretive, "s", "S", {"S__INNER": text})
        assert "hush" not in str(one)


def test_each_code_is_explained_once() -> None:
    assert all(re.fullmatch(r"PG3[01]\d|PG507", code) for code in CODES)
    assert all(
        title and 1 <= text.count(". ") + 1 <= 4 and text.endswith(".") for title, text in CODES.values()
    )
    assert len({title for title, _ in CODES.values()}) == len(CODES)
