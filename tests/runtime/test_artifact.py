"""The folder of an artifact: what is in it, how it is replaced, and what is left alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from artifact_samples import Review, refusal

from pipegen.runtime import artifact, publish
from pipegen.runtime.manifest import Link, Manifest, PayloadFile

REVIEWS = [Review(id=1, text="a"), Review(id=2, text="b")]
EXPECTED = """{
  "format": 1,
  "codec": "jsonl",
  "type": "list[artifact_samples.Review]",
  "producer": "fetch",
  "items": 2,
  "files": [
    {
      "path": "data.jsonl",
      "size": 40,
      "sha256": "DIGEST"
    }
  ]
}
"""


def names(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def test_the_manifest_lists_codec_type_producer_items_and_files(tmp_path: Path) -> None:
    folder = tmp_path / "deep" / "fetch"
    manifest = artifact.write(folder, REVIEWS, list[Review], "fetch")
    (file,) = manifest.files
    assert (folder / "artifact.json").read_text() == EXPECTED.replace("DIGEST", file.sha256)
    assert names(folder) == ["artifact.json", "data.jsonl"]
    assert names(folder.parent) == ["fetch"]
    assert artifact.load_manifest(folder) == manifest


def test_the_same_value_gives_the_same_bytes_wherever_and_whenever_it_is_written(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "elsewhere" / "b"
    artifact.write(first, REVIEWS, list[Review], "fetch")
    artifact.write(second, iter(REVIEWS), list[Review], "fetch")
    assert artifact.digest(first) == artifact.digest(second)
    for name in names(first):
        assert (first / name).read_bytes() == (second / name).read_bytes()
    assert str(tmp_path) not in (first / "artifact.json").read_text()
    artifact.write(second, REVIEWS[:1], list[Review], "fetch")
    assert artifact.digest(first) != artifact.digest(second)


def test_nothing_is_an_artifact_too(tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", None, None, "fetch")
    content = json.loads((tmp_path / "a/artifact.json").read_text())
    assert content == {"format": 1, "codec": "none", "type": "None", "producer": "fetch", "files": []}


def test_links_folders_and_executables_stand_in_the_manifest(tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    (tree / "empty").mkdir(parents=True)
    (tree / "run.sh").write_text("#!/bin/sh\n")
    (tree / "run.sh").chmod(0o755)
    (tree / "latest").symlink_to("run.sh")
    manifest = artifact.write(tmp_path / "a", tree, Path, "fetch")
    content = json.loads((tmp_path / "a/artifact.json").read_text())
    assert content["files"][0]["executable"] is True
    assert content["links"] == [{"path": "data/latest", "target": "run.sh"}]
    assert content["folders"] == ["data/empty"]
    assert artifact.load_manifest(tmp_path / "a") == manifest
    assert manifest.links == (Link("data/latest", "run.sh"),)
    assert isinstance(manifest, Manifest)
    assert isinstance(manifest.files[0], PayloadFile)


@pytest.mark.parametrize("can_exchange", [True, False], ids=["exchange", "two renames"])
def test_an_artifact_takes_the_place_of_an_earlier_one(
    can_exchange: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not can_exchange:
        monkeypatch.setattr(publish, "exchange", lambda one, other: False)
    folder = tmp_path / "a"
    for value, annotation in (
        (REVIEWS, list[Review]),
        (b"x", bytes),
        (None, None),
        ({"k": 1}, dict[str, int]),
    ):
        artifact.write(folder, value, annotation, "fetch")
        assert artifact.read(folder, annotation) == value
        assert names(tmp_path) == ["a"]


def test_folders_trade_places_in_one_step_where_the_system_can(tmp_path: Path) -> None:
    for name in "ab":
        (tmp_path / name).mkdir()
        (tmp_path / name / name).touch()
    assert publish.exchange(tmp_path / "a", tmp_path / "b")
    assert names(tmp_path / "a") == ["b"]
    assert not publish.exchange(tmp_path / "a", tmp_path / "missing")


@pytest.mark.parametrize("litter", [(), (".DS_Store",), ("Thumbs.db", "._x", ".ipynb_checkpoints")])
def test_an_empty_folder_or_one_with_litter_is_written_to(litter: tuple[str, ...], tmp_path: Path) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    for name in litter:
        (folder / name).touch()
    artifact.write(folder, b"x", bytes, "fetch")
    assert names(folder) == ["artifact.json", "data.bin"]


FOREIGN: list[tuple[dict[str, str], str]] = [
    ({"thesis.tex": "x"}, "holds 'thesis.tex', which pipegen did not write"),
    ({"a": "", "b": "", "c": "", "d": ""}, "holds 'a', 'b', 'c', ..., which"),
    ({".git": ""}, "holds '.git', which"),
    ({"artifact.json": '{"format": 1}', "notes.txt": ""}, "holds 'notes.txt', which"),
    ({"artifact.json": "from another tool", "dist": ""}, "holds 'dist', which"),
]


@pytest.mark.parametrize(("files", "words"), FOREIGN)
def test_a_folder_with_files_of_others_is_left_alone(
    files: dict[str, str], words: str, tmp_path: Path
) -> None:
    folder = tmp_path / "a"
    folder.mkdir()
    for name, text in files.items():
        (folder / name).write_text(text)
    ran = []

    def rows() -> Iterator[Review]:
        ran.append(True)
        yield from REVIEWS

    said = refusal(artifact.write, folder, rows(), Iterator[Review], "fetch")
    assert said.startswith(f"error[PG327]: '{folder}' {words}")
    assert said == refusal(artifact.check_target, folder)
    assert {one.name: one.read_text() for one in folder.iterdir()} == files
    assert ran == []


def test_a_file_that_was_added_to_an_artifact_is_not_deleted_with_it(tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", b"x", bytes, "fetch")
    (tmp_path / "a/notes.txt").write_text("mine")
    assert "PG327" in refusal(artifact.write, tmp_path / "a", b"y", bytes, "fetch")
    assert artifact.read(tmp_path / "a", bytes) == b"x"


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}'])
def test_a_damaged_artifact_is_replaced(text: str, tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", REVIEWS, list[Review], "fetch")
    (tmp_path / "a/artifact.json").write_text(text)
    artifact.write(tmp_path / "a", REVIEWS, list[Review], "fetch")
    assert artifact.read(tmp_path / "a", list[Review]) == REVIEWS


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("mine")
    said = refusal(artifact.write, tmp_path / "a", b"x", bytes, "fetch")
    assert said == f"error[PG326]: '{tmp_path / 'a'}' cannot be written: Not a directory"
    said = refusal(artifact.write, tmp_path / "a" / "b", b"x", bytes, "fetch")
    assert said.startswith(f"error[PG326]: '{tmp_path / 'a' / 'b'}' cannot be written: ")
    assert (tmp_path / "a").read_text() == "mine"


def test_a_link_to_the_folder_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "disk").mkdir()
    (tmp_path / "a").symlink_to("disk/a")
    for value in (b"x", b"y"):
        artifact.write(tmp_path / "a", value, bytes, "fetch")
        assert artifact.read(tmp_path / "a", bytes) == value
    assert (tmp_path / "a").is_symlink()
    assert names(tmp_path / "disk") == ["a"]


def test_a_name_as_long_as_the_disk_allows_does(tmp_path: Path) -> None:
    for name in ("x" * 255, "ü" * 127):
        artifact.write(tmp_path / name, b"x", bytes, "fetch")
        artifact.write(tmp_path / name, b"y", bytes, "fetch")
        assert artifact.read(tmp_path / name, bytes) == b"y"


def test_the_step_may_read_its_own_earlier_artifact_while_it_writes(tmp_path: Path) -> None:
    folder = tmp_path / "a"
    artifact.write(folder, REVIEWS, Iterator[Review], "fetch")

    def more() -> Iterator[Review]:
        yield from artifact.read(folder, Iterable[Review])  # type: ignore[misc]
        yield Review(id=3)

    artifact.write(folder, more(), Iterator[Review], "fetch")
    assert [one.id for one in artifact.read(folder, list[Review])] == [1, 2, 3]  # type: ignore[attr-defined]


def test_many_writers_at_once_leave_one_whole_artifact(tmp_path: Path) -> None:
    from concurrent.futures import ThreadPoolExecutor

    def write(number: int) -> None:
        artifact.write(tmp_path / "a", bytes([number]) * 10_000, bytes, "fetch")

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(write, range(40)))
    found: Any = artifact.read(tmp_path / "a", bytes)
    assert len(found) == 10_000
    assert len(set(found)) == 1
    assert names(tmp_path) == ["a"]


def test_files_are_as_private_as_the_umask_says(tmp_path: Path) -> None:
    before = os.umask(0o077)
    try:
        artifact.write(tmp_path / "a", b"x", bytes, "fetch")
    finally:
        os.umask(before)
    modes = [oct(one.stat().st_mode & 0o777) for one in (tmp_path / "a").iterdir()]
    assert modes == ["0o600", "0o600"]
