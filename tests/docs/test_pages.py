"""Everything that README and docs tell a reader to write or to type is done, and shows what they show."""

from __future__ import annotations

from pathlib import Path

import pytest
from pages import blocks, is_run, name_of, needs_dvc, pages, rewrite
from playing import Player, matches, missing_piece, steps

ELSEWHERE = {"docs/howto/apply.md"}  # needs a cluster, and is played in tests/cluster
RUN = [page for page in pages() if any(map(is_run, blocks(page))) and name_of(page) not in ELSEWHERE]


def params() -> list[object]:
    marks = pytest.mark.engine
    return [
        pytest.param(page, id=name_of(page), marks=marks if needs_dvc(blocks(page)) else ()) for page in RUN
    ]


@pytest.mark.parametrize("page", params())
def test_a_page_does_what_it_says(page: Path, tmp_path: Path, regenerate: bool) -> None:
    found = blocks(page)
    player = Player(tmp_path / "project", tmp_path / "state", record={} if regenerate else None)
    player.project.mkdir()
    player.state.mkdir()
    for block in found:
        player.play(block)
    assert player.done == sum(map(is_run, found)) > 0
    if player.record is not None:
        rewrite(page, player.record)


def test_every_page_that_teaches_is_run() -> None:
    teaching = [
        page
        for page in pages()
        if page.name == "README.md" or {"tutorial", "howto"} & {*page.parts, page.stem}
    ]
    assert len(teaching) >= 15
    assert {name_of(page) for page in teaching if page not in RUN} == ELSEWHERE


@pytest.mark.parametrize(
    ("expected", "said", "same"),
    [
        ("a\nb", "a\nb\n", True),
        ("a", "a\nb\n", False),
        ("...", "", True),
        ("...", "a\nb\n", True),
        ("a\n...\nd", "a\nb\nc\nd\n", True),
        ("a\n...\nd", "a\nb\nc\n", False),
        ("took ... s", "took 1.5 s\n", True),
        ("took ... s", "took 1.5 h\n", False),
        ("", "unexpected\n", False),
        ("a.c", "abc\n", False),
    ],
)
def test_the_dots_stand_for_anything_and_nothing_else_does(expected: str, said: str, same: bool) -> None:
    assert matches(expected, said) is same


def test_a_command_may_fail_only_when_its_exit_code_is_shown() -> None:
    session = "$ false\n$ echo $?\n1\n$ a \\\n  b\nout\n"
    assert list(steps(session)) == [("false", "", True), ("echo $?", "1", False), ("a \\\n  b", "out", False)]


def test_a_page_that_shows_something_else_is_noticed(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("```console\n$ echo one\ntwo\n```\n")
    (block,) = blocks_of(page)
    player = Player(tmp_path, tmp_path)
    with pytest.raises(AssertionError, match=r"\$ echo one"):
        player.play(block)


def test_an_excerpt_must_stand_in_its_file_in_order() -> None:
    text = "a\nb\nc\nd\n"
    assert missing_piece("a\n...\nc\nd\n", text) == ""
    assert missing_piece("c\n...\na\n", text) == "a\n"
    assert missing_piece("a\nc\n", text) == "a\nc\n"


def blocks_of(page: Path) -> list[object]:
    from pages import _blocks

    return list(_blocks(page.read_text().splitlines(), page.name))
