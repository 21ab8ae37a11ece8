"""Artifacts shared by a bucket: what one machine has done, another need not do."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from engine_project import Project
from moto_server import Moto, moto_server

FLOW = """
    @step
    def make() -> Path:
        mark("make")
        folder = workdir() / "made"
        (folder / "empty").mkdir(parents=True)
        (folder / "übung 1.txt").write_text("text")
        (folder / "run.sh").write_text("#!/bin/sh")
        (folder / "run.sh").chmod(0o755)
        (folder / "link").symlink_to("run.sh")
        return folder
    @step
    def count(folder: Path) -> int:
        mark("count")
        return len(list(folder.iterdir()))
    flow = Pipeline("flow", count(folder=make()))
"""


pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def server() -> Iterator[Moto]:
    with moto_server() as found:
        yield found


@pytest.fixture
def bucket(server: Moto, tmp_path: Path) -> str:
    """The name of a new bucket."""
    name = f"b{tmp_path.name.replace('_', '-').rstrip('-')}"[:60].lower()
    server.client.create_bucket(Bucket=name)
    return name


def machine(tmp_path: Path, name: str) -> Project:
    folder = tmp_path / name
    folder.mkdir()
    (folder / "pyproject.toml").write_text("[tool.pipegen]\n")
    (folder / ".pipegen").mkdir()
    (folder / ".pipegen/fingerprint.key").write_bytes(b"k" * 32)
    return Project(folder).write(FLOW)


def test_a_second_machine_takes_what_the_first_made(tmp_path: Path, server: Moto, bucket: str) -> None:
    one, other = machine(tmp_path, "one"), machine(tmp_path, "other")
    assert one.run("--store", f"s3://{bucket}/team/cache", env=server.env).code == 0
    assert one.marks() == ["make", "count"]
    said = other.run("--store", f"s3://{bucket}/team/cache/", env=server.env)
    assert said.code == 0, said.err
    assert other.marks() == []
    assert set(other.tasks().values()) == {"CACHED"}
    assert other.artifacts() == one.artifacts()
    made = (other.folder / ".pipegen/latest/flow/make").resolve() / "data"
    assert (made / "link").is_symlink()
    assert (made / "run.sh").stat().st_mode & 0o100
    assert (made / "empty").is_dir()


def test_a_damaged_object_is_not_taken(tmp_path: Path, server: Moto, bucket: str) -> None:
    one, other = machine(tmp_path, "one"), machine(tmp_path, "other")
    one.run("--store", f"s3://{bucket}", env=server.env)
    for found in server.client.list_objects_v2(Bucket=bucket)["Contents"]:
        if found["Key"].endswith(".tar"):
            body = server.client.get_object(Bucket=bucket, Key=found["Key"])["Body"].read()
            server.client.put_object(Bucket=bucket, Key=found["Key"], Body=body.replace(b"text", b"tent"))
    said = other.run("--store", f"s3://{bucket}", env=server.env)
    assert said.code == 0, said.err
    assert "make" in other.marks()
    assert other.artifacts() == one.artifacts()


@pytest.mark.parametrize(
    ("url", "message"),
    [
        ("bucket/prefix", "error[PG780]: --store 'bucket/prefix' is no s3://bucket/prefix"),
        (
            "s3://My_Bucket",
            "hint: the name of a bucket is 3 to 63 lower-case letters, digits, dots and hyphens",
        ),
        ("s3://no-such-bucket", "error[PG782]: bucket 'no-such-bucket' cannot be used: it does not exist"),
        ("s3://unreachable", "bucket 'unreachable' cannot be used"),
    ],
)
def test_a_bucket_that_cannot_be_used_is_an_error_before_anything_runs(
    tmp_path: Path, server: Moto, url: str, message: str
) -> None:
    project = machine(tmp_path, "one")
    nobody = {"AWS_ENDPOINT_URL_S3": "http://127.0.0.1:9", "AWS_MAX_ATTEMPTS": "1"}
    said = project.run("--store", url, env={**server.env, **(nobody if "unreach" in url else {})})
    assert said.code == 2
    assert message in said.err
    assert "Traceback" not in said.err
    assert project.marks() == []


def test_a_bucket_that_goes_away_does_not_stop_a_run(tmp_path: Path) -> None:
    with moto_server() as server:
        server.client.create_bucket(Bucket="going")
        project = machine(tmp_path, "one")
        path = project.folder / "flow.py"
        end = f'    mark("make")\n    os.kill({server.process.pid}, signal.SIGKILL)\n'
        path.write_text(path.read_text().replace('    mark("make")\n', end))
        said = project.run("--store", "s3://going", env={**server.env, "AWS_MAX_ATTEMPTS": "1"})
    assert said.code == 0, said.err
    assert "warning[PG782]" in said.err
    assert project.marks() == ["make", "count"]
