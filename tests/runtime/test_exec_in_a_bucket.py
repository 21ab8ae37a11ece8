"""`exec` with artifacts in a bucket: fetched and put as they are, all or nothing, with each trouble told."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from containers.places import tree
from moto_server import Moto, moto_server
from task_runs import Project, Result

pytestmark = pytest.mark.engine
STEPS = """
import os
from collections.abc import Iterator
from pathlib import Path

from pipegen import Retry, step
from pipegen.runtime.scratch import workdir


@step
def make() -> Path:
    folder = workdir() / "made"
    (folder / "empty").mkdir(parents=True)
    (folder / "übung 1.sh").write_text("#!/bin/sh")
    (folder / "übung 1.sh").chmod(0o755)
    (folder / "link").symlink_to("übung 1.sh")
    return folder


@step
def same(folder: Path) -> Path:
    return folder


@step
def rows(mark: str = "") -> Iterator[int]:
    yield 1
    if os.environ.get("BROKEN"):
        raise OSError("broken")
    yield 2


@step
def added(several: list[list[int]]) -> int:
    return sum(map(sum, several))


@step
def maybe(number: int | None = None) -> str:
    return repr(number)
"""
PLACE = "s3://bucket/a b/manual__2026-01-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def server() -> Iterator[Moto]:
    with moto_server() as found:
        found.client.create_bucket(Bucket="bucket")
        yield found


@pytest.fixture
def project(tmp_path: Path) -> Project:
    found = Project(tmp_path)
    (tmp_path / "steps.py").write_text(STEPS)
    return found


def test_links_modes_and_empty_folders_arrive(project: Project, server: Moto, tmp_path: Path) -> None:
    assert project.exec("steps:make", "--out", f"{PLACE}/make", **server.env).code == 0
    words = ("steps:same", "--in", f"folder={PLACE}/make")
    assert project.exec(*words, "--out", f"{PLACE}/same", "--retry", "1", **server.env).code == 0
    assert project.exec("steps:same", "--in", f"folder={PLACE}/same", "--out", "here", **server.env).code == 0
    assert project.exec("steps:make", "--out", "plain").code == 0
    assert tree(tmp_path / "here" / "data") == tree(tmp_path / "plain" / "data")
    assert tree(tmp_path / "here" / "data")["übung 1.sh"][0] == "script"


def test_a_list_is_fed_by_several(project: Project, server: Moto, tmp_path: Path) -> None:
    for name in ("one", "two"):
        assert project.exec("steps:rows", "--out", f"{PLACE}/{name}", **server.env).code == 0
    fed = [word for name in ("one", "two") for word in ("--in", f"several={PLACE}/{name}")]
    done = project.exec("steps:added", *fed, "--collect", "several", "--out", "sum", **server.env)
    assert (done.code, (tmp_path / "sum" / "data.json").read_text()) == (0, "6\n")


def test_a_failed_attempt_leaves_what_was_there(project: Project, server: Moto) -> None:
    key = "kept/rows.tar"
    words = ("steps:rows", "--out", "s3://bucket/kept/rows")
    assert project.exec(*words, **server.env).code == 0
    before = server.client.get_object(Bucket="bucket", Key=key)["Body"].read()
    assert project.exec(*words, BROKEN="1", **server.env).code == 1
    assert server.client.get_object(Bucket="bucket", Key=key)["Body"].read() == before
    assert project.exec(*words, **server.env).code == 0
    assert server.client.get_object(Bucket="bucket", Key=key)["Body"].read() == before


def test_what_is_absent_may_be(project: Project, server: Moto, tmp_path: Path) -> None:
    words = ("steps:maybe", "--in", f"number={PLACE}/nothing", "--out", "it")
    assert project.exec(*words, "--optional", "number", **server.env).code == 0
    assert (tmp_path / "it" / "data.json").read_text() == '"None"\n'
    refused = project.exec(*words, **server.env)
    assert (
        f"error[PG328]: parameter 'number' has no artifact: there is no '{PLACE}/nothing.tar'" in refused.err
    )


def test_what_is_no_artifact_is_told(project: Project, server: Moto) -> None:
    def tried(name: str, content: bytes) -> Result:
        server.client.put_object(Bucket="bucket", Key=f"{name}.tar", Body=content)
        return project.exec("steps:same", "--in", f"folder=s3://bucket/{name}", "--out", "it", **server.env)

    assert "error[PG329]: 's3://bucket/text.tar' is no archive" in tried("text", b"no archive at all").err
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("../outside"), io.BytesIO())
    assert "error[PG329]: 's3://bucket/evil.tar' is no archive" in tried("evil", packed.getvalue()).err


@pytest.mark.parametrize(
    ("out", "code", "said"),
    [
        ("s3://bucket", 2, "error[PG780]: --out 's3://bucket' is a bucket, not an artifact in it"),
        ("s3://B/it", 2, "error[PG780]: --out 's3://B/it' is no s3://bucket/prefix"),
        ("s3://no-such-bucket/it", 1, "error[PG782]: bucket 'no-such-bucket' cannot be used"),
    ],
)
def test_a_place_that_cannot_be_is_told(
    project: Project, server: Moto, out: str, code: int, said: str
) -> None:
    done = project.exec("steps:rows", "--out", out, **server.env)
    assert (done.code, said in done.err, "Traceback" in done.err) == (code, True, False), done.err


def test_nothing_is_left_behind(project: Project, server: Moto, tmp_path: Path) -> None:
    space = tmp_path / "space"
    space.mkdir()
    env = {**server.env, "TMPDIR": str(space)}
    assert project.exec("steps:rows", "--out", f"{PLACE}/rows", "--retry", "1", **env).code == 0
    assert project.exec("steps:rows", "--out", f"{PLACE}/rows", BROKEN="1", **env).code == 1
    assert list(space.iterdir()) == []
