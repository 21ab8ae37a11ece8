"""How things look on a real terminal: colours, width, long lines, wide letters."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.cli.paint import Paint, cells, part, visible
from pipegen.cli.render import View
from pipegen.cli.tables import lines as table_lines
from pipegen.errors import Diagnostic, Origin, Related

WRONG = """
from pipegen import Pipeline, Step


class Score(Step):
    def run(self, text: str) -> int: ...


reviews = Pipeline("reviews", Score(txet="a"))
"""


def on_terminal(folder: Path, *words: str, columns: int = 80, env: Mapping[str, str] | None = None) -> str:
    """What a terminal shows after a command, line ends as the program wrote them."""
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    plain = {
        key: value for key, value in os.environ.items() if key not in ("NO_COLOR", "COLUMNS", "FORCE_COLOR")
    }
    running = subprocess.Popen(
        [sys.executable, "-m", "pipegen", *words],
        cwd=folder,
        env={**plain, "TERM": "xterm-256color", **(env or {})},
        stdin=theirs,
        stdout=theirs,
        stderr=theirs,
    )
    os.close(theirs)
    shown = b""
    while True:
        try:
            read = os.read(ours, 65536)
        except OSError:  # the other end is closed
            break
        if not read:
            break
        shown += read
    running.wait(timeout=30)
    os.close(ours)
    return shown.decode().replace("\r\n", "\n")


def bare(text: str) -> str:
    return re.sub(r"\x1b\[[\d;]*m", "", text)


@pytest.fixture
def wrong(project: Path) -> Path:
    (project / "wrong.py").write_text(WRONG, encoding="utf-8")
    return project


def test_a_terminal_gets_colours(wrong: Path) -> None:
    shown = on_terminal(wrong, "check", "wrong.py")
    assert "\x1b[1mwrong.py:9: \x1b[0m\x1b[31;1merror[PG121]\x1b[0m: 'Score' has no input" in shown
    assert "\x1b[2m    9 | \x1b[0mreviews = Pipeline" in shown
    assert "\x1b[36mhint\x1b[0m: did you mean 'text'?" in shown


@pytest.mark.parametrize(
    ("env", "colored"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True),
        ({"FORCE_COLOR": "0"}, False),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False),
    ],
)
def test_colours_are_as_the_environment_wants(env: dict[str, str], colored: bool, wrong: Path) -> None:
    assert ("\x1b[" in on_terminal(wrong, "check", "wrong.py", env=env)) is colored


def test_a_diff_is_coloured_on_a_terminal_alone(project: Path) -> None:
    shown = on_terminal(project, "generate", "reviews.py", "--backend", "dvc", "--diff")
    assert "\n\x1b[32m+stages:\x1b[0m\n" in shown
    assert "\x1b[1m+++ b/dvc.yaml\x1b[0m" in shown


NARROW = [
    ("env", "reviews.py"),
    ("inspect", "reviews.py"),
    ("backends", "list"),
    ("backends", "list", "--features"),
    ("explain",),
    ("explain", "PG126"),
    ("graph", "reviews.py"),
]


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("words", NARROW, ids=" ".join)
def test_tables_and_texts_keep_to_a_narrow_terminal(
    words: tuple[str, ...], columns: int, project: Path
) -> None:
    shown = bare(on_terminal(project, *words, columns=columns))
    words_too_long = [word for word in shown.split() if len(word) > columns - 18]
    wide = [
        line
        for line in shown.splitlines()
        if cells(line) > columns and not any(word in line for word in words_too_long)
    ]
    assert wide == []
    assert shown.strip()


def test_a_table_too_wide_for_its_terminal_becomes_a_list_for_each_row(project: Path) -> None:
    assert bare(on_terminal(project, "env", "reviews.py", columns=40)).startswith(
        "FETCH__URL\n  type: str\n  default: required\n  what it is: where reviews are read\nFETCH__LIMIT\n"
    )


def test_columns_counts_where_there_is_no_terminal(project: Path) -> None:
    env = {**os.environ, "COLUMNS": "40"}
    done = subprocess.run(
        [sys.executable, "-m", "pipegen", "env", "reviews.py"],
        cwd=project,
        env=env,
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode() == bare(on_terminal(project, "env", "reviews.py", columns=40))


def test_in_a_pipe_a_row_is_one_line(project: Path) -> None:
    env = {key: value for key, value in os.environ.items() if key != "COLUMNS"}
    command = [sys.executable, "-m", "pipegen", "backends", "list", "--features"]
    done = subprocess.run(command, cwd=project, env=env, capture_output=True, text=True, check=True)
    head, *rows = done.stdout.splitlines()
    starts = [head.index(name) for name in head.split(maxsplit=3)]
    assert max(map(len, rows)) > 100
    assert all(row[start - 1] == " " != row[start] for row in rows for start in starts[1:3])


def shown(diagnostic: Diagnostic, folder: Path, width: int = 60) -> list[str]:
    return list(View(Paint(False, width), folder).lines(diagnostic))


def caret_column(rows: list[str]) -> int:
    """Where the caret stands, counted in columns of the terminal."""
    (row,) = [row for row in rows if row.strip(" |") == "^"]
    return cells(row[: row.index("^")])


def test_the_caret_stands_below_its_letter_whatever_is_before_it(tmp_path: Path) -> None:
    for text in ("plain x", "\tx", "a\tb\tx", "評価 x", "e\u0301 x", "äöü x", "\x1b[31m x"):
        (tmp_path / "f.py").write_text(f"{text}\n", encoding="utf-8")
        rows = shown(Diagnostic("PG000", "m", Origin("f.py", 1, text.index("x") + 1)), tmp_path)
        source = rows[1]
        assert cells(source[: source.rindex("x")]) == caret_column(rows), text
        assert visible(source) == source


@given(
    before=st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]), max_size=150),
    after=st.text("abc 評", max_size=150),
    width=st.integers(50, 120),
)
def test_a_long_line_is_cut_around_the_caret(before: str, after: str, width: int) -> None:
    import contextlib
    import tempfile

    # places are shown as the current folder sees them, and a folder far away is a long one
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        text = f"{before}☞{after}"
        Path(folder, "f.py").write_text(text + "\n", encoding="utf-8")
        rows = shown(Diagnostic("PG000", "m", Origin("f.py", 1, len(before) + 1)), Path(folder), width)
        assert all(cells(row) <= width for row in rows)
        assert cells(rows[1][: rows[1].rindex("☞")]) == caret_column(rows)


def test_a_place_beyond_the_file_or_in_no_file_is_shown_without_a_line(tmp_path: Path) -> None:
    (tmp_path / "f.py").write_text("x\n", encoding="utf-8")
    for origin in (Origin("f.py", 9, 3), Origin("gone.py", 1), Origin("--set a=b"), Origin("f.py")):
        assert len(shown(Diagnostic("PG000", "m", origin), tmp_path)) == 1
    assert len(shown(Diagnostic("PG000", "m", Origin("f.py", 1, 99)), tmp_path)) == 3


def test_a_message_is_wrapped_between_words_on_a_terminal_alone(wrong: Path) -> None:
    source = wrong / "wrong.py"
    source.write_text(WRONG.replace("Score(txet", "Score('a name that is long', txet"), encoding="utf-8")
    said = "'Score' has no input or option 'txet'"
    assert bare(on_terminal(wrong, "check", "wrong.py", columns=60)).startswith(
        "wrong.py:9: error[PG121]: 'Score' has no input or option\n    'txet'\n"
    )
    done = subprocess.run(
        [sys.executable, "-m", "pipegen", "check", "wrong.py"],
        cwd=wrong,
        env={**os.environ, "COLUMNS": "60"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert f"wrong.py:9: error[PG121]: {said}\n" in done.stderr


def test_of_many_related_places_some_are_shown(tmp_path: Path) -> None:
    related = tuple(Related(Origin("f.py", n), "one") for n in range(1, 30))
    rows = shown(Diagnostic("PG000", "m", None, "", related), tmp_path)
    assert len(rows) == 8
    assert rows[-1] == "  and 23 more places"


def test_a_name_of_500_characters_does_not_fill_the_screen(tmp_path: Path) -> None:
    (row,) = shown(Diagnostic("PG000", f"task '{'x' * 500}' is wrong"), tmp_path)
    assert row == f"error[PG000]: task '{'x' * 60}…{'x' * 20}' is wrong"


def test_control_characters_are_written_out() -> None:
    assert visible("a\x1b[31mb\u202ec\ud800") == "a\\x1b[31mb\\u202ec\\ud800"


texts = st.text("ab 評c-", max_size=40)


@given(st.lists(st.tuples(texts, texts, texts), max_size=5), st.integers(20, 200))
def test_a_table_holds_every_word_in_whatever_room_there_is(rows: list[tuple[str, ...]], width: int) -> None:
    shown = " ".join(table_lines(rows, ("one", "two", "three"), Paint(False, width)))
    for row in rows:
        for cell in row:
            assert all(word in shown for word in cell.split() if word != "-")


@given(st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=5), st.integers(20, 200))
def test_the_columns_of_a_table_stand_straight(rows: list[tuple[str, ...]], width: int) -> None:
    rows = [("a", "b" * 25, "c" * 25), *rows]
    head, *shown = table_lines(rows, ("one", "two", "three"), Paint(False, width))
    if head.startswith("one"):  # else each row is a list of its own
        assert max(map(cells, shown)) <= width
        assert shown[0].index("c" * 25) == head.index("three")


@given(st.text(max_size=30), st.integers(0, 40), st.integers(0, 40))
def test_a_part_of_a_text_fits_into_its_room(text: str, start: int, room: int) -> None:
    assert cells(part(visible(text), start, room)) <= room
