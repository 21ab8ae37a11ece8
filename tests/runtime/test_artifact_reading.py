"""Reading checks what it reads, and says whose artifact is wrong for which parameter."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import pandas
import pytest
from artifact_samples import Review, Scored, Strict, refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from pipegen.errors import PipegenError
from pipegen.runtime import artifact

REVIEWS = [Review(id=n, text="x" * n) for n in range(100)]


class Other(BaseModel):
    id: int
    stars: int
    seen: bool = False


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    artifact.write(tmp_path / "fetch", REVIEWS, list[Review], "fetch")
    return tmp_path / "fetch"


def change(folder: Path, **fields: Any) -> None:
    path = folder / "artifact.json"
    content = json.loads(path.read_text())
    for key, value in fields.items():
        content.pop(key, None)
        if value is not ...:
            content[key] = value
    path.write_text(json.dumps(content))


def change_file(folder: Path, **fields: Any) -> None:
    content = json.loads((folder / "artifact.json").read_text())
    change(folder, files=[content["files"][0] | fields])


def flip(folder: Path) -> None:
    data = bytearray((folder / "data.jsonl").read_bytes())
    data[500] ^= 1
    (folder / "data.jsonl").write_bytes(data)


def to_fifo(folder: Path) -> None:
    (folder / "data.jsonl").unlink()
    os.mkfifo(folder / "data.jsonl")


NOT_WHOLE = "what 'fetch' handed on for parameter 'reviews' is not whole: 'data.jsonl' "
AGAIN = "(run the task that wrote it again)"
DAMAGE: list[tuple[Callable[[Path], Any], str, str]] = [
    (shutil.rmtree, "PG328", "parameter 'reviews' has no artifact: there is no folder 'FOLDER'"),
    (lambda f: (f / "artifact.json").unlink(), "PG328", "there is no artifact.json in 'FOLDER'"),
    (lambda f: (f / "artifact.json").write_text(""), "PG329", "it is not JSON: Expecting value"),
    (lambda f: (f / "artifact.json").write_text("[]"), "PG329", f"it is not a JSON object {AGAIN}"),
    (lambda f: (f / "artifact.json").write_bytes(b"\xff\xfe\xff"), "PG329", "it is not JSON"),
    (lambda f: change(f, format="1"), "PG329", f"'format' is not a number {AGAIN}"),
    (lambda f: change(f, format=True), "PG329", "'format' is not a number"),
    (lambda f: change(f, format=2), "PG330", "it has format 2, and this pipegen reads format 1 (use the same"),
    (lambda f: change(f, codec=...), "PG329", "'codec' is missing"),
    (lambda f: change(f, producer=5), "PG329", "'producer' is not text"),
    (lambda f: change(f, items="many"), "PG329", "'items' is not a number"),
    (lambda f: change(f, files=...), "PG329", "'files' is missing"),
    (lambda f: change(f, files={}), "PG329", "'files' is not a list of objects"),
    (lambda f: change(f, files=["data.jsonl"]), "PG329", "'files' is not a list of objects"),
    (lambda f: change(f, folders=[1]), "PG329", "'folders' is not a list of texts"),
    (lambda f: change(f, folders=["data.jsonl"]), "PG329", "a path is listed twice"),
    (lambda f: change_file(f, size="1"), "PG329", "the 'size' of a file is not a number"),
    (lambda f: change_file(f, sha256="abc"), "PG329", "the 'sha256' of a file is not 64 digits"),
    (lambda f: change(f, codec="jsnl"), "PG331", "cannot be read: there is no codec 'jsnl' (did you mean 'json"),
    (lambda f: change_file(f, path="../data.jsonl"), "PG332", "it names '../data.jsonl', outside its folder"),
    (lambda f: change_file(f, path="/etc/passwd"), "PG332", "it names '/etc/passwd', outside its folder"),
    (lambda f: change_file(f, path="a/../../b"), "PG332", "it names 'a/../../b', outside its folder"),
    (lambda f: change_file(f, path="artifact.json"), "PG332", "it names 'artifact.json'"),
    (lambda f: change_file(f, path=""), "PG332", "it names ''"),
    (lambda f: change(f, folders=["x/./y"]), "PG332", "it names 'x/./y'"),
    (lambda f: change(f, links=[{"path": "data/x", "target": "../../y"}]), "PG332", "it names '../../y'"),
    (lambda f: change(f, links=[{"path": "data/x", "target": "/etc"}]), "PG332", "it names '/etc'"),
    (lambda f: (f / "data.jsonl").unlink(), "PG333", f"{NOT_WHOLE}is missing (run 'fetch' again; "),
    (lambda f: os.truncate(f / "data.jsonl", 100), "PG334", f"{NOT_WHOLE}has 100 bytes where 6940 were written"),
    (flip, "PG334", f"{NOT_WHOLE}has other content than was written (its SHA-256 differs)"),
    (to_fifo, "PG334", f"{NOT_WHOLE}is no file"),
    (lambda f: change_file(f, sha256="0" * 64), "PG334", "its SHA-256 differs"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("damage", "code", "words"), DAMAGE, ids=[f"{code} {w[:30]}" for _, code, w in DAMAGE]
)
@pytest.mark.parametrize("annotation", [list[Review], Iterator[Review], Any])
def test_damage_is_found_before_anything_is_used(
    damage: Callable[[Path], Any], code: str, words: str, annotation: Any, folder: Path
) -> None:
    damage(folder)
    with pytest.raises(artifact.InputError) as caught:
        artifact.read(folder, annotation, name="reviews")
    said = str(caught.value)
    assert f"error[{code}]" in said
    assert words.replace("FOLDER", str(folder)) in said
    assert all(str(one.origin).startswith(str(folder)) for one in caught.value.diagnostics)


def test_foreign_files_beside_the_payload_do_no_harm(folder: Path) -> None:
    (folder / ".DS_Store").write_bytes(b"\0")
    (folder / "notes.txt").write_text("mine")
    (folder / "data").mkdir()
    (folder / "data/x").touch()
    assert artifact.read(folder, list[Review]) == REVIEWS


def test_a_payload_may_be_linked_into_the_folder(folder: Path, tmp_path: Path) -> None:
    (folder / "data.jsonl").rename(tmp_path / "cache")
    (folder / "data.jsonl").symlink_to(tmp_path / "cache")
    assert artifact.read(folder, list[Review]) == REVIEWS


def test_a_manifest_with_fields_of_a_later_release_is_read(folder: Path) -> None:
    change(folder, note="later")
    assert artifact.read(folder, list[Review]) == REVIEWS


@pytest.mark.parametrize("annotation", [list[Other], tuple[Other, ...], Iterable[Other], Iterator[Other]])
def test_an_item_that_does_not_fit_is_named_by_its_line(annotation: Any, folder: Path) -> None:
    rows = [{"id": 1, "stars": 5}, {"id": 2, "stars": 4}, {"id": "two", "seen": "maybe"}, {"id": "four"}]
    artifact.write(folder, iter(rows), Iterable[dict[str, Any]], "fetch")
    said = refusal(artifact.read, folder, annotation, name="reviews")
    start = (
        f"{folder}/data.jsonl:3: error[PG336]: what 'fetch' handed on for parameter 'reviews' does not fit "
    )
    lines = said.splitlines()
    assert len(lines) == 3
    assert all(line.startswith(start) for line in lines)
    assert (
        "line 3: 'id' should be a valid integer, unable to parse string as an integer (it is 'two')" in said
    )
    assert "line 3: 'seen' should be a valid boolean, unable to interpret input (it is 'maybe')" in said
    assert "line 3: 'stars' is missing (run 'fetch' again if its types have changed since)" in said


def test_a_stream_gives_what_comes_before_the_bad_line(folder: Path) -> None:
    artifact.write(folder, iter([{"id": 1}, {"id": "two"}]), Iterable[dict[str, Any]], "fetch")
    stream: Any = artifact.read(folder, Iterator[Review], name="reviews")
    assert next(stream) == Review(id=1)
    with pytest.raises(artifact.InputError, match="line 2"):
        next(stream)


UNFIT: list[tuple[Any, Any, Any, str]] = [
    ({"id": "x"}, dict[str, str], Review, "a/data.json: error[PG336]: what 'fetch' handed on for parameter 'p' does "),
    ({"id": "x"}, dict[str, str], Review, "'id' should be a valid integer"),
    ({"id": 1, "when": "2030-01-02", "new": 1}, Any, Strict, "'new' is not a known field (run 'fetch' again if"),
    ([{"id": 1}, {}], list[dict[str, int]], list[Review], "'[1].id' is missing"),
    ([1, 2, 3], list[int], tuple[int, int], "it should have at most 2 items after validation, not 3"),
    ("2030", str, bool, "it should be a valid boolean"),
    ("x" * 500, str, int, f"(it is '{'x' * 56}...)"),
    ([{}] * 9, list[dict[str, int]], list[Review], "and 4 more problems"),
    (b"x", bytes, str, "error[PG335]: what 'fetch' handed on for parameter 'p' is bytes, as 'raw', which cannot be "),
    (b"x", bytes, list[Review], "read as list[artifact_samples.Review] (change what 'fetch' returns, or the type"),
    (None, None, list[Review], "is None, as 'none', which cannot be read as list[artifact_samples.Review]"),
    (5, int, None, "is int, as 'json', which cannot be read as None"),
    (5, int, Path, "is int, as 'json', which cannot be read as pathlib.Path"),
    (pandas.DataFrame(), pandas.DataFrame, list[Review], "is pandas.DataFrame, as 'parquet', which cannot be read"),
    ([1], list[int], Iterator[Review] | None, "'[0]' should be an object (it is 1)"),
]  # fmt: skip


@pytest.mark.parametrize(("value", "written", "wanted", "words"), UNFIT)
def test_a_value_that_does_not_fit_the_parameter_is_refused(
    value: Any, written: Any, wanted: Any, words: str, tmp_path: Path
) -> None:
    artifact.write(tmp_path / "a", value, written, "fetch")
    assert words in refusal(artifact.read, tmp_path / "a", wanted, name="p")


def test_without_a_name_the_artifact_itself_is_spoken_of(folder: Path, tmp_path: Path) -> None:
    assert "error[PG328]: there is no folder '" in refusal(artifact.read, tmp_path / "no", int)
    assert "what 'fetch' handed on does not fit int: " in refusal(artifact.read, folder, int)


def test_items_of_several_artifacts_are_collected_or_chained(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "abc"]
    for number, folder in enumerate(folders):
        artifact.write(folder, REVIEWS[number : number * 2], list[Review], f"fetch-{number}")
    whole = [REVIEWS[0:0], REVIEWS[1:2], REVIEWS[2:4]]
    flat = [one for part in whole for one in part]
    for annotation, kind in ((list[list[Review]], list), (tuple[list[Review], ...], tuple), (list, list)):
        found: Any = artifact.read_many(folders, annotation, "collect", name="p")
        assert type(found) is kind
        assert len(found) == 3
    assert artifact.read_many(folders, list[list[Review]], "collect") == whole
    assert artifact.read_many(folders, list[list[Review]] | None, "collect") == whole
    assert [list(x) for x in artifact.read_many(folders, list[Iterator[Review]], "collect")] == whole  # type: ignore[attr-defined]
    for annotation in (list[Review], list[Review] | None, Iterable[Review], Iterator[Review]):
        chained: Any = artifact.read_many(folders, annotation, "chain")
        assert list(chained) == flat
        assert list(chained) == ([] if annotation == Iterator[Review] else flat)
    assert artifact.read_many(folders, tuple[Review, ...], "chain") == tuple(flat)
    assert artifact.read_many(folders[1:2], list[Review], "one") == whole[1]
    artifact.write(folders[0], {3, 1}, set[int], "x")
    artifact.write(folders[1], [3, 2], list[int], "y")
    assert artifact.read_many(folders[:2], set[int], "chain") == {1, 2, 3}
    assert artifact.read_many(folders[:2], list[set[int]], "collect") == [{1, 3}, {2, 3}]


def test_any_kind_of_artifact_can_be_collected(tmp_path: Path) -> None:
    (tmp_path / "report.txt").write_text("x")
    artifact.write(tmp_path / "a", tmp_path / "report.txt", Path, "one")
    artifact.write(tmp_path / "b", tmp_path / "report.txt", Path, "two")
    found: Any = artifact.read_many([tmp_path / "a", tmp_path / "b"], list[Path], "collect")
    assert found == [tmp_path / "a/files/report.txt", tmp_path / "b/files/report.txt"]
    assert "PG335" in refusal(artifact.read_many, [tmp_path / "a"], list[Path | int], "chain", name="p")


def test_all_artifacts_are_checked_before_the_first_item_is_used(folder: Path, tmp_path: Path) -> None:
    artifact.write(tmp_path / "score", [Scored(id=1)], list[Scored], "score")
    flip(folder)
    with pytest.raises(PipegenError, match="what 'fetch' handed on for parameter 'p' is not whole"):
        artifact.read_many([tmp_path / "score", folder], Iterator[Review], "chain", name="p")


def test_a_chain_names_the_producer_of_the_bad_line(folder: Path, tmp_path: Path) -> None:
    artifact.write(tmp_path / "good", [Other(id=1, stars=1)], list[Other], "good")
    stream: Any = artifact.read_many([tmp_path / "good", folder], Iterable[Other], "chain", name="p")
    with pytest.raises(
        artifact.InputError, match=r"what 'fetch' handed on for parameter 'p' .*line 1: 'stars'"
    ):
        list(stream)


def test_a_folder_that_may_not_be_read_is_reported(folder: Path) -> None:
    (folder / "artifact.json").unlink()
    (folder / "artifact.json").mkdir()
    assert "artifact.json' cannot be read: Is a directory" in refusal(artifact.read, folder, int, name="p")


def test_a_payload_that_goes_away_while_it_is_streamed_is_reported(folder: Path) -> None:
    stream = artifact.read(folder, Iterable[Review], name="p")
    (folder / "data.jsonl").unlink()
    assert "error[PG342]: what 'fetch' handed on for parameter 'p' cannot be read: No such file" in refusal(
        lambda: stream
    )


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(), max_size=8)
    | st.sampled_from(["../x", "/x"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["path", "size", "sha256", "target"]), inner, max_size=4)
    ),
    max_leaves=6,
)
FIELDS = st.sampled_from(["format", "codec", "type", "producer", "items", "files", "links", "folders"])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=st.dictionaries(FIELDS, VALUES, min_size=1, max_size=3))
def test_whatever_the_manifest_says_it_is_read_or_refused(changes: dict[str, Any], tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "a", ignore_errors=True)
    artifact.write(tmp_path / "a", REVIEWS, list[Review], "fetch")
    change(tmp_path / "a", **changes)
    try:
        assert artifact.read(tmp_path / "a", list[Review], name="p") == REVIEWS
    except PipegenError as error:
        assert all(one.code.startswith("PG3") for one in error.diagnostics)
    assert [one.name for one in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize(
    "text", [b"[" * 100_000, b'{"format": ' + b"9" * 5000 + b"}", b"\x00", b'{"format": NaN}']
)
def test_a_manifest_made_to_do_harm_is_refused(text: bytes, folder: Path) -> None:
    (folder / "artifact.json").write_bytes(text)
    assert "error[PG329]" in refusal(artifact.read, folder, list[Review], name="p")


@pytest.mark.parametrize("path", ["x" * 5000, "\ud800", "a\0b", "data.jsonl/x"])
def test_a_path_that_no_file_can_have_is_refused(path: str, folder: Path) -> None:
    for changes in ({"folders": [path]}, {"links": [{"path": path, "target": "x"}]}):
        change(folder, **changes)
        assert "error[PG3" in refusal(artifact.read, folder, list[Review], name="p")
    change_file(folder, path=path)
    assert "error[PG3" in refusal(artifact.read, folder, list[Review], name="p")
