"""The command line of `pipegen exec`: what it takes, and one plain line for what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.errors import PipegenError
from pipegen.runtime.arguments import Arguments, HelpWanted, Input, Policy, help_text, parse

NEEDED = ["acme:Score", "--out", "o"]


def test_everything_that_can_be_said() -> None:
    words = (
        "acme.reviews:Score --name score --in reviews=a --in parts=b --in parts=c=d --collect parts "
        "--in rows=e --in rows=f --chain rows --out o --retry 3 --backoff 30s --factor 1.5 --max-backoff 5m "
        "--timeout 1h --grace 10s --param api.url=URL --default limit=[1] --choices limit=[[1],[2]] "
        "--cache-key v2 --log json --env-file a.env --env-file b.env"
    )
    assert parse(words.split()) == Arguments(
        target="acme.reviews:Score",
        name="score",
        out=Path("o"),
        inputs=(
            Input("reviews", (Path("a"),), "one"),
            Input("parts", (Path("b"), Path("c=d")), "collect"),
            Input("rows", (Path("e"), Path("f")), "chain"),
        ),
        policy=Policy(3, 30.0, 1.5, 300.0, 3600.0, 10.0),
        param_sources={"api.url": "URL"},
        param_defaults={"limit": "[1]"},
        param_choices={"limit": "[[1],[2]]"},
        json_log=True,
        env_files=(Path("a.env"), Path("b.env")),
    )


def test_the_least_that_must_be_said() -> None:
    found = parse(["pipelines/reviews.py:ScoreAll", "--out", "o"])
    assert found == Arguments("pipelines/reviews.py:ScoreAll", "score-all", Path("o"))
    assert not found.policy.supervised


@pytest.mark.parametrize(("text", "seconds"), [("5", 5.0), ("0.5", 0.5), ("90s", 90.0), ("1h30m", 5400.0)])
def test_a_time_may_be_a_plain_number_of_seconds(text: str, seconds: float) -> None:
    words = [
        word for option in ("--timeout", "--backoff", "--max-backoff", "--grace") for word in (option, text)
    ]
    policy = parse([*NEEDED, *words]).policy
    given = (policy.timeout, policy.backoff, policy.longest_backoff, policy.grace)
    assert given == (seconds,) * 4


WRONG = [
    ([], "PG301", "option --out is missing; the target is missing"),
    (["acme:Score"], "PG301", "option --out is missing"),
    ([*NEEDED, "--retries=3"], "PG301", "there is no option '--retries'"),
    ([*NEEDED, "--ret=3"], "PG301", "there is no option '--ret'"),
    ([*NEEDED, "-x"], "PG301", "there is no option '-x'"),
    ([*NEEDED, "more"], "PG301", "'more' is one word too many"),
    ([*NEEDED, "--name"], "PG301", "option --name has no value"),
    ([*NEEDED, "--name", "--retry", "1"], "PG301", "option --name has no value"),
    ([*NEEDED, "--name", "a", "--name", "b"], "PG301", "option --name is given twice"),
    ([*NEEDED, "--retry", "x"], "PG301", "option --retry: 'x' is not a number of times"),
    ([*NEEDED, "--retry", "-1"], "PG301", "option --retry: '-1' is not a number of times"),
    ([*NEEDED, "--factor", "0.5"], "PG301", "option --factor: '0.5' is not a number >= 1"),
    ([*NEEDED, "--factor", "nan"], "PG301", "option --factor: 'nan' is not a number >= 1"),
    ([*NEEDED, "--timeout", "5x"], "PG301", "option --timeout: '5x' is not a duration"),
    ([*NEEDED, "--timeout", "0"], "PG301", "option --timeout: '0' is not more than zero"),
    ([*NEEDED, "--timeout", "0s"], "PG301", "option --timeout: '0s' is not more than zero"),
    ([*NEEDED, "--log", "xml"], "PG301", "option --log: 'xml' is neither 'text' nor 'json'"),
    ([*NEEDED, "--in", "reviews"], "PG301", "option --in: 'reviews' is not PARAM=DIR"),
    ([*NEEDED, "--in", "=x"], "PG301", "option --in: '=x' is not PARAM=DIR"),
    ([*NEEDED, "--param", "limit"], "PG301", "option --param: 'limit' has no value"),
    ([*NEEDED, "--default", "a=1", "--default", "a=2"], "PG301", "option --default: 'a' is given twice"),
    ([*NEEDED, "--collect", "a"], "PG311", "'a' is to be collected or chained, but no --in feeds it"),
    ([*NEEDED, "--in", "a=b", "--collect", "a", "--chain", "a"], "PG312", "'a' cannot be both collected and chained"),
    ([*NEEDED, "--in", "a=b", "--in", "a=c"], "PG312", "'a' is fed by 2 folders"),
]  # fmt: skip


@pytest.mark.parametrize(("words", "code", "message"), WRONG, ids=[one[2] for one in WRONG])
def test_what_cannot_be_used_is_said(words: list[str], code: str, message: str) -> None:
    with pytest.raises(PipegenError) as caught:
        parse(words)
    found = caught.value.diagnostics
    assert "; ".join(one.message for one in found) == message
    assert {one.code for one in found} == {code}
    assert all(one.hint for one in found)


@given(st.text(min_size=1).filter(lambda text: text[:2] != "--"))
def test_any_text_can_be_a_cache_key_or_a_default(text: str) -> None:
    found = parse([*NEEDED, "--cache-key", text, "--default", f"field={text}"])
    assert found.param_defaults == {"field": text}


def test_help_is_asked_for_and_lists_every_option() -> None:
    with pytest.raises(HelpWanted):
        parse(["--help"])
    assert all(f"  {option} " in help_text() for option in ("--in", "--retry", "--env-file"))
    assert max(map(len, help_text().splitlines())) <= 80


WAITS = [
    (Policy(5, 10.0, 2.0), [10, 20, 40, 80]),
    (Policy(5, 10.0, 2.0, 25.0), [10, 20, 25, 25]),
    (Policy(5, 10.0, 1.0), [10, 10, 10, 10]),
    (Policy(5), [0, 0, 0, 0]),
]


@pytest.mark.parametrize(("policy", "waits"), WAITS)
def test_waits_grow_by_the_factor_up_to_the_longest(policy: Policy, waits: list[float]) -> None:
    assert [policy.wait(failures) for failures in range(1, 5)] == waits


def test_a_wait_that_no_float_can_hold_is_the_longest() -> None:
    assert Policy(5000, 10.0, 1e9, 60.0).wait(5000) == 60.0
