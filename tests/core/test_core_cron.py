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


WRONG = {
    "": "'' has 0 fields; a cron expression has 5",
    "every tuesday": "has 2 fields",
    "* * * * * *": "has 6 fields",
    "60 * * * *": "'60' is not a minute",
    "* 24 * * *": "'24' is not a hour",
    "* * 0 * *": "'0' is not a day of month",
    "* * * 13 *": "'13' is not a month",
    "* * * * 7": "'7' is not a day of week",
    "* * * * mo": "'mo' is not a day of week",
    "*/0 * * * *": "has no step after '/'",
    "*/ * * * *": "has no step after '/'",
    "*/-1 * * * *": "has no step after '/'",
    "5-1 * * * *": "'5-1' in the minute field runs backwards",
    "1,, * * * *": "'' is not a minute",
    "-1 * * * *": "'' is not a minute",
    "٣ * * * *": "'٣' is not a minute",
    "1.5 * * * *": "'1.5' is not a minute",
    "0 0 30 2 *": "names a day that never comes",
    "0 0 31 2,4,6,9,11 ?": "names a day that never comes",
    "@never": "has 1 fields",
    "@reboot": "has 1 fields",
    "TZ=UTC 0 4 * * *": "has 6 fields",
}


@pytest.mark.parametrize("text", WRONG)
def test_what_is_wrong_with_an_expression_is_told(text: str) -> None:
    assert WRONG[text] in cron.error(text)


@given(
    st.text(max_size=20)
    | st.lists(st.sampled_from("0 5 59 60 * */2 1-5 jan , - / ? @").map(str)).map(" ".join)
)
def test_any_text_is_read_or_refused(text: str) -> None:
    problem = cron.error(text)
    assert problem or len(cron.expand(text)) == 5
