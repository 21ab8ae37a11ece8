"""What goes into a build: by the rules of .dockerignore, and as a hash that does not depend on anything else."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from pipegen.engine.runners.docker.context import content_hash, files
from pipegen.engine.runners.docker.ignoring import Ignored

FILES = """
Dockerfile README.md a.txt docs/a.md docs/keep.md docs/deep/b.md src/a.py src/b.pyc src/sub/c.pyc
temp/x.txt other/temp/y.txt #odd.txt weird[1].txt
""".split()  # noqa: SIM905

RULES = [
    ("", FILES),
    ("# a comment\n\n", FILES),
    ("*.md", [one for one in FILES if one != "README.md"]),
    ("**/*.md", [one for one in FILES if not one.endswith(".md")]),
    ("*/*.md", [one for one in FILES if one not in ("docs/a.md", "docs/keep.md")]),
    ("docs", [one for one in FILES if not one.startswith("docs/")]),
    ("/docs/", [one for one in FILES if not one.startswith("docs/")]),
    ("  docs/deep/..  ", [one for one in FILES if not one.startswith("docs/")]),
    ("docs\n!docs/keep.md", [one for one in FILES if not one.startswith("docs/") or one == "docs/keep.md"]),
    ("docs\n!docs/deep", [one for one in FILES if not one.startswith("docs/") or "deep" in one]),
    ("!docs/keep.md\ndocs", [one for one in FILES if not one.startswith("docs/")]),
    ("**/temp", [one for one in FILES if "temp/" not in one]),
    ("temp", [one for one in FILES if not one.startswith("temp/")]),
    ("src/**/*.pyc", [one for one in FILES if not one.endswith(".pyc")]),
    ("src/**", [one for one in FILES if not one.startswith("src/")]),
    ("?.txt", [one for one in FILES if one != "a.txt"]),
    ("[a-c].txt", [one for one in FILES if one != "a.txt"]),
    ("[^b].txt", [one for one in FILES if one != "a.txt"]),
    ("weird\\[1].txt", [one for one in FILES if one != "weird[1].txt"]),
    ("\\#odd.txt", [one for one in FILES if one != "#odd.txt"]),
    ("*\n!src", [one for one in FILES if one.startswith("src/")]),
    ("[z-a]", FILES),
]


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "context"
    for name in FILES:
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("rules", "sent"), RULES)
def test_ignored_files_are_left_out(context: Path, rules: str, sent: list[str]) -> None:
    (context / ".dockerignore").write_text(rules, encoding="utf-8")
    found = {*files(context, Ignored.of(context, context / "Dockerfile"))} - {".dockerignore"}
    found = {one for one in found if (context / one).is_file()}
    assert sorted(found) == sorted(sent)


def test_rules_beside_the_dockerfile_go_before_those_of_the_context(context: Path) -> None:
    (context / ".dockerignore").write_text("*", encoding="utf-8")
    (context / "Dockerfile.dockerignore").write_text("docs", encoding="utf-8")
    assert "src/a.py" in list(files(context, Ignored.of(context, context / "Dockerfile")))


def digest(folder: Path, **arguments: str) -> str:
    return content_hash(folder / "Dockerfile", folder, arguments)


def test_the_hash_is_the_same_wherever_the_content_lies(context: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(context, copy)
    os.utime(copy / "a.txt", (0, 0))
    for name in (".pipegen/history.db", "src/__pycache__/a.pyc"):
        (copy / name).parent.mkdir(exist_ok=True)
        (copy / name).write_text(name, encoding="utf-8")
    assert digest(copy) == digest(context)
    assert digest(context, A="1", B="2") == digest(context, B="2", A="1")


CHANGES = {
    "content": lambda folder: (folder / "a.txt").write_text("other"),
    "a name": lambda folder: (folder / "a.txt").rename(folder / "b.txt"),
    "a new file": lambda folder: (folder / "new").touch(),
    "a file that is gone": lambda folder: (folder / "a.txt").unlink(),
    "an empty folder": lambda folder: (folder / "empty").mkdir(),
    "a program": lambda folder: (folder / "a.txt").chmod(0o755),
    "a link": lambda folder: (folder / "link").symlink_to("a.txt"),
    "a link to a folder": lambda folder: (folder / "link").symlink_to("docs"),
    "the Dockerfile": lambda folder: (folder / "Dockerfile").write_text("FROM other"),
    "the rules": lambda folder: (folder / ".dockerignore").write_text("docs"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_every_change_that_a_build_sees_changes_the_hash(context: Path, change: str) -> None:
    before = digest(context)
    CHANGES[change](context)
    assert digest(context) != before
    assert digest(context, A="1") != digest(context, A="2") != digest(context)
