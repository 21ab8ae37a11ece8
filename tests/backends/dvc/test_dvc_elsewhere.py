"""The same project in another place: copied, cloned, pulled from a remote, or run from elsewhere."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import boto3
import pytest
from repository import Repository

pytestmark = pytest.mark.engine

FLOW = """
from pipegen import Pipeline, Settings, step

class HowMany(Settings):
    many: int = 3

@step
def numbers(settings: HowMany) -> list[int]:
    return list(range(settings.many))

@step
def total(numbers: list[int]) -> int:
    return sum(numbers)

flow = Pipeline("flow", total(numbers=numbers()))
"""


@pytest.fixture
def flow(repository: Repository) -> Repository:
    repository.write(flow_py=FLOW).generate("flow.py")
    repository.repro()
    repository.commit()
    return repository


def test_nothing_names_the_place_that_it_was_generated_in(flow: Repository) -> None:
    for name in ("dvc.yaml", "dvc.lock"):
        assert str(flow.path) not in flow.read(name)
        assert str(Path.home()) not in flow.read(name)


def test_a_copy_runs_nothing_again_and_leaves_the_original_alone(flow: Repository) -> None:
    before = flow.snapshot()
    copy = flow.copy()
    assert copy.repro() == []
    assert copy.repro(NUMBERS__MANY="5") == ["numbers", "total"]
    assert copy.read("artifacts/total/data.json").strip() == "10"
    assert flow.snapshot() == before
    shutil.rmtree(flow.path)
    assert copy.repro() == []


def test_a_fresh_clone_runs_everything_on_the_first_try(flow: Repository) -> None:
    clone = flow.clone()
    assert clone.repro() == ["numbers", "total"]
    assert clone.ok("git", "status", "--short").out == "", "the same results, so the same lock"


def test_a_clone_that_pulls_runs_nothing(flow: Repository) -> None:
    flow.ok("dvc", "remote", "add", "--default", "shared", "../shared")
    flow.commit()
    flow.ok("dvc", "push")
    pulled, pulling, missing = (flow.clone(name) for name in ("pulled", "pulling", "missing"))
    pulled.ok("dvc", "pull")
    assert pulled.repro() == []
    assert pulling.repro("--pull") == []
    assert pulling.read("artifacts/total/data.json").strip() == "3"
    assert missing.repro("--allow-missing") == []
    assert not (missing.path / "artifacts/total").exists()
    for one in (pulled, pulling, missing):
        assert one.ok("git", "status", "--short").out == ""
    assert pulled.repro(NUMBERS__MANY="2") == ["numbers", "total"]


def test_an_artifact_that_is_not_pushed_stays_here(flow: Repository) -> None:
    flow.write(values_yaml="dvc: {stages: {numbers: {push: false}}}\n").generate("flow.py")
    flow.ok("dvc", "remote", "add", "--default", "shared", "../shared")
    flow.repro()
    flow.commit()
    flow.ok("dvc", "push")
    clone = flow.clone()
    clone.run("dvc", "pull")
    assert clone.read("artifacts/total/data.json").strip() == "3"
    assert not (clone.path / "artifacts/numbers").exists()
    assert clone.repro("--allow-missing") == []


def test_experiments_run_here_and_in_a_folder_of_their_own(flow: Repository) -> None:
    said = flow.ok("dvc", "exp", "run", NUMBERS__MANY="4")
    assert said.ran == ["numbers", "total"]
    assert flow.read("artifacts/total/data.json").strip() == "6"
    flow.ok("git", "checkout", "--quiet", ".")
    flow.ok("dvc", "checkout")
    before = flow.snapshot("artifacts")
    said = flow.ok("dvc", "exp", "run", "--temp", "--name", "beside", NUMBERS__MANY="5")
    assert said.ran == ["numbers", "total"]
    assert flow.snapshot("artifacts") == before
    flow.ok("dvc", "exp", "apply", "beside")
    assert flow.read("artifacts/total/data.json").strip() == "10"
    assert flow.repro(NUMBERS__MANY="5") == []


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """An S3 server on this machine; the address of a bucket on it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    words = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield _answering(f"http://127.0.0.1:{port}", server)
    finally:
        server.terminate()
        server.wait(10)


def _answering(address: str, server: subprocess.Popen[bytes]) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            urlopen(address, timeout=1).close()
        except (URLError, OSError):
            time.sleep(0.1)
        else:
            return address
    raise AssertionError(f"no answer from {address}, exit code {server.poll()}")


def test_artifacts_go_through_s3(flow: Repository, s3: str) -> None:
    keys = {"AWS_ACCESS_KEY_ID": "me", "AWS_SECRET_ACCESS_KEY": "mine", "AWS_DEFAULT_REGION": "eu-central-1"}
    client = boto3.client(
        "s3",
        endpoint_url=s3,
        region_name="eu-central-1",
        aws_access_key_id="me",
        aws_secret_access_key="mine",
    )
    for bucket in ("most", "total"):
        client.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
        flow.ok("dvc", "remote", "add", bucket, f"s3://{bucket}/dvc")
        flow.ok("dvc", "remote", "modify", bucket, "endpointurl", s3)
    flow.write(values_yaml="dvc: {remote: most, stages: {total: {remote: total}}}\n").generate("flow.py")
    assert flow.repro() == []
    flow.commit()
    flow.ok("dvc", "push", **keys)
    held = {bucket: client.list_objects_v2(Bucket=bucket).get("KeyCount", 0) for bucket in ("most", "total")}
    assert held == {"most": 3, "total": 3}, "a list of files, artifact.json and the payload each"
    clone = flow.clone()
    clone.ok("dvc", "pull", **keys)
    assert clone.read("artifacts/total/data.json").strip() == "3"
    assert clone.repro(**keys) == []
    assert clone.ok("dvc", "status", "--cloud", **keys).text.strip().endswith("in sync.")
