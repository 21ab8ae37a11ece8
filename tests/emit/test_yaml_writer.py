"""YAML that is written comes back the same from every reader, and always looks the same."""

from __future__ import annotations

import enum
import sys
from collections import OrderedDict
from types import MappingProxyType
from typing import Any

import pytest
import yaml as pyyaml
from hypothesis import given, settings
from nasty import TEXTS, documents, texts
from ruamel.yaml import YAML

from pipegen.emit.yaml import Block, Commented, Flow, Noted, Yaml, dump, dump_fragment, inline
from pipegen.errors import PipegenError


def _ruamel(version: tuple[int, int]) -> Any:
    def read(text: str) -> Any:
        reader = YAML(typ="safe", pure=True)
        reader.version = version
        return reader.load(text)

    return read


READERS = {
    "PyYAML in C": lambda text: pyyaml.load(text, pyyaml.CSafeLoader),
    "PyYAML": lambda text: pyyaml.load(text, pyyaml.SafeLoader),
    "ruamel 1.1": _ruamel((1, 1)),
    "ruamel 1.2": _ruamel((1, 2)),
}


class Colour(enum.StrEnum):
    RED = "red"


class OldColour(str, enum.Enum):  # noqa: UP042  users have these
    NO = "no"


class Size(enum.IntEnum):
    BIG = 3


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same kind: 1 is not 1.0, and neither is true."""
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    return type(one) is type(other) and one == other


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=120, deadline=None)
@given(documents)
def test_any_document_comes_back_from_every_reader(reader: str, document: Any) -> None:
    assert same(READERS[reader](dump(document)), document)


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None)
@given(documents)
def test_flow_style_holds_the_same_data(reader: str, document: Any) -> None:
    assert same(READERS[reader](dump({"a": Flow(document)})), {"a": document})


@pytest.mark.parametrize("reader", READERS)
def test_nasty_texts_come_back_from_every_place(reader: str) -> None:
    for text in TEXTS:
        document = {text: text, "list": [text, [text], {text: text}], "last": text}
        assert READERS[reader](dump(document)) == document, text
        assert READERS[reader](dump(text)) == text
        assert READERS[reader](
            dump([Block(text), Commented(text, text), Noted(text, text), Flow({text: [text]})])
        ) == [
            text,
            text,
            text,
            {text: [text]},
        ]


@settings(max_examples=200, deadline=None)
@given(texts)
def test_a_scalar_takes_one_line_and_is_never_an_anchor_alias_or_tag(text: str) -> None:
    written = inline(text)
    assert written == written.strip() != ""
    assert written.isprintable() or not text.isascii()
    assert "\n" not in written
    assert written[0] not in "&*!"


ORDINARY = """a|a/b|./x|.|..|--flag|-f|0 4 * * *|500m|4Gi|30s|a:b|1.5rc|$X|v1.2|übung|日本|a#b"""


@pytest.mark.parametrize("text", ORDINARY.split("|"))
def test_ordinary_text_stays_plain(text: str) -> None:
    assert dump({text: text}) == f"{text}: {text}\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        ("no", "'no'"),
        ("1.4", "'1.4'"),
        ("it's: so", "'it''s: so'"),
        ("", "''"),
        ("tab\there", '"tab\\there"'),
        ('say "\x1b"', '"say \\"\\x1b\\""'),
        ("\u2028", '"\\u2028"'),
        ("\ufeff", '"\\ufeff"'),
        ("\U0001ffff", '"\\U0001ffff"'),
        ("two\nlines", "|-\n  two\n  lines"),
        ("two\n\nlines\n", "|\n  two\n\n  lines"),
        ("blank end\n\n", '"blank end\\n\\n"'),
        (" first\nblank", '" first\\nblank"'),
        ("trailing \nblank", '"trailing \\nblank"'),
        ("windows\r\n", '"windows\\r\\n"'),
        (Block("one"), "|-\n  one"),
        (Block(" one"), "' one'"),
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (-7, "-7"),
        (10**30, "1" + "0" * 30),
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (1e16, "1.0e+16"),
        (1e-7, "1.0e-07"),
        (1.5e300, "1.5e+300"),
        (Colour.RED, "red"),
        (OldColour.NO, "'no'"),
        (Size.BIG, "3"),
        ((), "[]"),
        ({}, "{}"),
        (
            Flow({"a": ["b", "c,d", None, {}], "e f": {"g": "h: i"}}),
            "{a: [b, 'c,d', null, {}], e f: {g: 'h: i'}}",
        ),
        (Noted("a/b@1", "v6.0.2"), "a/b@1 # v6.0.2"),
        (Noted("a\nb", "two\n\nlines: [\0"), '"a\\nb" # two lines: [\\x00'),
        (Flow([Noted("a", "left out"), Block("b\n"), Flow([1])]), '[a, "b\\n", [1]]'),
    ],
)
def test_each_value_has_one_notation(value: Yaml, written: str) -> None:
    assert dump(value) == f"{written}\n"
    assert dump({"key": value}) == f"key: {written}\n"


def test_documents_are_written_in_block_style_in_the_order_given() -> None:
    document: Yaml = OrderedDict(
        stages=MappingProxyType(
            {"score-eu": {"cmd": "pipegen exec a:B --name 'x'", "deps": ["a.py", "b"], "outs": ()}}
        ),
        nested=[[1, [2]], [], {"a": {"b": [{"c": 1, "d": 2}, "e"]}, "f": "two\nlines\n"}, "g\nh"],
        y={1: "one", -2: "two"},
        flow=Flow([1, "a"]),
    )
    assert dump(document, header=["Generated by pipegen.", "second\nthird\x1b"]) == (
        "# Generated by pipegen.\n"
        "# second\n"
        "# third\\x1b\n"
        "stages:\n"
        "  score-eu:\n"
        "    cmd: pipegen exec a:B --name 'x'\n"
        "    deps:\n"
        "      - a.py\n"
        "      - b\n"
        "    outs: []\n"
        "nested:\n"
        "  - - 1\n"
        "    - - 2\n"
        "  - []\n"
        "  - a:\n"
        "      b:\n"
        "        - c: 1\n"
        "          d: 2\n"
        "        - e\n"
        "    f: |\n"
        "      two\n"
        "      lines\n"
        "  - |-\n"
        "    g\n"
        "    h\n"
        "'y':\n"
        "  1: one\n"
        "  -2: two\n"
        "flow: [1, a]\n"
    )


def test_comments_stand_above_their_key_or_item() -> None:
    document: Yaml = Commented(
        {
            "a": Commented("x", "why a\n\n- not: yaml"),
            "b": [
                Commented("x", "first"),
                Commented({"c": Commented(1, "inner")}, "item"),
                [Commented([2], "deep")],
            ],
            "d": Commented(Commented({"e": "text\nmore\n"}, "two"), "one"),
            "f": Commented(None, ""),
        },
        "the top",
    )
    assert dump(document) == (
        "# the top\n"
        "# why a\n"
        "#\n"
        "# - not: yaml\n"
        "a: x\n"
        "b:\n"
        "  # first\n"
        "  - x\n"
        "  # item\n"
        "  # inner\n"
        "  - c: 1\n"
        "  # deep\n"
        "  - - - 2\n"
        "# one\n"
        "# two\n"
        "d:\n"
        "  e: |\n"
        "    text\n"
        "    more\n"
        "#\n"
        "f: null\n"
    )


@pytest.mark.parametrize("reader", READERS)
@settings(max_examples=60, deadline=None)
@given(texts, documents)
def test_no_comment_changes_the_data(reader: str, text: str, document: Any) -> None:
    wrapped = [Commented(document, text), {"a": Commented(document, text), "b": "x\ny"}, Commented("c", text)]
    written = dump(wrapped, header=[text])
    assert same(READERS[reader](written), [document, {"a": document, "b": "x\ny"}, "c"])


def test_keys_longer_than_readers_look_ahead_are_written_apart() -> None:
    key = "k" * 1500
    document = {key: {"a": [1]}, "list": [{key: 1, "b": 2}]}
    assert dump(document).startswith(f"? {key}\n:\n  a:\n    - 1\n")
    for read in READERS.values():
        assert read(dump(document)) == document
        assert read(dump(Flow(document))) == document


@pytest.mark.parametrize("indent", [0, 2, 7])
def test_a_fragment_fits_under_a_key_of_a_foreign_file(indent: int) -> None:
    entries = {"a": {"cmd": "x\ny\n", "k" * 1100: 1}, "b": Commented([1, {"c": 2}], "note")}
    pad = " " * indent
    for read in READERS.values():
        assert read(f"stages:\n  {pad}mine: 1\n{dump_fragment(entries, indent + 2)}") == {
            "stages": {"mine": 1, "a": entries["a"], "b": [1, {"c": 2}]}
        }
        items = dump_fragment(["a", ["b\nc"]], indent)
        assert read(f"{pad}- 0\n{items}") == [0, "a", ["b\nc"]]


def test_a_fragment_of_nothing_is_nothing() -> None:
    assert dump_fragment({}, 4) == dump_fragment([], 4) == ""
    assert dump_fragment(Flow({}), 4) == "    {}\n"


def test_the_same_object_twice_is_written_twice() -> None:
    shared = {"a": [1]}
    assert dump([shared, shared]) == "- a:\n    - 1\n- a:\n    - 1\n"


@pytest.mark.parametrize(
    ("value", "code", "says"),
    [
        ({"a": ["x", "\ud800"]}, "PG401", "the text at 'a[1]' holds half a character (U+D800)"),
        ({"\udc00": 1}, "PG401", "the text at '\N{REPLACEMENT CHARACTER}' holds half a character"),
        (float("inf"), "PG402", "the number at the top is inf"),
        ({"a": {"b": float("nan")}}, "PG402", "the number at 'a.b' is nan"),
        ([10**5000], "PG402", "the integer at '[0]' has more than 4300 digits"),
        ({"a": {True: 1}}, "PG403", "the key True at 'a' is a bool, not text"),
        ({None: 1}, "PG403", "the key None at the top is a NoneType, not text"),
        ({(1, 2): 1}, "PG403", "the key (1, 2) at the top is a tuple, not text"),
        ({"a": b"x"}, "PG404", "the value at 'a' is a bytes"),
        (Commented(Flow([{1, 2}]), "x"), "PG404", "the value at '[0]' is a set"),
    ],
)
def test_what_yaml_cannot_hold_is_refused_with_its_place(value: Any, code: str, says: str) -> None:
    for write in (dump, inline):
        with pytest.raises(PipegenError) as caught:
            write(value)
        (found,) = caught.value.diagnostics
        assert found.code == code
        assert says in found.message
        assert found.hint


def test_all_that_is_unfit_is_refused_at_once() -> None:
    with pytest.raises(PipegenError) as caught:
        dump({"a": float("nan"), "b": [b"", {None: "\ud800"}]})
    assert [one.code for one in caught.value.diagnostics] == ["PG401", "PG402", "PG403", "PG404"]


def test_a_document_inside_itself_is_refused() -> None:
    endless: list[Any] = []
    endless += [endless, endless]
    deep: Any = 0
    for _ in range(sys.getrecursionlimit()):
        deep = {"a": deep}
    for value in (endless, deep, Flow(endless)):
        with pytest.raises(PipegenError, match="nested too deeply") as caught:
            dump(value)
        assert [one.code for one in caught.value.diagnostics] == ["PG405"]
