"""YAML and JSON text to nodes: what is kept, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from fake_backend import node, refused
from hypothesis import given
from hypothesis import strategies as st

from pipegen.errors import Origin, PipegenError
from pipegen.values import reading
from pipegen.values.nodes import Entry, Listing, Scalar, Table, data, find, join, leaves, split

PARSERS = [yaml.SafeLoader, yaml.CSafeLoader]


def test_every_value_keeps_its_place_and_its_own_text() -> None:
    table = node("a: 1.10\nb:\n  - 010\n  - 'yes'\n")
    assert table == Table(
        {
            "a": Entry(Origin("v.yaml", 1, 1), Scalar("1.10", Origin("v.yaml", 1, 4))),
            "b": Entry(
                Origin("v.yaml", 2, 1),
                Listing(
                    (
                        Scalar("010", Origin("v.yaml", 3, 5)),
                        Scalar("yes", Origin("v.yaml", 4, 5), plain=False),
                    ),
                    Origin("v.yaml", 3, 3),
                ),
            ),
        },
        Origin("v.yaml", 1, 1),
    )


@pytest.mark.parametrize("key", ["on", "no", "1", "1.0", "null", "~", "2024-01-01"])
def test_a_key_is_the_text_that_was_written(key: str) -> None:
    table = node(f"{key}: x")
    assert isinstance(table, Table)
    assert list(table.entries) == [key]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("10", 10),
        ("-3", -3),
        ("0", 0),
        ("010", "010"),
        ("0x1f", "0x1f"),
        ("1_000", "1_000"),
        ("1.5", 1.5),
        ("1e3", 1000.0),
        ("1e999", "1e999"),
        (".inf", ".inf"),
        ("9" * 400, "9" * 400),
        ("12:30:45", "12:30:45"),
        ("2024-01-01", "2024-01-01"),
        ("true", True),
        ("False", False),
        ("yes", "yes"),
        ("off", "off"),
        ("null", None),
        ("~", None),
        ("", None),
        ("'10'", "10"),
        ("'null'", "null"),
        ('"true"', "true"),
        ("!!str 10", "10"),
        ("! 10", "10"),
        ("!!int '10'", 10),
        ("|\n  10", "10"),
        ("[1, [a], {b: c}]", [1, ["a"], {"b": "c"}]),
    ],
)
def test_where_anything_may_stand_a_value_is_what_yaml_1_2_says(text: str, expected: object) -> None:
    entry = find(node(f"x: {text}"), "x")
    assert entry is not None
    found = data(entry.value)
    assert (type(found), found) == (type(expected), expected)


def test_an_alias_is_what_it_points_to_with_the_place_where_that_was_written() -> None:
    table = node("base: &b {image: app}\nother: *b\n")
    entry = find(table, "other", "image")
    assert entry is not None
    assert entry.value == Scalar("app", Origin("v.yaml", 1, 18))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: &a {x: 1, y: 2}\nb:\n  <<: *a\n  y: 3\n", {"x": 1, "y": 3}),
        ("a: &a {x: 1, y: 2}\nb:\n  y: 3\n  <<: *a\n", {"x": 1, "y": 3}),
        ("a: [&a {x: 1}, &b {x: 2, z: 3}]\nb: {<<: [*a, *b]}\n", {"x": 1, "z": 3}),
        ("b: {'<<': 1}", {"<<": 1}),
    ],
)
def test_merge_keys_merge_and_what_is_written_out_wins(text: str, expected: object) -> None:
    entry = find(node(text), "b")
    assert entry is not None
    assert data(entry.value) == expected


WRONG = [
    ("a: [1", "v.yaml:1:4: [PG203]: a '[' is never closed, or a ',' is missing in the list"),
    ("a: {b: 1", "v.yaml:1:4: [PG203]: a '{' is never closed, or a ',' is missing in the mapping"),
    ("a: 'x", "v.yaml:1:4: [PG203]: a quote is never closed"),
    ("a:\n\tb: 1", "v.yaml:2:1: [PG203]: a tab is used for indentation (YAML is indented with spaces)"),
    (
        "a: 1\n b: 2",
        "v.yaml:2:3: [PG203]: a ':' stands where no key can be (write 'key: value' with a space, "
        "quote a text that contains ': ', and indent keys of one mapping alike)",
    ),
    ("a: - b", "v.yaml:1:4: [PG203]: a '-' stands where no list can begin (begin the list on a line of its own)"),
    (
        "a:\n  b: 1\n c: 2",
        "v.yaml:3:2: [PG203]: this does not fit the indentation of what stands above it "
        "(indent keys of one mapping alike)",
    ),
    ('a: "b" c', "v.yaml:1:8: [PG203]: the value ends before this (quote the whole value)"),
    ("a: 1\nb", "v.yaml:2:1: [PG203]: a key is not followed by ':' (write 'key: value', with a space after ':')"),
    ("a: @b", "v.yaml:1:4: [PG203]: no value can begin with this character (quote the text)"),
    ("cron: * * * * *", "v.yaml:1:7: [PG203]: a '*', '&' or '%' is not followed by a name (quote the text)"),
    ("a: *b", "v.yaml:1:4: [PG203]: the alias '*b' has no '&b' before it (quote it if it is text)"),
    ("a: !x!y 1", "v.yaml:1:4: [PG203]: a tag uses a prefix that is not declared (remove the tag)"),
    (
        "a: >x\n b",
        "v.yaml:1:5: [PG203]: nothing else may follow '|' or '>' on its line (begin the text on the next line)",
    ),
    (
        "a: b\x01",
        "v.yaml:1:5: [PG203]: there is a control character in the text "
        "(remove it, or write it as an escape in double quotes)",
    ),
    (
        "%YAML 3.0\n---\na: 1",
        "v.yaml:1:1: [PG203]: the file asks for another version of YAML (remove the '%YAML' line)",
    ),
    (
        "  a: 1\n b: 2",
        "v.yaml:2:2: [PG203]: something follows the end of the document (indent it like what it belongs to)",
    ),
    ("a: {b: 1,, c: 2}", "v.yaml:1:10: [PG203]: a value is missing"),
    ("a: 1\n---\nb: 2", "v.yaml:2:1: [PG204]: the file holds a second document (put each into a file of its own)"),
    ("a: 1\n---\n", "v.yaml:2:1: [PG204]: the file holds a second document (put each into a file of its own)"),
    ("a: 1\nb: 2\na: 3", "v.yaml:3:1: [PG205]: the key 'a' is given twice (remove one of the two)"),
    ("a: {b: 1, b: 1}", "v.yaml:1:11: [PG205]: the key 'b' is given twice (remove one of the two)"),
    ("1: a\n'1': b", "v.yaml:2:1: [PG205]: the key '1' is given twice (remove one of the two)"),
    ("a: &a {}\n<<: *a\n<<: *a", "v.yaml:3:1: [PG205]: the key '<<' is given twice (remove one of the two)"),
    ("a: &a [*a]", "v.yaml:1:8: [PG206]: the alias '*a' contains itself (write the value out)"),
    ("a: &a {b: {c: *a}}", "v.yaml:1:15: [PG206]: the alias '*a' contains itself (write the value out)"),
    ("a: " + "[" * 200, "v.yaml:1:103: [PG206]: values are nested more than 100 levels deep"),
    ("a: !!python/object/apply:os.system [ls]",
     "v.yaml:1:4: [PG207]: the tag '!!python/object/apply:os.system' is refused (remove it)"),
    ("!!python/name:os.system : a",
     "v.yaml:1:1: [PG207]: the tag '!!python/name:os.system' is refused (remove it)"),
    ("a: !!binary aGk=", "v.yaml:1:4: [PG207]: the tag '!!binary' is refused (remove it)"),
    ("a: !Ref {b: c}", "v.yaml:1:4: [PG207]: the tag '!Ref' is refused (remove it)"),
    ("a: !!set {b, c}", "v.yaml:1:4: [PG207]: the tag '!!set' is refused (remove it)"),
    ("[", "v.yaml:1:2: [PG203]: a value is missing"),
    ("? [a]\n: 1", "v.yaml:1:3: [PG209]: a key is text, not a list (quote it, or write 'key: value')"),
    ("{a: 1}: 2", "v.yaml:1:1: [PG209]: a key is text, not a mapping (quote it, or write 'key: value')"),
    ("a: {<<: 1}", "v.yaml:1:9: [PG210]: '<<' merges mappings, and this is none "
     "(point it at a mapping, or quote the key)"),
    ("a: {<<: [[]]}", "v.yaml:1:10: [PG210]: '<<' merges mappings, and this is none "
     "(point it at a mapping, or quote the key)"),
]  # fmt: skip


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize(("text", "message"), WRONG)
def test_wrong_yaml_is_refused_in_one_plain_sentence_with_its_place(
    text: str, message: str, parser: type
) -> None:
    events = reading._events(text, "v.yaml", parser)
    assert refused(reading.parse_events, events, "v.yaml") == [message]


def test_a_duplicate_key_names_the_first_place_too() -> None:
    with pytest.raises(PipegenError) as wrong:
        node("a: 1\na: 2")
    (related,) = wrong.value.diagnostics[0].related
    assert (related.origin, related.note) == (Origin("v.yaml", 1, 1), "it is given here first")


def test_everything_wrong_is_reported_at_once_even_before_a_syntax_error() -> None:
    found = refused(node, "a: 1\na: 2\nb: !x 1\nc: [")
    assert [one.partition("]")[0].partition("[")[2] for one in found] == ["PG205", "PG207", "PG203"]


def bomb(levels: int, width: int = 10) -> str:
    lines = ["a0: &a0 [x]"]
    lines += (f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * width) + "]" for n in range(1, levels))
    return "\n".join(lines)


def test_aliases_that_unfold_without_end_are_refused_before_they_do() -> None:
    (found,) = refused(node, bomb(40))
    assert "[PG206]: aliases copy more than 100,000 values (write the values out)" in found


def test_aliases_that_nest_without_end_are_refused() -> None:
    (found,) = refused(node, bomb(500, width=1))
    assert "[PG206]: values are nested more than 100 levels deep" in found


def test_a_large_file_without_aliases_is_no_bomb() -> None:
    text = "a:\n" + "".join(f"- {{b: {n}}}\n" for n in range(60_000))
    assert sum(1 for _ in leaves(node(text))) == 60_000


def test_a_hundred_thousand_open_brackets_do_not_crash() -> None:
    assert len(refused(node, "[" * 100_000)) == 1


FILES = [
    (
        b"- a\n- b\n",
        "values.yaml:1:1: [PG208]: the values file is a list, not a mapping (write 'key: value' lines)",
    ),
    (
        b"hello",
        "values.yaml:1:1: [PG208]: the values file is a single value, not a mapping (write 'key: value' lines)",
    ),
    (b"a: 1\nb: \xff\n", "values.yaml:2:4: [PG202]: the values file is not UTF-8 text (save it as UTF-8)"),
    (
        "a: ü\n".encode("utf-16"),
        "values.yaml:1:1: [PG202]: the values file is not UTF-8 text (save it as UTF-8)",
    ),
]


@pytest.mark.parametrize(("content", "message"), FILES)
def test_a_file_that_is_no_mapping_or_no_text_is_refused(
    tmp_path: Path, content: bytes, message: str
) -> None:
    path = tmp_path / "values.yaml"
    path.write_bytes(content)
    assert refused(reading.read, path, tmp_path) == [message]


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing\n", "---\n", "null\n", "\ufeff"])
def test_a_file_with_nothing_in_it_is_an_empty_mapping(tmp_path: Path, content: str) -> None:
    path = tmp_path / "values.yaml"
    path.write_text(content, encoding="utf-8")
    assert reading.read(path, tmp_path).entries == {}


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    assert [refused(reading.read, tmp_path / name, tmp_path) for name in ("none.yaml", "folder", "a\0b")] == [
        ["[PG201]: the values file 'none.yaml' does not exist (check the path)"],
        ["[PG201]: the values file 'folder' cannot be read: is a directory (check the path)"],
        ["[PG201]: the values file 'a\0b' cannot be read: embedded null byte (check the path)"],
    ]


def test_a_file_that_may_not_be_read_is_refused(tmp_path: Path) -> None:
    link = tmp_path / "values.yaml"
    link.symlink_to(link)  # unreadable for root too
    (found,) = refused(reading.read, link, tmp_path)
    assert found.startswith("[PG201]: the values file 'values.yaml' cannot be read: ")


def test_a_file_outside_the_project_is_named_as_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    path = tmp_path / "shared.yaml"
    path.write_text("a: 1")
    assert reading.read(path, tmp_path / "project").origin.file == path.as_posix()
    assert reading.read(path, tmp_path).origin.file == "shared.yaml"


def test_windows_line_ends_and_a_byte_order_mark_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "values.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: 1\r\nb: 2\r\n")
    assert reading.read(path, tmp_path).entries["b"].key == Origin("values.yaml", 2, 1)


texts = st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=8)
documents = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(texts, documents, max_size=4), st.booleans())
def test_any_json_file_reads_as_json_does(
    tmp_path_factory: pytest.TempPathFactory, document: object, ascii_only: bool
) -> None:
    path = tmp_path_factory.mktemp("json") / "values.json"
    path.write_text(json.dumps(document, ensure_ascii=ascii_only, indent="\t"), encoding="utf-8")
    assert data(reading.read(path, path.parent)) == document


@given(st.lists(st.text(max_size=5), min_size=1, max_size=4))
def test_a_dotted_path_gives_its_keys_back(keys: list[str]) -> None:
    path = ""
    for place, key in enumerate(keys):
        path = join(path, key) if place else join("x", key)
    assert split(path) == ["x", *keys]
