"""Words that pass through template languages come out as they went in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.errors import PipegenError
from pipegen.runtime.arguments import parse
from pipegen.runtime.words import decoded, encoded

AWKWARD = ["{{workflow.name}}", "$(X)", "$$", 'json:"x"', "a\nb", "\x7f", "\U000e0001", "{" * 5]


@given(st.text() | st.sampled_from(AWKWARD) | st.text('{}$()json:"\\'))
def test_every_text_comes_back(text: str) -> None:
    written = encoded(text)
    assert decoded(written) == text
    assert re.search(r"\{\{|\$[$(]|[\x00-\x1f\x7f]|[^\x00-\uffff]", written) is None


@pytest.mark.parametrize("text", ["score", "a b", "{}", "$HOME", "übung", "json:1", "json: x"])
def test_what_nothing_touches_stays_readable(text: str) -> None:
    assert encoded(text) == text


def test_options_and_the_target_are_read_back() -> None:
    words = [
        encoded("{{a}}:Step"),
        "--name",
        encoded("--{{out}}"),
        "--out",
        "o",
        "--cache-key",
        encoded("$(X)"),
    ]
    found = parse(words)
    assert (found.target, found.name) == ("{{a}}:Step", "--{{out}}")


@pytest.mark.parametrize("word", ['json:"', 'json:"a', 'json:"a" b'])
def test_a_damaged_word_is_refused(word: str) -> None:
    with pytest.raises(PipegenError, match=r"PG301.*begins like a text in JSON"):
        parse(["acme:Score", "--out", "o", "--name", word])
