"""A killed writer, a full disk, a read-only place: what was there before stays, nothing half-written shows."""

from __future__ import annotations

import hashlib
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipegen.runtime import artifact

WRITER = """
import shutil, sys
from collections.abc import Iterator
from pathlib import Path
from pipegen.runtime import artifact, publish
if sys.argv[2] == "two renames":
    publish.exchange = lambda one, other: False
if sys.argv[2] == "in place":  # the mistake that the test is there to find
    def enter(draft):
        draft.target.mkdir(exist_ok=True)
        draft.path = draft.target
        for one in draft.target.iterdir():
            shutil.rmtree(one) if one.is_dir() else one.unlink()
        return draft
    publish.Draft.__enter__, publish.Draft.publish = enter, lambda draft: None
tree = Path(sys.argv[1], "tree")
def rows(number):
    for n in range(3000):
        yield {"round": number, "n": n}
number = 0
artifact.write(Path(sys.argv[1], "warm-" + sys.argv[3]), rows(0), Iterator[dict], "fetch")
print("ready", flush=True)
while True:
    number += 1
    artifact.write(Path(sys.argv[1], "stream"), rows(number), Iterator[dict], "fetch")
    artifact.write(Path(sys.argv[1], "tree-out"), tree, Path, "fetch")
    artifact.write(Path(sys.argv[1], "bytes"), bytes([number % 256]) * 100_000, bytes, "fetch")
"""
FILLER = """
import sys
from collections.abc import Iterator
from pathlib import Path
import numpy, pandas, polars, pyarrow
from pipegen.errors import PipegenError
from pipegen.runtime import artifact
place, source = Path(sys.argv[1]), Path(sys.argv[2])
noise = numpy.random.default_rng(0).random(400_000)
cases = [
    (b"x" * 3_000_000, bytes), ((str(n) * 100 for n in range(100_000)), Iterator[str]), (["x" * 3_000_000], list[str]),
    (source, Path), (source / "big", Path), (pandas.DataFrame({"a": noise}), pandas.DataFrame),
    (polars.DataFrame({"a": noise}), polars.DataFrame), (pyarrow.table({"a": noise}), pyarrow.Table),
]
artifact.write(place / "out", b"before", bytes, "fetch")
for value, annotation in cases:
    try:
        artifact.write(place / "out", value, annotation, "fetch")
    except PipegenError as error:
        print(error)
    assert [one.name for one in place.iterdir()] == ["out"], list(place.iterdir())
    assert artifact.read(place / "out", bytes) == b"before"
artifact.write(place / "out", b"after", bytes, "fetch")
"""


def leftovers(folder: Path, *endings: str) -> list[str]:
    return [one.name for one in folder.iterdir() if one.name.endswith(endings or (".partial", ".old"))]


def kill_and_read(way: str, folder: Path) -> Iterator[str]:
    """Kill a writer again and again; "whole" or "torn" for each artifact that is then there."""
    chance = random.Random(7)
    for attempt in range(20):
        command = [sys.executable, "-c", WRITER, str(folder), way, str(attempt)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            assert writer.stdout.readline() == b"ready\n"
            time.sleep(chance.uniform(0.0, 0.08))
            writer.send_signal(signal.SIGKILL)
        assert writer.returncode == -signal.SIGKILL
        for name, annotation in (("stream", list[dict[str, int]]), ("tree-out", Path), ("bytes", bytes)):
            if (folder / name).exists() or any(
                one.startswith(f".{name}.") for one in leftovers(folder, ".old")
            ):
                try:
                    artifact.read(folder / name, annotation)
                    yield "whole"
                except artifact.InputError:
                    yield "torn"


@pytest.fixture
def busy(tmp_path: Path) -> Path:
    """A folder with the tree that the writer hands on."""
    (tmp_path / "tree/sub").mkdir(parents=True)
    for number in range(40):
        (tmp_path / f"tree/sub/{number}.txt").write_text("x" * number)
    return tmp_path


@pytest.mark.parametrize("way", ["exchange", "two renames"])
def test_a_killed_writer_never_leaves_anything_half_written(way: str, busy: Path) -> None:
    found = list(kill_and_read(way, busy))
    assert len(found) > 5
    assert set(found) == {"whole"}
    for name in ("stream", "tree-out", "bytes"):
        artifact.write(busy / name, b"x", bytes, "fetch")
    assert leftovers(busy) == []


def test_a_writer_that_writes_in_place_would_be_found_out(busy: Path) -> None:
    assert "torn" in kill_and_read("in place", busy)


def test_what_was_moved_aside_by_a_killed_writer_is_put_back(tmp_path: Path) -> None:
    artifact.write(tmp_path / "a", b"before", bytes, "fetch")
    (tmp_path / "a").rename(tmp_path / ".a.0123456789ab.old")
    assert artifact.read(tmp_path / "a", bytes) == b"before"
    assert leftovers(tmp_path) == []


def test_only_leftovers_of_the_dead_are_cleared_away(tmp_path: Path) -> None:
    mine = [".a.0123456789ab.partial", ".a.ba9876543210.old"]
    others = [".a.b.0123456789ab.partial", ".b.0123456789ab.partial", ".a.xyz.partial", ".a.partial"]
    for name in (*mine, *others):
        (tmp_path / name).mkdir()
        (tmp_path / name / "x").touch()
    (tmp_path / "a").mkdir()

    def rows() -> Iterator[int]:
        yield 1
        artifact.write(
            tmp_path / "a", b"meanwhile", bytes, "another"
        )  # must not clear away what is being written
        yield 2

    artifact.write(tmp_path / "a", rows(), Iterator[int], "fetch")
    assert artifact.read(tmp_path / "a", list[int]) == [1, 2]
    assert sorted(one.name for one in tmp_path.iterdir()) == sorted(["a", *others])


def check_full_disk(place: Path, source: Path, said: str) -> None:
    lines = said.splitlines()
    needs = ("3000000 bytes are needed", "", "3000005 bytes are needed", "3000001 bytes are needed")
    for line, need in zip(lines, needs, strict=False):
        assert need in line
    assert len(lines) == 8
    for line in lines:
        assert line.startswith(f"error[PG325]: what 'fetch' returned does not fit at '{place / 'out'}': ")
        assert (
            " are free (free some space, or give the task more; what was there before is untouched)" in line
        )


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "source"
    folder.mkdir()
    (folder / "big").write_bytes(os.urandom(3_000_000))
    (folder / "small").write_bytes(b"x")
    return folder


def fill(place: Path, source: Path, limit: int | None = None) -> str:
    def cap() -> None:
        if limit:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-c", FILLER, str(place), str(source)],
        capture_output=True,
        text=True,
        preexec_fn=cap,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_file_that_outgrows_its_limit_is_reported_and_leaves_no_trace(tmp_path: Path, source: Path) -> None:
    place = tmp_path / "place"
    place.mkdir()
    check_full_disk(place, source, fill(place, source, limit=1_000_000))


def test_a_full_disk_is_reported_and_leaves_no_trace(tmp_path: Path, source: Path) -> None:
    place = tmp_path / "small"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        return  # without the right to mount, the limit on file size above has shown the same
    try:
        check_full_disk(place, source, fill(place, source))
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_mounted_folder_cannot_be_replaced_and_says_so(tmp_path: Path) -> None:
    place = tmp_path / "mounted"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True).returncode != 0:
        return
    try:
        from artifact_samples import refusal

        said = refusal(artifact.write, place, b"x", bytes, "fetch")
        assert said.startswith("error[PG326]: ")
        assert "name a folder inside it, not the mounted folder itself" in said
        assert list(place.iterdir()) == []
        assert leftovers(tmp_path) == []
        artifact.write(place / "out", b"x", bytes, "fetch")
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_an_interrupted_writer_cleans_up_after_itself(tmp_path: Path) -> None:
    code = (
        "import signal, sys, time\nfrom collections.abc import Iterator\nfrom pathlib import Path\n"
        "from pipegen.runtime import artifact\n"
        "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3))\n"
        "def rows():\n    yield 1\n    print('ready', flush=True)\n    time.sleep(60)\n"
        "artifact.write(Path(sys.argv[1], 'a'), rows(), Iterator[int], 'fetch')\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, str(tmp_path)], stdout=subprocess.PIPE) as writer:
        assert writer.stdout is not None
        writer.stdout.readline()
        assert len(leftovers(tmp_path)) == 1
        writer.send_signal(signal.SIGTERM)
    assert writer.returncode == 3
    assert list(tmp_path.iterdir()) == []


def test_flipped_bits_anywhere_in_a_payload_are_noticed(tmp_path: Path) -> None:
    data = hashlib.sha512(b"seed").digest() * 8
    artifact.write(tmp_path / "a", data, bytes, "fetch")
    chance = random.Random(3)
    for _ in range(20):
        damaged = bytearray(data)
        damaged[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        (tmp_path / "a/data.bin").write_bytes(damaged)
        with pytest.raises(artifact.InputError, match="SHA-256"):
            artifact.read(tmp_path / "a", bytes)
