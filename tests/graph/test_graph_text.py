"""The text for a terminal."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from pipelines_to_draw import fan_in, pipeline, step, task, three, unchecked

from pipegen.graph import render
from pipegen.graph.lettering import cells, clean, shorten


def test_lines_are_in_order_and_aligned() -> None:
    made = render(three(), "text")
    assert made == (
        "reviews   3 tasks   0 4 * * * Europe/Berlin\n"
        "  Scores the reviews of the day before and reports on them.\n"
        "\n"
        "fetch   [retry 3] [timeout 10m]\n"
        "score   <- fetch (reviews) [streaming] [gpu 1] [memory 4Gi]\n"
        "report  <- score (scores), fetch (reviews)\n"
    )


def test_a_narrow_terminal_wraps_between_words() -> None:
    lines = render(three(), "text", width=30).splitlines()
    assert lines[-2:] == ["report  <- score (scores),", "        fetch (reviews)"]
    assert all(len(line) <= 30 for line in lines)


def test_a_name_too_long_for_the_column_has_a_line_of_its_own() -> None:
    kinds = (step("a", output="int"), step("b", {"x": "int"}))
    long = "the-name-that-does-not-end-where-others-do"
    made = render(pipeline("p", (task("a", "a"), task(long, "b", {"x": ["a"]})), kinds), "text", width=60)
    assert made.splitlines()[2:] == ["a", long, "   <- a (x)"]


def test_wide_letters_are_counted_as_the_terminal_does() -> None:
    kinds = (step("a", output="int"), step("b", {"x": "int"}))
    made = render(pipeline("p", (task("源", "a"), task("abc", "b", {"x": ["源"]})), kinds), "text")
    assert made.splitlines()[2:] == ["源", "abc  <- 源 (x)"]
    assert [cells(text) for text in ("abc", "源", "é", "e\u0301", "😀", "ｱ", "한")] == [3, 2, 1, 1, 2, 1, 2]


def test_sources_of_one_input_are_listed_before_its_name() -> None:
    last = render(fan_in(4), "text").splitlines()[-1]
    assert last == "merge    <- score-0, score-1, score-2, score-3 (parts)"


@given(
    st.lists(st.text(st.characters(exclude_categories=()), min_size=1), min_size=1, max_size=8, unique=True),
    st.integers(-5, 120),
)
def test_every_name_is_there_uncut_and_nothing_that_steers_a_terminal(names: list[str], width: int) -> None:
    made = render(unchecked("any", names), "text", width=width)
    assert not [letter for letter in made if letter < " " and letter != "\n"]
    assert not set(made) & set("\x7f\x9b\u202e\u2028")
    assert all(clean(name).rstrip() in made for name in names)


@given(st.text(), st.integers(1, 40))
def test_shortened_text_is_never_wider_than_its_limit(text: str, limit: int) -> None:
    assert cells(shorten(text, limit)) <= limit
    if cells(text) <= limit:
        assert shorten(text, limit) == text
