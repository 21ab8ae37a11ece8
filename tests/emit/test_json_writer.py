"""JSON that is written is stable, valid and the same data."""

from __future__ import annotations

import enum
import json as stdlib
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given, settings
from nasty import documents

from pipegen.emit import json
from pipegen.emit.yaml import Commented, Flow
from pipegen.errors import PipegenError


@settings(deadline=None)
@given(documents)
def test_any_document_comes_back(document: Any) -> None:
    assert stdlib.loads(json.dump(document)) == document
    assert stdlib.loads(json.compact(document)) == document


@settings(deadline=None)
@given(documents)
def test_no_line_separator_is_left_in_the_open(document: Any) -> None:
    for written in (json.dump(document), json.compact(document)):
        assert not {"\u2028", "\u2029"} & set(written)
    assert "\n" not in json.compact(document)
    assert json.dump(document).endswith("\n")


def test_the_order_given_is_kept_and_text_stays_readable() -> None:
    value = {"b": ["ü", "\u2028"], "a": {}, "c": [], "d": 1e16}
    assert json.dump(value) == (
        '{\n  "b": [\n    "ü",\n    "\\u2028"\n  ],\n  "a": {},\n  "c": [],\n  "d": 1e+16\n}\n'
    )
    assert json.compact(value) == '{"b":["ü","\\u2028"],"a":{},"c":[],"d":1e+16}'


def test_frozen_mappings_enums_and_wishes_about_yaml_are_plain_data() -> None:
    class Colour(enum.StrEnum):
        RED = "red"

    value = MappingProxyType({"a": Colour.RED, "b": (1, 2), "c": range(2), "d": Flow(Commented([1], "x"))})
    assert json.compact(value) == '{"a":"red","b":[1,2],"c":[0,1],"d":[1]}'


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"a": "\ud800"}, "PG401"),
        ([float("nan")], "PG402"),
        ([float("-inf")], "PG402"),
        ({(1,): 1}, "PG403"),
        ({"a": {1}}, "PG404"),
        ({"a": b"x"}, "PG404"),
    ],
)
def test_what_json_cannot_hold_is_refused(value: Any, code: str) -> None:
    for write in (json.dump, json.compact):
        with pytest.raises(PipegenError) as caught:
            write(value)
        assert [one.code for one in caught.value.diagnostics] == [code]


def test_a_document_inside_itself_is_refused() -> None:
    endless: dict[str, Any] = {}
    endless["a"] = endless
    with pytest.raises(PipegenError, match="nested too deeply"):
        json.dump(endless)
