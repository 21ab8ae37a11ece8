"""Each kind of text: its check and its schema agree, and its example is right."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.values.codes import CODES
from pipegen.values.kinds import (
    Cron,
    DnsLabel,
    Duration,
    EnvName,
    ImageRef,
    Kind,
    Pattern,
    Quantity,
    RelativePath,
    TimeZone,
)

# What the schema says exactly; Cron and TimeZone have schemas that only catch the obvious.
EXACT: list[tuple[Kind, str]] = [
    (ImageRef(), "aA0.:/@_-"),
    (Quantity(), "01.mkGi"),
    (Duration(), "01.dhms"),
    (DnsLabel(5), "aA0-."),
    (EnvName(), "aA0_-"),
    (RelativePath(), "a./\\~\n"),
    (Pattern("[ab]+|c", "a test"), "abc"),
]
LOOSE: list[tuple[Kind, str]] = [(Cron(), "0 */,-@dailymon"), (TimeZone(), "EuropBlin/UTC+1")]


def by_schema(kind: Kind, text: str) -> bool:
    schema: dict[str, Any] = dict(kind.schema)
    # \Z, because for Python `$` also matches before a line feed, and for JSON Schema it does not.
    pattern = schema["pattern"].removesuffix("$") + r"\Z"
    return re.search(pattern, text, re.ASCII) is not None and len(text) <= schema.get("maxLength", len(text))


def test_every_kind_has_a_code_with_a_page_of_its_own() -> None:
    kinds = [kind for kind, _ in [*EXACT, *LOOSE]]
    assert {type(kind) for kind in kinds} == set(Kind.__subclasses__())
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert all(kind.code in CODES for kind in kinds)


@pytest.mark.parametrize("kind", [kind for kind, _ in [*EXACT, *LOOSE] if kind.example])
def test_the_example_of_a_kind_is_right(kind: Kind) -> None:
    if isinstance(kind, DnsLabel):
        kind = DnsLabel()
    assert kind.check(kind.example) == ""
    assert by_schema(kind, kind.example)


@pytest.mark.parametrize(("kind", "letters"), EXACT)
@given(data=st.data())
def test_the_schema_of_a_kind_accepts_what_its_check_accepts(
    kind: Kind, letters: str, data: st.DataObject
) -> None:
    text = data.draw(st.text(letters, max_size=7))
    assert by_schema(kind, text) == (kind.check(text) == "")


@pytest.mark.parametrize(("kind", "letters"), LOOSE)
@given(data=st.data())
def test_no_schema_refuses_what_the_check_accepts(kind: Kind, letters: str, data: st.DataObject) -> None:
    text = data.draw(st.text(letters, max_size=12))
    assert by_schema(kind, text) or kind.check(text) != ""


@pytest.mark.parametrize(
    ("kind", "right"),
    [
        (Cron(), ["* * * * *", "@daily", "0 4 * * mon-fri", "*/5 0-6 1,15 jan *"]),
        (TimeZone(), ["UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+3"]),
        (ImageRef(), ["app", "app:1.0", "localhost:5000/a/b__c:x", "a.b/c@sha256:" + "0" * 64]),
        (Quantity(), ["1", "0.5", "500m", "4Gi", "1.5G", "10k"]),
        (Duration(), ["30s", "1h30m", "2d", "0s", "1.5s", "1d2h3m4s"]),
        (DnsLabel(), ["a", "a-b", "0", "a" * 63]),
        (EnvName(), ["A", "_a1"]),
        (RelativePath(), [".", "a", "a/b", "a..b", "..a", "ü/x y", "./a"]),
    ],
)
def test_what_is_right_passes_check_and_schema(kind: Kind, right: list[str]) -> None:
    assert [text for text in right if kind.check(text) or not by_schema(kind, text)] == []
