"""Files of variables: read as they are written, refused line by line."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.errors import PipegenError
from pipegen.runtime.env_file import load, parse

LINES = [
    ("A=1", "1"),
    ("  A = 1  ", "1"),
    ("export A=1", "1"),
    ("A=", ""),
    ("A=a b", "a b"),
    ("A=a # comment", "a"),
    ("A=a#b", "a#b"),
    ("A=#", ""),
    ("A='a # \"b\" $C \\n'", 'a # "b" $C \\n'),
    ("A=\"a # 'b' $C\"  # comment", "a # 'b' $C"),
    ('A="a\\n\\t\\"\\\\\\$\\x"', 'a\n\t"\\$\\x'),
    ("A=a=b", "a=b"),
    ('A={"a": [1]}', '{"a": [1]}'),
    ("A=''", ""),
    ("A=ä", "ä"),
    ("A=1\r", "1"),
]


@pytest.mark.parametrize(("line", "value"), LINES)
def test_a_line_sets_a_variable(line: str, value: str) -> None:
    assert parse(f"# first\n\n{line}\n", ".env") == {"A": value}


WRONG = ["A", "hush", "1A=hush", "A B=hush", "A='hush", 'A="hush', "A='hush'hush", "=hush"]


def test_every_line_that_cannot_be_read_is_named_and_not_repeated() -> None:
    with pytest.raises(PipegenError) as caught:
        parse("\n".join(WRONG), ".env")
    found = caught.value.diagnostics
    assert [str(one.origin) for one in found] == [f".env:{number}" for number in range(1, len(WRONG) + 1)]
    assert {one.code for one in found} == {"PG309"}
    assert "hush" not in str(caught.value)


def test_a_variable_set_twice_is_refused() -> None:
    with pytest.raises(PipegenError, match="'A' is set twice"):
        parse("A=1\nA=2", ".env")


def test_a_value_with_a_null_character_is_refused() -> None:
    with pytest.raises(PipegenError, match=r"\.env:1: .*the value of 'A' holds a null character"):
        parse("A='hu\0sh'", ".env")


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@given(st.dictionaries(st.from_regex(r"[A-Z_][A-Z0-9_]{0,9}", fullmatch=True), TEXTS, max_size=5))
def test_what_is_quoted_comes_back(variables: dict[str, str]) -> None:
    escaped = {ord("\\"): "\\\\", ord('"'): '\\"', ord("\n"): "\\n", ord("\r"): "\\r"}
    text = "\n".join(f'{name}="{value.translate(escaped)}"' for name, value in variables.items())
    assert parse(text, ".env") == variables


@given(st.text())
def test_any_file_is_read_or_refused(text: str) -> None:
    try:
        parse(text, ".env")
    except PipegenError as error:
        assert error.diagnostics


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "binary").write_bytes(b"\xff\xfe\x00")
    for path in (tmp_path / "missing", tmp_path, tmp_path / "binary"):
        with pytest.raises(PipegenError, match="cannot be read"):
            load(path)


def test_a_byte_order_mark_is_no_part_of_the_name(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"\xef\xbb\xbfA=1\n")
    assert load(tmp_path / ".env") == {"A": "1"}
