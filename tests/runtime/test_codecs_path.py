"""Files and folders handed on as they are: names, links, rights, empty folders."""

from __future__ import annotations

import os
import shutil
import socket
from collections.abc import Callable
from pathlib import Path, PurePosixPath
from typing import Annotated, Any

import pytest
from artifact_samples import refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import FilePath

from pipegen.runtime import artifact, scratch

ODD_NAMES = [
    "plain.txt",
    "with space",
    "ümlaut-日本",
    "new\nline",
    "'quote\"",
    "-dash",
    ".hidden",
    "back\\slash",
    "a" * 255,
]


def snapshot(folder: Path) -> dict[str, object]:
    """Everything in a folder: the text of files and whether they run, the targets of links."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        if path.is_symlink():
            found[name] = ("link", os.readlink(path))  # noqa: PTH115
        elif path.is_dir():
            found[name] = "folder"
        else:
            found[name] = (path.read_bytes(), os.access(path, os.X_OK))
    return found


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with some of everything that can be handed on."""
    folder = tmp_path / "tree"
    (folder / "empty" / "also empty").mkdir(parents=True)
    (folder / "sub").mkdir()
    for name in ODD_NAMES:
        (folder / "sub" / name).write_text(name)
    (folder / "run").write_text("#!/bin/sh\n")
    (folder / "run").chmod(0o755)
    (folder / "nothing").touch()
    (folder / "to-file").symlink_to("sub/plain.txt")
    (folder / "to-folder").symlink_to("./sub")
    (folder / "sub" / "up").symlink_to("../run")
    return folder


def test_a_folder_comes_back_as_it_was(tree: Path, tmp_path: Path) -> None:
    before = snapshot(tree)
    artifact.write(tmp_path / "a", tree, Path, "fetch")
    assert snapshot(tree) == before
    found = artifact.read(tmp_path / "a", Path, name="p")
    assert found == tmp_path / "a" / "data"
    assert snapshot(tmp_path / "a" / "data") == before


@pytest.mark.parametrize("name", ODD_NAMES)
def test_a_file_keeps_its_name(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(b"\x00x")
    (tmp_path / name).chmod(0o744)
    artifact.write(tmp_path / "out", tmp_path / name, Path, "fetch")
    found: Any = artifact.read(tmp_path / "out", Path)
    assert found == tmp_path / "out" / "files" / name
    assert found.read_bytes() == b"\x00x"
    assert os.access(found, os.X_OK)


@pytest.mark.parametrize("name", ["artifact.json", "data", "files", ".DS_Store"])
def test_a_name_that_pipegen_uses_itself_is_no_trouble(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text("x")
    artifact.write(tmp_path / "out", tmp_path / name, Path, "fetch")
    assert artifact.read(tmp_path / "out", Path) == tmp_path / "out" / "files" / name
    folder = tmp_path / "folder"
    (folder / "data").mkdir(parents=True)
    (folder / "data" / name).write_text("x")
    artifact.write(tmp_path / "out", folder, Path, "fetch")
    assert snapshot(artifact.read(tmp_path / "out", Path)) == snapshot(folder)  # type: ignore[arg-type]


def test_an_empty_folder_comes_back_even_from_a_store_that_keeps_files_alone(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    artifact.write(tmp_path / "a", tmp_path / "empty", Path, "fetch")
    shutil.rmtree(tmp_path / "a" / "data")
    found: Any = artifact.read(tmp_path / "a", Path)
    assert found.is_dir()


def test_what_stores_lose_is_put_back(tree: Path, tmp_path: Path) -> None:
    before = snapshot(tree)
    artifact.write(tmp_path / "a", tree, Path, "fetch")
    kept = tmp_path / "kept"
    for path in (tmp_path / "a").rglob("*"):  # as DVC does: links to files become copies, all else is lost
        if path.is_file() and "to-folder" not in path.parts:
            copy = kept / path.relative_to(tmp_path / "a")
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes(path.read_bytes())
    found: Any = artifact.read(kept, Path, name="p")
    assert snapshot(found) == before
    assert artifact.digest(kept) == artifact.digest(tmp_path / "a")


DAMAGE: list[tuple[Callable[[Path], Any], str]] = [
    (lambda d: (d / "run").unlink(), "[PG333]: what 'fetch' handed on for parameter 'p' is not whole: 'data/run' i"),
    (lambda d: (d / "run").write_text("#!/bin/zsh"), "'data/run' has other content than was written (its SHA-256"),
    (lambda d: (d / "extra").touch(), "error[PG334]: what 'fetch' handed on for parameter 'p' is not whole: 'data/e"),
    (lambda d: (d / "empty" / "x").mkdir(), "'data/empty/x' was added to it"),
    (lambda d: ((d / "to-file").unlink(), (d / "to-file").symlink_to("run")), "'data/to-file' links to 'run'"),
    (lambda d: ((d / "to-file").unlink(), (d / "to-file").touch()), "'data/to-file' is no symbolic link, as was"),
    (lambda d: ((d / "to-folder").unlink(), (d / "to-folder").mkdir()), "'data/to-folder' is no symbolic link"),
    (lambda d: ((d / "empty/also empty").rmdir(), (d / "empty/also empty").touch()), "'data/empty/also empty' is"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "words"), DAMAGE)
def test_a_folder_that_was_changed_is_refused(
    damage: Callable[[Path], Any], words: str, tree: Path, tmp_path: Path
) -> None:
    artifact.write(tmp_path / "a", tree, Path, "fetch")
    damage(tmp_path / "a" / "data")
    assert words in refusal(artifact.read, tmp_path / "a", Path, name="p")


def test_litter_in_a_folder_does_no_harm(tree: Path, tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", tree, Path, "fetch")
    for place in ("a", "a/data", "a/data/sub"):
        (tmp_path / place / ".DS_Store").touch()
    assert artifact.read(tmp_path / "a", Path) == tmp_path / "a" / "data"
    (tmp_path / "one.txt").touch()
    artifact.write(tmp_path / "b", tmp_path / "one.txt", Path, "fetch")
    (tmp_path / "b" / "files" / ".DS_Store").touch()
    assert artifact.read(tmp_path / "b", Path) == tmp_path / "b" / "files" / "one.txt"


def socket_at(path: Path) -> None:
    here = Path.cwd()
    os.chdir(path.parent)  # a socket's path may not be long
    try:
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)
    finally:
        os.chdir(here)


REFUSED: list[tuple[Callable[[Path], Any], str]] = [
    (lambda t: os.mkfifo(t / "pipe"), "'pipe' is neither file nor folder, but a socket, pipe or device"),
    (lambda t: socket_at(t / "socket"), "'socket' is neither file nor folder"),
    (lambda t: (t / "out").symlink_to("/etc/hostname"), "'out' is a symbolic link that leads out of the folder, to"),
    (lambda t: (t / "out").symlink_to("../x"), "'out' is a symbolic link that leads out of the folder, to '../x'"),
    (lambda t: (t / "sub/out").symlink_to("../../../x"), "'sub/out' is a symbolic link that leads out of the folder"),
    (lambda t: (t / "abs").symlink_to(t / "run"), "'abs' is a symbolic link that leads out of the folder"),
    (lambda t: (t / "sub/tricky").symlink_to("../empty/hop/../../../x"), "'sub/tricky' is a symbolic link"),
    (lambda t: (t / "gone").symlink_to("nowhere"), "'gone' is a symbolic link to 'nowhere', which does not exist"),
    (lambda t: (t / "self").symlink_to("self"), "'self' is a symbolic link"),
    (lambda t: Path(os.fsdecode(os.fsencode(t) + b"/caf\xe9")).touch(), "'caf\\xe9' has a name that is not UTF-8"),
]  # fmt: skip


@pytest.mark.parametrize(("add", "words"), REFUSED)
def test_what_cannot_be_carried_to_another_machine_is_refused(
    add: Callable[[Path], Any], words: str, tree: Path, tmp_path: Path
) -> None:
    (tree / "empty/hop").symlink_to("../sub")
    add(tree)
    said = refusal(artifact.write, tmp_path / "a", tree, Path, "fetch")
    assert f"error[PG338]: what 'fetch' returns cannot be handed on: {words}" in said
    assert sorted(one.name for one in tmp_path.iterdir()) == ["tree"]


def test_a_path_to_nothing_or_to_the_output_itself_is_refused(tmp_path: Path) -> None:
    said = refusal(artifact.write, tmp_path / "a", Path("no/such"), Path, "fetch")
    assert said == "error[PG337]: what 'fetch' returns cannot be handed on: 'no/such' does not exist"
    said = refusal(artifact.write, tmp_path / "a", tmp_path, Path, "fetch")
    assert said.endswith(f"'{tmp_path}' holds the folder of the artifact itself")
    assert list(tmp_path.iterdir()) == []


def test_a_link_to_a_file_or_folder_hands_on_what_it_leads_to(tree: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("tree")
    artifact.write(tmp_path / "a", tmp_path / "link", Path, "fetch")
    assert snapshot(tmp_path / "a" / "data") == snapshot(tree)
    (tmp_path / "latest.sh").symlink_to("tree/run")
    artifact.write(tmp_path / "b", tmp_path / "latest.sh", Path, "fetch")
    found: Any = artifact.read(tmp_path / "b", Path)
    assert found.name == "latest.sh"
    assert not found.is_symlink()


def test_a_later_edit_of_the_users_file_does_not_reach_the_artifact(tmp_path: Path) -> None:
    (tmp_path / "model.bin").write_text("first")
    artifact.write(tmp_path / "a", tmp_path / "model.bin", Path, "fetch")
    with (tmp_path / "model.bin").open("r+") as file:
        file.write("FIRST")
    found: Any = artifact.read(tmp_path / "a", Path)
    assert found.read_text() == "first"


def test_what_lies_in_the_scratch_folder_is_moved(tree: Path, tmp_path: Path) -> None:
    before = snapshot(tree)
    (tree / "run").chmod(0o555)
    work = tmp_path / "work"
    work.mkdir()
    tree.rename(work / "tree")
    (work / "one.txt").write_text("x")
    inode = (work / "one.txt").stat().st_ino
    scratch.enter(work)
    try:
        artifact.write(tmp_path / "a", work / "tree", Path, "fetch")
        artifact.write(tmp_path / "b", work / "one.txt", Path, "fetch")
        assert list(work.iterdir()) == []
        (work / "shared").mkdir()
        (work / "shared" / "x").write_text("x")
        os.link(work / "shared" / "x", tmp_path / "x")
        artifact.write(tmp_path / "c", work / "shared", Path, "fetch")
        artifact.write(tmp_path / "d", work, Path, "fetch")
    finally:
        scratch.enter(None)
    assert snapshot(tmp_path / "a" / "data") == before
    assert (tmp_path / "b/files/one.txt").stat().st_ino == inode
    assert (tmp_path / "c/data/x").stat().st_nlink == 1  # another name of the file could change it later
    assert (work / "shared" / "x").exists()
    assert (tmp_path / "d/data/shared/x").exists()


def test_moved_and_copied_give_the_same_artifact(tree: Path, tmp_path: Path) -> None:
    artifact.write(tmp_path / "copied", tree, Path, "fetch")
    scratch.enter(tmp_path)
    try:
        artifact.write(tmp_path / "moved", tree, Path, "fetch")
    finally:
        scratch.enter(None)
    assert artifact.digest(tmp_path / "copied") == artifact.digest(tmp_path / "moved")


@pytest.mark.parametrize(
    "annotation", [Path, Path | None, Annotated[Path, "x"], FilePath, Any, PurePosixPath]
)
def test_every_kind_of_path_type_hands_on_the_file(annotation: Any, tmp_path: Path) -> None:
    (tmp_path / "x").write_text("x")
    assert artifact.write(tmp_path / "a", tmp_path / "x", annotation, "fetch").codec == "path"
    assert artifact.read(tmp_path / "a", annotation) == tmp_path / "a/files/x"


def test_a_relative_path_counts_from_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x").write_text("x")
    monkeypatch.chdir(tmp_path)
    artifact.write(Path("out/a"), Path("x"), Path, "fetch")
    found: Any = artifact.read(Path("out/a"), Path)
    assert found == tmp_path / "out/a/files/x"


FILE_NAMES = st.text(st.characters(exclude_characters="/\0", codec="utf-8"), min_size=1, max_size=20).filter(
    lambda name: name not in (".", "..")
)
TREES = st.recursive(
    st.binary(max_size=20), lambda inner: st.dictionaries(FILE_NAMES, inner, max_size=4), max_leaves=12
).filter(lambda tree: isinstance(tree, dict))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tree=TREES)
def test_any_tree_comes_back(tmp_path: Path, tree: dict[str, Any]) -> None:
    def make(folder: Path, content: dict[str, Any]) -> None:
        folder.mkdir()
        for name, one in content.items():
            if isinstance(one, dict):
                make(folder / name, one)
            else:
                (folder / name).write_bytes(one)

    shutil.rmtree(tmp_path / "tree", ignore_errors=True)
    make(tmp_path / "tree", tree)
    artifact.write(tmp_path / "a", tmp_path / "tree", Path, "fetch")
    assert snapshot(artifact.read(tmp_path / "a", Path)) == snapshot(tmp_path / "tree")  # type: ignore[arg-type]
