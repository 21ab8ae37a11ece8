"""A disk that is full, or may not be written: the run says so, what is there is whole, and with room it goes on."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from engine_project import Project
from killing import half_written

from pipegen.runtime.publish import remove

FLOW = """
    @step
    def numbers() -> Iterator[int]:
        yield from range(2000)

    @step
    def doubled(numbers: list[int]) -> list[int]:
        return [2 * one for one in numbers]

    @step(retry=Retry(limit=1, backoff="0.01s"))
    def data(numbers: list[int]) -> bytes:
        return bytes(30_000)

    @step
    def end(data: bytes, numbers: list[int]) -> int:
        return len(data) + len(numbers)

    source = numbers()
    flow = Pipeline("flow", end(data=data(numbers=source), numbers=doubled(numbers=source)))
"""
PAGE = 4096


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Project]:
    """A project on a disk of its own with 1 MB and 100 files."""
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m,nr_inodes=100", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("without the right to mount there is no small disk")
    (place / "pyproject.toml").write_text("[tool.pipegen]\n")
    try:
        yield Project(place).write(FLOW)
    finally:
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def leave_bytes(folder: Path, number: int) -> None:
    state = os.statvfs(folder)
    (folder / "filler" / "data").write_bytes(bytes(state.f_bavail * state.f_frsize - number * PAGE))


def leave_files(folder: Path, number: int) -> None:
    for one in range(os.statvfs(folder).f_ffree - number):
        (folder / "filler" / str(one)).touch()


@pytest.mark.engine
@pytest.mark.parametrize(
    ("leave", "amounts"), [(leave_bytes, range(0, 66, 5)), (leave_files, range(0, 61, 3))]
)
@pytest.mark.parametrize("history", ["there", "elsewhere"])
def test_a_disk_that_fills_up_at_any_moment(
    small: Project,
    tmp_path: Path,
    leave: Callable[[Path, int], None],
    amounts: range,
    history: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(small.folder)
    env = {"PIPEGEN_HISTORY_URL": f"sqlite:///{tmp_path}/history.db"} if history == "elsewhere" else {}
    assert small.run(env=env).code == 0
    expected, codes = small.artifacts(), set()
    for amount in amounts:
        remove(small.folder / ".pipegen")
        (small.folder / "filler").mkdir()
        leave(small.folder, amount)
        said = small.run("-q", env=env)
        codes.add(said.code)
        assert said.code in (0, 1, 2), amount
        assert "Traceback" not in said.err, (amount, said.err)
        why = said.err.lower()
        assert said.code == 0 or "no space left" in why or "pg706" in why, (amount, why)
        remove(small.folder / "filler")
        assert list(half_written()) == [], amount
        again = small.run("-q", env=env)
        assert again.code == 0, (amount, again.err)
        assert small.artifacts() == expected
        assert (small.folder / ".pipegen/.gitignore").read_text() == "*\n"
    assert codes == {0, 1, 2}


READ_ONLY = [
    # what may not be written, where the history is, how the run ends, and what is said
    (".", "there", 2, "error[PG705]: the history at '.pipegen/history.db' cannot be used: permission denied"),
    (".", "elsewhere", 2, "error[PG779]: the engine cannot write to '{folder}/.pipegen': permission denied"),
    (".pipegen", "elsewhere", 2, "error[PG779]: the engine cannot write to '{folder}/.pipegen/"),
    (".pipegen/runs", "there", 2, "error[PG779]: the engine cannot write to '"),
    (
        ".pipegen/artifacts",
        "there",
        1,
        "numbers failed (*): the engine cannot write to '{folder}/.pipegen/artifacts/",
    ),
    (
        ".pipegen/cache",
        "there",
        0,
        "warning[PG779]: what tasks led to cannot be kept for the next run: permission",
    ),
]


@pytest.mark.parametrize(("folder", "history", "code", "message"), READ_ONLY)
def test_a_folder_that_may_not_be_written(
    tmp_path: Path, folder: str, history: str, code: int, message: str
) -> None:
    root = tmp_path / "project"
    place = root / folder
    place.mkdir(parents=True)
    (root / "pyproject.toml").write_text("[tool.pipegen]\n")
    project = Project(root).write(FLOW)
    env = {"PIPEGEN_HISTORY_URL": f"sqlite:///{tmp_path}/history.db"} if history == "elsewhere" else {}
    place.chmod(0o555)
    said = project.run(env=env)
    place.chmod(0o755)
    assert said.code == code, said.err
    text = re.sub(r"failed \(.*?\)", "failed (*)", said.err)
    assert message.format(folder=root) in text
    assert "Traceback" not in said.err
    assert project.run(env=env).code == 0
