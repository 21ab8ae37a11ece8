"""Files, --set and --set-file in layers, and the environment that is kept out of them."""

from __future__ import annotations

from pathlib import Path

import pytest
from fake_backend import node, refused
from hypothesis import given
from hypothesis import strategies as st

from pipegen.errors import Origin
from pipegen.values.layers import load, setting
from pipegen.values.nodes import (
    Entry,
    Listing,
    Node,
    Scalar,
    Table,
    data,
    find,
    join,
    leaves,
    merge,
    merge_tables,
)


def merged(*texts: str) -> object:
    table = Table()
    for text in texts:
        layer = node(text)
        assert isinstance(layer, Table)
        table = merge_tables(table, layer)
    return data(table)


@pytest.mark.parametrize(
    ("layers", "expected"),
    [
        (["a: 1", "b: 2"], {"a": 1, "b": 2}),
        (["a: 1", "a: 2"], {"a": 2}),
        (["a: {b: 1, c: 2}", "a: {c: 3, d: 4}"], {"a": {"b": 1, "c": 3, "d": 4}}),
        (["a: [1, 2]", "a: [3]"], {"a": [3]}),
        (["a: {b: 1}", "a: null"], {"a": None}),
        (["a: {b: 1}", "a: text"], {"a": "text"}),
        (["a: {b: 1}", "a: null", "a: {c: 2}"], {"a": {"c": 2}}),
        (["a: {b: 1}", ""], {"a": {"b": 1}}),
        (["a: {b: 1}", "a: {}"], {"a": {"b": 1}}),
    ],
)
def test_mappings_are_merged_and_everything_else_is_replaced(layers: list[str], expected: object) -> None:
    assert merged(*layers) == expected


keys = st.sampled_from("abc")
origins = st.builds(Origin, st.sampled_from(["base.yaml", "prod.yaml"]), st.integers(1, 9))
scalars = st.builds(Scalar, st.sampled_from(["1", "x", "null"]), origins, st.booleans())


def tables(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Table]:
    return st.builds(Table, st.dictionaries(keys, st.builds(Entry, origins, inner), max_size=3), origins)


nodes: st.SearchStrategy[Node] = st.recursive(
    scalars,
    lambda inner: tables(inner) | st.builds(Listing, st.lists(inner, max_size=2).map(tuple), origins),
    max_leaves=8,
)


@given(tables(nodes), tables(nodes), tables(nodes))
def test_layers_may_be_merged_in_any_grouping(a: Table, b: Table, c: Table) -> None:
    assert merge(merge(a, b), c) == merge(a, merge(b, c))


@given(tables(nodes))
def test_an_empty_layer_and_the_same_layer_again_change_nothing(table: Table) -> None:
    assert merge_tables(Table(), table) == table
    assert data(merge_tables(table, Table())) == data(table)
    assert merge_tables(table, table) == table


@given(tables(nodes), tables(nodes))
def test_what_the_stronger_layer_says_is_what_counts(weak: Table, strong: Table) -> None:
    both = merge_tables(weak, strong)
    for path, leaf in leaves(strong):
        if not isinstance(leaf, Table):  # an empty mapping adds nothing
            assert (path, leaf) in list(leaves(both))


@given(tables(nodes), tables(nodes))
def test_every_value_comes_from_one_of_the_layers(weak: Table, strong: Table) -> None:
    given_in_one = [*leaves(weak), *leaves(strong)]
    for path, leaf in leaves(merge_tables(weak, strong)):
        assert isinstance(leaf, Table) or (path, leaf) in given_in_one


def without_fresh(weak: Node, strong: Node) -> Node:
    """A planted mistake: what was replaced shows through again when the grouping changes."""
    if not (isinstance(weak, Table) and isinstance(strong, Table)):
        return strong
    entries = dict(weak.entries)
    for key, entry in strong.entries.items():
        below = entries.get(key)
        entries[key] = Entry(entry.key, without_fresh(below.value, entry.value)) if below else entry
    return Table(entries, strong.origin)


def test_the_law_of_grouping_catches_a_merge_that_forgets_what_was_replaced() -> None:
    a, b, c = node("x: {a: 1}"), node("x: null"), node("x: {b: 2}")
    assert merge(merge(a, b), c) == merge(a, merge(b, c))
    assert without_fresh(without_fresh(a, b), c) != without_fresh(a, without_fresh(b, c))


def write(folder: Path, **files: str) -> list[Path]:
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return [folder / f"{name}.yaml" for name in files]


def test_later_files_win_then_set_then_set_file_and_each_value_knows_where_it_is_from(tmp_path: Path) -> None:
    files = write(tmp_path, base="a: {x: 1, y: 1}\nb: 1\nc: 1\n", prod="a: {y: 2}\n")
    (tmp_path / "note.txt").write_text("line one\nline two\n")
    table = load(files, ["b=3", "c=3"], [f"c={tmp_path / 'note.txt'}"], root=tmp_path)
    assert [(path, data(leaf), str(leaf.origin)) for path, leaf in leaves(table)] == [
        ("a.x", 1, "base.yaml:1:8"),
        ("a.y", 2, "prod.yaml:1:8"),
        ("b", 3, "--set b=3"),
        ("c", "line one\nline two\n", f"--set-file c={tmp_path / 'note.txt'}"),
    ]


def test_nothing_given_is_an_empty_mapping() -> None:
    assert load() == Table()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a=1", {"a": 1}),
        ("a.b.c=x", {"a": {"b": {"c": "x"}}}),
        (r"a\.b.c=1", {"a.b": {"c": 1}}),
        (r"a\=b=1", {"a=b": 1}),
        (r"a\\.b=1", {"a\\": {"b": 1}}),
        (r"a\b=1", {"a\\b": 1}),
        ("a=b=c", {"a": "b=c"}),
        ("a=", {"a": ""}),
        ("a=null", {"a": None}),
        ("a=true", {"a": True}),
        ("a='10'", {"a": "10"}),
        ('a="x\\ty"', {"a": "x\ty"}),
        ("a=[1, {b: c}]", {"a": [1, {"b": "c"}]}),
        ("a={b: 1}", {"a": {"b": 1}}),
        ("a=*/5 * * * *", {"a": "*/5 * * * *"}),
        ("a=Note: this # too", {"a": "Note: this # too"}),
        ("a= padded ", {"a": " padded "}),
        ("a=!x", {"a": "!x"}),
        ("a=&x", {"a": "&x"}),
        ("ü.日本=☃", {"ü": {"日本": "☃"}}),
    ],
)
def test_set_takes_a_dotted_path_and_a_value(text: str, expected: object) -> None:
    assert data(setting(text)) == expected


@given(st.lists(st.text(min_size=1, max_size=5), min_size=1, max_size=3), st.text("ab=.,: {[#", max_size=5))
def test_set_reaches_any_key_and_keeps_any_text_that_is_no_yaml(path: list[str], value: str) -> None:
    dotted = join("x", path[0])
    for key in path[1:]:
        dotted = join(dotted, key)
    if any("\ud800" <= letter <= "\udfff" for letter in dotted) or value[:1] in ("[", "{"):
        return
    entry = find(setting(f"{dotted}={value}"), "x", *path)
    assert entry is not None
    assert data(entry.value) == value


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a", "--set a: [PG212]: '--set a' is not KEY=VALUE (write it like 'steps.score.timeout=1h')"),
        ("=1", "--set =1: [PG212]: '--set =1' is not KEY=VALUE (write it like 'steps.score.timeout=1h')"),
        (
            r"a\=1",
            r"--set a\=1: [PG212]: '--set a\=1' is not KEY=VALUE (write it like 'steps.score.timeout=1h')",
        ),
        ("", "--set : [PG212]: '--set ' is not KEY=VALUE (write it like 'steps.score.timeout=1h')"),
        (
            "a..b=1",
            "--set a..b=1: [PG212]: the key in '--set a..b=1' has an empty part "
            "(write a '.' that belongs to a part as '\\.')",
        ),
        (
            "a=[1",
            "--set a=[1: [PG212]: the value of '--set a=[1': a '[' is never closed, or a ',' is missing in the list "
            "(quote the whole value if it is meant as text)",
        ),
        (
            "a='b' c",
            "--set a='b' c: [PG212]: the value of '--set a='b' c': something follows the end of the document "
            "(quote the whole value if it is meant as text)",
        ),
        (
            "a={b: 1, b: 2}",
            "--set a={b: 1, b: 2}: [PG212]: the value of '--set a={b: 1, b: 2}': the key 'b' is given twice "
            "(quote the whole value if it is meant as text)",
        ),
        ("a=\udcff", "[PG212]: a '--set' is not UTF-8 text (check the terminal's encoding)"),
    ],
)
def test_a_set_that_cannot_be_read_is_refused(text: str, message: str) -> None:
    assert refused(setting, text) == [message]


def test_a_path_of_a_thousand_keys_is_refused() -> None:
    (found,) = refused(setting, "a." * 1000 + "b=1")
    assert "has more than 100 parts" in found


def test_everything_wrong_with_every_layer_is_said_at_once(tmp_path: Path) -> None:
    files = write(tmp_path, one="a: 1\na: 2\n", two="b: [", three="c: ${X}\n")
    found = refused(
        lambda: load([*files, tmp_path / "none.yaml"], ["d"], [f"e={tmp_path}/none"], root=tmp_path)
    )
    assert [one.split(":")[0] for one in found] == [
        "[PG201]",
        "[PG215]",
        "--set d",
        "one.yaml",
        "three.yaml",
        "two.yaml",
    ]


def test_a_set_file_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "picture").write_bytes(b"\x89PNG")
    (found,) = refused(lambda: load(set_files=[f"a={tmp_path}/picture"]))
    assert found.endswith("picture:1:1: [PG215]: the file is not UTF-8 text (save it as UTF-8)")


def from_environment(text: str, **environ: str) -> object:
    path_value = setting(f"x={text}") if not text.startswith("x:") else node(text)
    assert isinstance(path_value, Table)
    table = load(sets=[f"x={text}"], expand_env=True, environ=environ)
    entry = find(table, "x")
    assert entry is not None
    return data(entry.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("${NAME}", "app"),
        ("r/${NAME}:${TAG}", "r/app:1.10"),
        ("${NONE:-small}", "small"),
        ("${NONE-small}", "small"),
        ("${EMPTY:-small}", "small"),
        ("${EMPTY-small}", ""),
        ("${NONE:-}", ""),
        ("${EMPTY}", ""),
        ("${NUM:-4}", 4),
        ("'${NUM:-4}'", "4"),
        ("${NULL}", "null"),
        ("$${NAME}", "${NAME}"),
        ("$${${NAME}}", "${app}"),
        ("$NAME", "$NAME"),
        ("${{ NAME }}", "${{ NAME }}"),
        ("${not a name}", "${not a name}"),
        ("[a, '${NAME}', {b: '${TAG}'}]", ["a", "app", {"b": "1.10"}]),
    ],
)
def test_variables_are_filled_in_when_asked_for_and_never_read_as_yaml(text: str, expected: object) -> None:
    assert from_environment(text, NAME="app", TAG="1.10", EMPTY="", NULL="null") == expected


def test_a_filled_in_value_cannot_become_anything_but_one_text() -> None:
    assert from_environment("${EVIL}", EVIL="x\nimage: y # {a: b}") == "x\nimage: y # {a: b}"
    assert from_environment("${EVIL}", EVIL="${HOME}") == "${HOME}"


def test_variables_are_refused_unless_asked_for(tmp_path: Path) -> None:
    files = write(tmp_path, values="a: ${NAME}\nb: [x, '${A:-b}/${C}']\nc: $${NAME}\nd: $NAME\n")
    hint = "(write the value, ask for it with --expand-env, or write '${}' for the text itself)"
    assert refused(lambda: load(files, root=tmp_path, environ={"NAME": "x"})) == [
        "values.yaml:1:4: [PG213]: '${NAME}' names an environment variable, but values are read at generate time "
        + hint.replace("{}", "${NAME}"),
        "values.yaml:2:8: [PG213]: '${A:-b}' names an environment variable, but values are read at generate time "
        + hint.replace("{}", "${A:-b}"),
        "values.yaml:2:8: [PG213]: '${C}' names an environment variable, but values are read at generate time "
        + hint.replace("{}", "${C}"),
    ]


def test_an_escaped_variable_is_the_same_text_whether_asked_for_or_not() -> None:
    for expand in (True, False):
        entry = find(load(sets=["x=$${NAME}"], expand_env=expand, environ={}), "x")
        assert entry is not None
        assert data(entry.value) == "${NAME}"


def test_a_variable_that_is_not_set_is_refused() -> None:
    assert refused(lambda: load(sets=["x=${NONE}"], expand_env=True, environ={})) == [
        "--set x=${NONE}: [PG214]: the environment variable 'NONE' is not set "
        "(set it, or give it a default: '${NONE:-...}')"
    ]


def test_the_content_of_a_set_file_is_taken_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "script").write_bytes(b"echo ${HOME}\r\n")
    entry = find(load(set_files=[f"x={tmp_path}/script"]), "x")
    assert entry is not None
    assert data(entry.value) == "echo ${HOME}\r\n"
