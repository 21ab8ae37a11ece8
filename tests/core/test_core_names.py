"""Names that a target allows: legal, distinct, stable, and near what the user wrote."""

from __future__ import annotations

import hashlib
import random
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.names import ascii_text, env_prefix, folder_names, legal_names

RULES: dict[str, tuple[dict[str, Any], str]] = {
    "DNS label": ({"limit": 63}, r"[a-z]([a-z0-9-]*[a-z0-9])?"),
    "CronWorkflow": ({"limit": 52}, r"[a-z]([a-z0-9-]*[a-z0-9])?"),
    "identifier": (
        {"limit": 63, "allowed": "a-z0-9_", "joiner": "_", "first": "a-z_", "fallback": "t"},
        r"[a-z_][a-z0-9_]*",
    ),
    "mixed case": (
        {"limit": 40, "allowed": "A-Za-z0-9", "first": "A-Za-z"},
        r"[A-Za-z]([A-Za-z0-9-]*[A-Za-z0-9])?",
    ),
    "caseless": (
        {"limit": 40, "allowed": "A-Za-z0-9", "first": "A-Za-z", "cased": False},
        r"[A-Za-z][A-Za-z0-9-]*",
    ),
}
names = st.text(min_size=1, max_size=80) | st.sampled_from(
    [
        "a",
        "A",
        "a-b",
        "a_b",
        "a b",
        "A B",
        "a--b",
        "-a",
        "a-",
        "1a",
        "übung",
        "ubung",
        "数据",
        "x" * 500,
        "..",
        "/",
        "ß",
    ]
)


@pytest.mark.parametrize("rule", RULES)
@given(given_=st.lists(names, max_size=12))
def test_every_name_is_legal_and_distinct(rule: str, given_: list[str]) -> None:
    options, pattern = RULES[rule]
    found = legal_names(given_, **options)
    assert list(found) == list(dict.fromkeys(given_))
    assert all(re.fullmatch(pattern, one) and len(one) <= options["limit"] for one in found.values())
    kept = [one if options.get("cased", True) else one.lower() for one in found.values()]
    assert len(set(kept)) == len(kept)


@given(st.lists(names, max_size=12, unique=True), st.randoms())
def test_a_name_does_not_depend_on_the_order_of_the_others(given_: list[str], chance: random.Random) -> None:
    shuffled = list(given_)
    chance.shuffle(shuffled)
    assert legal_names(given_, limit=63) == legal_names(shuffled, limit=63)


@given(st.lists(names, max_size=12), st.from_regex(r"[a-z]([a-z0-9-]{0,20}[a-z0-9])?", fullmatch=True))
def test_a_name_that_is_legal_keeps_itself_whatever_the_others_are(given_: list[str], legal: str) -> None:
    assert legal_names([*given_, legal], limit=63)[legal] == legal


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("score-eu", "score-eu"),
        ("Score EU", "score-eu"),
        ("score_eu", "score-eu"),
        ("My Pipeline Name!!", "my-pipeline-name"),
        ("übung", "ubung"),
        ("Straße", "strasse"),
        ("ŁÓDŹ Øre", "lodz-ore"),
        ("Ærø", "aero"),
        ("2024 scores", "task-2024-scores"),
        ("数据", "task"),
        ("../../etc/passwd", "etc-passwd"),
        ("a" * 70, f"{'a' * 54}-{hashlib.sha256(b'a' * 70).hexdigest()[:8]}"),
    ],
)
def test_a_name_is_as_near_to_the_users_as_can_be(name: str, found: str) -> None:
    assert legal_names([name], limit=63) == {name: found}


def test_names_that_would_fall_together_are_told_apart_by_a_hash_of_the_whole() -> None:
    found = legal_names(["Score EU", "score_eu", "score-eu"], limit=63)
    assert found["score-eu"] == "score-eu"
    assert re.fullmatch(r"score-eu-[0-9a-f]{8}", found["Score EU"])
    assert re.fullmatch(r"score-eu-[0-9a-f]{8}", found["score_eu"])
    assert found == legal_names(["score_eu", "score-eu", "Score EU"], limit=63)


def test_somebody_may_be_called_like_the_hashed_name_of_another() -> None:
    taken = legal_names(["a b", "a-b"], limit=63)["a b"]
    found = legal_names(["a b", "a-b", taken], limit=63)
    assert found[taken] == taken
    assert len(set(found.values())) == 3


def test_folders_differ_by_more_than_case() -> None:
    found = folder_names(["Score", "score", "SCORE", "Übung", "other"])
    assert (found["score"], found["other"]) == ("score", "other")
    assert len({one.lower() for one in found.values()}) == 5
    assert folder_names(["Score"]) == {"Score": "Score"}


@given(names)
def test_a_prefix_can_be_set_in_every_shell(name: str) -> None:
    assert re.fullmatch(r"([A-Z_][A-Z0-9_]*)?", env_prefix(name))
    assert "__" not in env_prefix(name)


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("score-eu", "SCORE_EU"),
        ("My__Step", "MY_STEP"),
        ("3d model", "_3D_MODEL"),
        ("Übung", "UBUNG"),
        ("数", ""),
    ],
)
def test_a_prefix_is_the_name_in_upper_case(name: str, prefix: str) -> None:
    assert env_prefix(name) == prefix


@given(st.text())
def test_the_nearest_ascii_is_ascii(text: str) -> None:
    assert ascii_text(text).isascii()
    assert ascii_text(text) == text or not text.isascii()
