"""What writing would change is known before, and everything that forbids it is said at once."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipegen.emit.files import MARK, Change, File, plan, unified, write
from pipegen.errors import PipegenError

OURS = f"# {MARK}; do not edit.\n"


def codes(root: Path, *files: File, force: bool = False) -> list[str]:
    with pytest.raises(PipegenError) as caught:
        plan(root, files, force=force)
    assert all(one.hint for one in caught.value.diagnostics)
    return [one.code for one in caught.value.diagnostics]


def refusal(root: Path, *files: File) -> str:
    with pytest.raises(PipegenError) as caught:
        plan(root, files)
    return str(caught.value)


def test_files_are_new_changed_or_same(tmp_path: Path) -> None:
    (tmp_path / "same").write_text(OURS)
    (tmp_path / "old").write_text(OURS + "a\n")
    files = [File("old", OURS + "b\n"), File("sub/new", "x"), File("same", OURS)]
    changes = plan(tmp_path, files)
    assert changes == (
        Change("old", OURS + "a\n", OURS + "b\n"),
        Change("sub/new", None, "x"),
        Change("same", OURS, OURS),
    )
    assert [one.kind for one in changes] == ["changed", "new", "same"]
    assert not (tmp_path / "sub").exists()


def test_a_folder_that_does_not_exist_yet_is_fine(tmp_path: Path) -> None:
    assert plan(tmp_path / "a" / "b", [File("c/d", "")]) == (Change("c/d", None, ""),)


@pytest.mark.parametrize("root", [".", "sub/.."])
def test_the_folder_may_be_relative(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str) -> None:
    (tmp_path / "sub").mkdir()
    monkeypatch.chdir(tmp_path)
    assert plan(Path(root), [File("a", "")]) == (Change("a", None, ""),)


@pytest.mark.parametrize(
    "path",
    [
        *(
            "/etc/passwd",
            "../a",
            "a/../../b",
            "a/..",
            "..",
            "",
            ".",
            "/",
            "C:/a",
            "C:a",
            "\\\\host\\a",
            "a\\b",
        ),
        *("a\nb", "a\x00b", "a\x1b", "a\ud800", "a\u202eb", "//a"),
    ],
)
def test_a_path_that_could_mean_another_place_is_refused(tmp_path: Path, path: str) -> None:
    assert codes(tmp_path, File(path, ""), force=True) == ["PG410"]


@pytest.mark.parametrize(
    "paths",
    [
        ("a", "a"),
        ("a/b", "a//b"),
        ("a/b", "./a/./b"),
        ("Report.yaml", "report.yaml"),
        ("ÜBUNG", "übung"),
        ("u\u0308", "ü"),
        ("a", "a/b"),
        ("a/b", "a"),
        ("link", "real"),
        ("link/x", "A"),
    ],
)
def test_two_files_in_one_place_are_refused(tmp_path: Path, paths: tuple[str, str]) -> None:
    (tmp_path / "link").symlink_to("real" if "real" in paths else "a")
    assert codes(tmp_path, *(File(path, "") for path in paths), force=True) == ["PG411"]


def test_two_pipelines_in_one_file_are_told_what_they_can_do(tmp_path: Path) -> None:
    with pytest.raises(PipegenError) as refused:
        plan(tmp_path, [File("a-b.yaml", "1"), File("a-b.yaml", "2")])
    (one,) = refused.value.diagnostics
    assert one.message == "two pipelines would both be written to 'a-b.yaml'"
    assert one.hint == "rename one of the two pipelines, or generate each into a folder of its own"


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    root = tmp_path / "root"
    root.mkdir()
    (tmp_path / "root-too").mkdir()
    (root / "file").symlink_to(tmp_path / "elsewhere")
    (root / "folder").symlink_to(tmp_path / "root-too")
    (root / "twice").symlink_to("folder")
    paths = ("file", "folder/a", "folder/b/c", "twice/a")
    assert codes(root, *(File(path, "") for path in paths), force=True) == ["PG416"] * 4


def test_a_link_that_stays_inside_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "real/file").write_text(OURS)
    (tmp_path / "folder").symlink_to("real")
    (tmp_path / "dangling").symlink_to("real/later")
    assert plan(tmp_path, [File("folder/file", "x"), File("dangling", "y")]) == (
        Change("folder/file", OURS, "x"),
        Change("dangling", None, "y"),
    )


def test_a_link_to_itself_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to("loop")
    assert codes(tmp_path, File("loop", "")) == ["PG415"]
    assert codes(tmp_path, File("loop/a", "")) == ["PG415"]


def test_a_name_too_long_for_the_file_system_is_refused(tmp_path: Path) -> None:
    assert codes(tmp_path, File("x" * 300, "")) == ["PG415"]


def test_a_file_that_somebody_wrote_is_not_overwritten_without_force(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("by hand\n")
    (tmp_path / "late").write_text("1\n2\n3\n4\n5\n" + OURS)
    (tmp_path / "fifth").write_text("1\n2\n3\n4\n" + OURS)
    (tmp_path / "equal").write_text("what is generated\n")
    files = [File("mine", "x"), File("late", "x"), File("fifth", "x"), File("equal", "what is generated\n")]
    assert codes(tmp_path, *files) == ["PG412", "PG412"]
    assert "'mine' exists and was not generated by pipegen" in refusal(tmp_path, *files)
    assert [one.kind for one in plan(tmp_path, files, force=True)] == ["changed"] * 3 + ["same"]


def test_a_file_shared_with_others_is_merged(tmp_path: Path) -> None:
    def append(existing: str, text: str) -> str:
        return existing + text

    (tmp_path / "shared").write_bytes(b"by hand\r\n")
    files = [File("shared", "ours\n", append), File("new", "ours\n", append)]
    assert plan(tmp_path, files) == (
        Change("shared", "by hand\r\n", "by hand\r\nours\n"),
        Change("new", None, "ours\n"),
    )


def test_windows_line_ends_are_no_difference(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(OURS.replace("\n", "\r\n").encode() * 2)
    (change,) = plan(tmp_path, [File("a", OURS * 2)])
    assert change.kind == "same"
    (change,) = plan(tmp_path, [File("a", "x\r\ny\r\n")])
    assert change.after == "x\ny\n"


def test_what_is_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").write_text("x")
    (tmp_path / "latin").write_bytes(b"caf\xe9")
    os.mkfifo(tmp_path / "pipe")
    paths = ("folder", "pipe", "file/a", "file/a/b", "latin")
    found = codes(tmp_path, *(File(path, "") for path in paths), force=True)
    assert found == ["PG413", "PG413", "PG414", "PG417", "PG417"]
    assert "'latin' cannot be read: byte 3 is not UTF-8" in refusal(tmp_path, File("latin", ""))
    assert codes(tmp_path / "file", File("a", "")) == ["PG417"]


def test_a_file_that_cannot_be_opened_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a").write_text(OURS)

    def forbid(_: Path) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "read_bytes", forbid)
    assert "'a' cannot be read: permission denied" in refusal(tmp_path, File("a", ""))


def test_text_that_is_not_unicode_is_refused(tmp_path: Path) -> None:
    assert codes(tmp_path, File("a", "x\udc80")) == ["PG401"]


def test_all_that_is_wrong_is_said_at_once(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("x")

    def broken(existing: str, text: str) -> str:
        plan(tmp_path, [File("/", text)])
        return existing

    files = [
        File("../a", ""),
        File("b", ""),
        File("B", ""),
        File("mine", ""),
        File("mine/x", ""),
        File("mine", "", broken),
    ]
    assert codes(tmp_path, *files) == ["PG410", "PG411", "PG411", "PG412", "PG417"]
    assert codes(tmp_path, File("mine", "", broken)) == ["PG410"]


def test_a_diff_shows_only_what_differs() -> None:
    old = "".join(f"{n}\n" for n in range(30))
    new = old.replace("5\n6\n", "5\nfive\n6\n", 1).replace("\n20\n", "\n", 1)
    changes = [
        Change("same", "a", "a"),
        Change("with blank.yaml", old, new),
        Change("n", None, "a\nb"),
        Change("e", None, ""),
    ]
    assert unified(changes) == (
        "--- a/with blank.yaml\t\n"
        "+++ b/with blank.yaml\t\n"
        "@@ -4,6 +4,7 @@\n 3\n 4\n 5\n+five\n 6\n 7\n 8\n"
        "@@ -18,7 +19,6 @@\n 17\n 18\n 19\n-20\n 21\n 22\n 23\n"
        "--- /dev/null\n"
        "+++ b/n\n"
        "@@ -0,0 +1,2 @@\n+a\n+b\n\\ No newline at end of file\n"
        "diff --git a/e b/e\nnew file mode 100644\n"
    )
    assert unified([Change("x", "a", "a\n")]) == (
        "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n"
    )
    assert unified([Change("x", "a", "a")]) == unified([]) == ""


_lines = st.lists(st.sampled_from(["a", "b", "c", "", "d\x0c\u2028", *"123456789"]), max_size=25)
_contents = st.builds(lambda lines, end: "\n".join(lines) + end, _lines, st.sampled_from(["", "\n"]))


@settings(max_examples=150, deadline=None)
@given(st.none() | _contents, _contents)
def test_git_applies_the_diff_to_the_very_bytes(
    tmp_path_factory: pytest.TempPathFactory, before: str | None, after: str
) -> None:
    root = tmp_path_factory.mktemp("apply")
    change = Change("a b", before, after)
    if before is not None:
        (root / "a b").write_bytes(before.encode())
    diff = unified([change])
    assert bool(diff) == (change.kind != "same")
    if diff:
        subprocess.run(["git", "apply", "--unsafe-paths", "-"], cwd=root, input=diff.encode(), check=True)
    assert (root / "a b").read_bytes() == after.encode()


def test_a_long_file_with_many_equal_lines_is_compared_quickly(tmp_path: Path) -> None:
    stage = "  stage-{}:\n    cmd: run\n    deps:\n      - a\n    outs:\n      - b\n"
    old = "".join(stage.format(n) for n in range(3000))
    new = old.replace("    outs:\n", "    frozen: true\n    outs:\n")
    diff = unified([Change("dvc.yaml", old, new)])
    assert diff.count("\n+") == 3001
    assert "\n-  " not in diff
    write(tmp_path, [Change("dvc.yaml", None, old)])
    subprocess.run(["patch", "-p1", "-s"], cwd=tmp_path, input=diff.encode(), check=True)
    assert (tmp_path / "dvc.yaml").read_text() == new
