"""Cron expressions, as Kubernetes, Argo and every crontab read them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen import cron

RIGHT = {
    "0 4 * * *": ({0}, {4}),
    "*/15 * * * *": ({0, 15, 30, 45}, set(range(24))),
    "5/20 0-3 * * *": ({5, 25, 45}, {0, 1, 2, 3}),
    "1,2,30-32 */12 * * *": ({1, 2, 30, 31, 32}, {0, 12}),
    "0 0 1 jan mon-fri": ({0}, {0}),
    "0 0 ? * SUN": ({0}, {0}),
    "@daily": ({0}, {0}),
    "@hourly": ({0}, set(range(24))),
    "  0   4  * * *  ": ({0}, {4}),
    "0 0 29 2 *": ({0}, {0}),
    "0 0 31 2 1": ({0}, {0}),
}


@pytest.mark.parametrize("text", RIGHT)
def test_an_expression_names_minutes_and_hours(text: str) -> None:
    assert cron.error(text) == ""
    minutes, hours, *_ = cron.expand(text)
    assert (minutes, hours) == RIGHT[text]


def test_days_and_months_have_names() -> None:
    *_, months, days = cron.expand("0 0 * jan,DEC sun-tue")
    assert (months, days) == ({1, 12}, {0, 1, 2})


# What is wrong, and the words that its message must hold.
WRONG: dict[str, tuple[str, ...]] = {
    "": ("0 fields", "5"),
    "every tuesday": ("2 fields",),
    "* * * * * *": ("6 fields",),
    "60 * * * *": ("'60'", "minute", "0 to 59"),
    "* 24 * * *": ("'24'", "hour", "0 to 23"),
    "* * 0 * *": ("'0'", "day of month", "1 to 31"),
    "* * * 13 *": ("'13'", "month", "1 to 12"),
    "* * * * 7": ("'7'", "day of week", "0 to 6", "Sunday is 0"),
    "* * * * mo": ("'mo'", "day of week"),
    "*/0 * * * *": ("'*/0'", "minute", "step"),
    "*/ * * * *": ("'*/'", "step"),
    "*/-1 * * * *": ("'*/-1'", "step"),
    "5-1 * * * *": ("'5-1'", "minute", "backwards"),
    "1,, * * * *": ("''", "minute"),
    "-1 * * * *": ("''", "minute"),
    "٣ * * * *": ("'٣'", "minute"),
    "1.5 * * * *": ("'1.5'", "minute"),
    "0 0 30 2 *": ("a day that never comes",),
    "0 0 31 2,4,6,9,11 ?": ("a day that never comes",),
    "@never": ("@never",),
    "@reboot": ("@reboot",),
    "TZ=UTC 0 4 * * *": ("6 fields",),
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_with_an_expression_is_told(text: str) -> None:
    problem = cron.error(text)
    assert all(words in problem for words in WRONG[text]), problem


@given(
    st.text(max_size=20)
    | st.lists(st.sampled_from("0 5 59 60 * */2 1-5 jan , - / ? @").map(str)).map(" ".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    problem = cron.error(text)
    assert problem or len(cron.expand(text)) == 5
