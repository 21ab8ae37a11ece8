"""What is done with what a run made: looked at, packed, copied, told."""

from __future__ import annotations

import json
import sys
import tarfile
import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path

import jsonschema
import pytest
import zstandard
from command_runs import Said
from engine_project import Project
from moto_server import moto_server

from pipegen.engine.configs.loading import Configured
from pipegen.engine.processors.archive import Archive, ArchiveConfig
from pipegen.engine.processors.contract import Finished, Processed
from pipegen.engine.processors.copying import Copy, CopyConfig
from pipegen.engine.processors.running import process_all
from pipegen.engine.records import RunRecord
from pipegen.engine.result import schema

FLOW = """
    @step
    def make() -> Path:
        folder = workdir() / "made"
        (folder / "empty").mkdir(parents=True)
        (folder / "übung 1.txt").write_text("text")
        (folder / "run.sh").write_text("#!/bin/sh")
        (folder / "run.sh").chmod(0o755)
        (folder / "link").symlink_to("run.sh")
        return folder
    @step
    def count(folder: Path) -> int:
        if os.environ.get("FAIL"):
            raise ValueError("told to")
        return len(list(folder.iterdir()))
    flow = Pipeline("My Flow", count(folder=make()))
"""


def run(project: Project, *configs: object, words: tuple[str, ...] = (), **env: str) -> Said:
    """A run with these post-processors."""
    given: list[str] = []
    for number, config in enumerate(configs):
        path = project.folder / f"processor-{number}.json"
        path.write_text(json.dumps(config))
        given += ["--processor-config", path.name]
    if not (project.folder / "flow.py").exists():
        project.write(FLOW)
    return project.run("--json", *given, *words, env=env)


def result_of(said: Said) -> dict[str, object]:
    found = said.data
    assert isinstance(found, dict)
    jsonschema.validate(found, schema())
    return found


@contextmanager
def listener(*codes: int) -> Iterator[tuple[str, list[dict[str, object]]]]:
    """An address on loopback that answers with these codes, then with 200, and what it was told."""
    told: list[dict[str, object]] = []
    waiting = list(codes)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            told.append({"body": body, "token": self.headers.get("Authorization")})
            code = waiting.pop(0) if waiting else 200
            self.send_response(code)
            if 300 <= code < 400:
                self.send_header("Location", "/elsewhere")
            self.end_headers()

        def do_GET(self) -> None:
            told.append({"body": None, "token": self.headers.get("Authorization")})
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/hook", told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_run_without_any_says_how_it_went(project: Project) -> None:
    found = result_of(run(project))
    assert found["success"] is True
    assert found["stages_completed"] == ["make", "count"]
    assert found["processors"] == []


@pytest.mark.parametrize("form", ["zip", "tar.gz", "tar.zst"])
def test_an_archive_holds_everything_and_has_the_same_bytes_each_time(project: Project, form: str) -> None:
    config = {
        "type": "archive",
        "path": f"out/{{pipeline}}.{form}",
        "tasks": ["make", "count"],
        "overwrite": True,
    }
    assert run(project, config).code == 0
    (path,) = (project.folder / "out").iterdir()
    first = path.read_bytes()
    assert run(project, config, words=("--force",)).code == 0
    assert path.read_bytes() == first
    unpacked = project.folder / "unpacked"
    _unpack(path, form, unpacked)
    data = unpacked / "make/data"
    assert (data / "übung 1.txt").read_text() == "text"
    assert (unpacked / "count/artifact.json").exists()
    if form != "zip":
        assert (data / "link").is_symlink()
        assert (data / "empty").is_dir()
        assert (data / "run.sh").stat().st_mode & 0o100


def _unpack(path: Path, form: str, folder: Path) -> None:
    if form == "zip":
        with zipfile.ZipFile(path) as archive:
            info = {one.filename: one.external_attr >> 16 for one in archive.infolist()}
            assert info["make/data/link"] & 0o170000 == 0o120000
            assert info["make/data/run.sh"] & 0o100
            assert "make/data/empty/" in info
            archive.extractall(folder)
        return
    content = path.read_bytes()
    if form == "tar.zst":
        content = zstandard.ZstdDecompressor().stream_reader(BytesIO(content)).read()
    with tarfile.open(fileobj=BytesIO(content), mode="r:gz" if form == "tar.gz" else "r:") as archive:
        archive.extractall(folder, filter="data")


def test_copies_go_to_several_places_whole(project: Project, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    config = {"type": "copy", "to": ["results/{run}", str(elsewhere)], "tasks": ["make"]}
    found = result_of(run(project, config))
    assert found["success"] is True
    made = project.folder / "results" / str(found["run"]) / "make"
    for folder in (made, elsewhere / "make"):
        assert (folder / "data/link").is_symlink()
        assert (folder / "data/empty").is_dir()
        assert (folder / "artifact.json").exists()
    assert run(project, config).code == 0  # over an earlier artifact


def test_what_is_no_artifact_is_never_copied_over(project: Project) -> None:
    (project.folder / "results/count").mkdir(parents=True)
    (project.folder / "results/count/thesis.txt").write_text("years of work")
    found = result_of(run(project, {"type": "copy", "to": "results"}))
    assert found["success"] is False
    assert "thesis.txt" in str(found["processors"])
    assert (project.folder / "results/count/thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize("on_error", ["continue", "fail"])
def test_when_one_place_cannot_be_written(project: Project, on_error: str) -> None:
    (project.folder / "file").touch()
    config = {"type": "copy", "to": ["file/x", "good"], "on_error": on_error}
    assert run(project, config).code == 1
    assert (project.folder / "good").exists() == (on_error == "continue")


@pytest.mark.engine
def test_copies_go_to_a_bucket(project: Project) -> None:
    with moto_server() as server:
        server.client.create_bucket(Bucket="results")
        config = {"type": "copy", "to": ["s3://results/{pipeline}/{date}"], "tasks": ["make"]}
        said = run(project, config, **server.env)
        assert said.code == 0, said.out
        keys = [one["Key"] for one in server.client.list_objects_v2(Bucket="results")["Contents"]]
    assert any(key.startswith("My-Flow/2") and key.endswith("make/data/übung 1.txt") for key in keys)


def test_a_webhook_is_told_the_result_and_no_secret_is_shown(project: Project) -> None:
    with listener(500) as (url, told):
        config = {"type": "webhook", "headers_env": {"Authorization": "HOOK_TOKEN"}}
        said = run(project, config, PIPEGEN_WEBHOOK_URL=url, HOOK_TOKEN="hush")
    assert said.code == 0, said.out
    assert len(told) == 2  # the first answer was 500
    jsonschema.validate(told[1]["body"], schema())
    assert told[1]["token"] == "hush"
    assert "hush" not in said.out
    assert url not in said.out


@pytest.mark.parametrize("code", [301, 302, 303, 307, 308])
def test_an_answer_that_leads_elsewhere_is_a_refusal(project: Project, code: int) -> None:
    with listener(code) as (url, told):
        config = {"type": "webhook", "retries": 0, "headers_env": {"Authorization": "HOOK_TOKEN"}}
        said = run(project, config, PIPEGEN_WEBHOOK_URL=url, HOOK_TOKEN="hush")
    assert said.code == 1
    assert f"it answered {code}" in said.out
    assert len(told) == 1  # and the token went nowhere else


def test_no_part_of_a_header_or_an_address_is_shown_whatever_is_wrong_with_it(project: Project) -> None:
    config = {"type": "webhook", "retries": 0, "headers_env": {"Authorization": "HOOK_TOKEN"}}
    for url, token in (
        ("http://127.0.0.1:9/hush", "hu\nsh"),
        ("http://127.0.0.1:9/hush\nX: y", "x"),
        ("http://127.0.0.1:9/hush me", "x"),
        ("http://[::1/hush", "x"),
        ("http://127.0.0.1:hush/", "x"),
        ("http://127.0.0.1:9/hüsh", "x"),
    ):
        said = run(project, config, PIPEGEN_WEBHOOK_URL=url, HOOK_TOKEN=token)
        assert (said.code, '"code": "PG756"' in said.out) == (1, True), url
        assert not any(one in said.out + said.err for one in ("hush", "hüsh", "sh\\n")), url


def test_a_line_break_behind_a_token_is_none_of_it(project: Project) -> None:
    config = {"type": "webhook", "headers_env": {"Authorization": "HOOK_TOKEN"}}
    with listener() as (url, told):
        assert run(project, config, PIPEGEN_WEBHOOK_URL=f"{url}\n", HOOK_TOKEN="hush\n").code == 0
    assert told[0]["token"] == "hush"


def test_a_name_cannot_call_everybody_in_slack(project: Project) -> None:
    project.write(FLOW.replace("My Flow", "A & B <!channel>"))
    with listener() as (url, told):
        run(project, {"type": "webhook", "form": "slack"}, PIPEGEN_WEBHOOK_URL=url)
    assert str(told[0]["body"]).startswith("{'text': 'A &amp; B &lt;!channel&gt;: SUCCESS")


def test_a_webhook_hears_of_failures_too(project: Project) -> None:
    with listener() as (url, told):
        said = run(project, {"type": "webhook", "form": "slack"}, PIPEGEN_WEBHOOK_URL=url, FAIL="1")
    assert said.code == 1
    assert "failed: count" in str(told[0]["body"])


def test_an_address_that_does_not_answer_fails_the_run_unless_it_need_not(project: Project) -> None:
    config = {"type": "webhook", "retries": 0}
    said = run(project, config, PIPEGEN_WEBHOOK_URL="http://127.0.0.1:9/secret-path")
    assert said.code == 1
    assert "secret-path" not in said.out + said.err
    assert run(project, {**config, "required": False}, PIPEGEN_WEBHOOK_URL="http://127.0.0.1:9/x").code == 0
    assert run(project, config).code == 1  # the variable is not set


def test_noop_says_that_all_is_there(project: Project) -> None:
    found = result_of(run(project, {"type": "noop"}, {"type": "noop", "tasks": ["make"]}))
    assert [one["ok"] for one in found["processors"]] == [True, True]  # type: ignore[attr-defined,union-attr]
    said = run(project, {"type": "noop", "tasks": ["count"]}, words=("--step", "make"))
    assert said.code == 1
    assert '"code": "PG750"' in said.out


def test_a_task_that_the_pipeline_does_not_have_is_refused_before_anything_runs(project: Project) -> None:
    configs = [{"type": kind, "tasks": ["mak", "count", "x"]} for kind in ("noop", "archive")]
    said = run(project, *configs, {"type": "copy", "to": "x", "tasks": ["make"]})
    assert said.code == 2
    assert said.err.count("error[PG750]: post-processor ") == 4
    assert "post-processor 'noop' names task 'mak', which the pipeline does not have" in said.err
    assert "did you mean 'make'?" in said.err
    assert not (project.folder / ".pipegen/artifacts").exists()


@pytest.mark.parametrize(
    ("config", "code"),
    [
        ({"type": "noop", "when": "failure", "tasks": ["count"]}, "PG751"),
        ({"type": "archive", "when": "failure", "path": "/proc/a.zip", "tasks": ["make"]}, "PG755"),
        ({"type": "archive", "when": "failure", "path": "flow.py/a.zip", "tasks": ["make"]}, "PG755"),
        ({"type": "archive", "when": "failure", "path": f"{'x' * 300}.zip", "tasks": ["make"]}, "PG755"),
        (
            {"type": "archive", "when": "failure", "path": "flow.py", "form": "zip", "tasks": ["make"]},
            "PG753",
        ),
        ({"type": "copy", "when": "failure", "to": "/proc/nowhere", "tasks": ["make"]}, "PG755"),
        ({"type": "webhook", "url_env": "NOT_THERE"}, "PG756"),
    ],
)
def test_what_a_post_processor_cannot_do_has_a_code(project: Project, config: object, code: str) -> None:
    (result,) = result_of(run(project, config, FAIL="1"))["processors"]  # type: ignore[misc,attr-defined]
    assert result["ok"] is False
    assert result["code"] == code


def test_a_package_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "zstandard", None)
    monkeypatch.setitem(sys.modules, "boto3", None)
    finished = Finished(RunRecord("1", "p", "p.py", "SUCCESS", 0.0), tmp_path, {}, ())
    results = process_all(
        finished,
        [
            Configured("archive", Archive(), ArchiveConfig(path="a.tar.zst")),
            Configured("copy", Copy(), CopyConfig(to=["s3://bucket/x"])),
            Configured("broken", Broken(), None),
        ],
    )
    assert [one["code"] for one in results] == ["PG754", "PG781", "PG757"]
    assert "pip install 'pipegen-compiler[zstd]'" in str(results[0]["message"])
    assert results[2]["message"] == "ZeroDivisionError: division by zero"
    assert not (tmp_path / "a.tar.zst").exists()


class Broken:
    def process(self, finished: Finished, config: object) -> Processed:
        raise ZeroDivisionError("division by zero")


def test_after_a_failure_only_those_for_failures_run(project: Project) -> None:
    configs = [{"type": "noop"}, {"type": "noop", "when": "failure", "tasks": ["make"]}]
    found = result_of(run(project, *configs, FAIL="1"))
    assert len(found["processors"]) == 1  # type: ignore[arg-type]


def test_damage_is_found_before_post_processors_get_it(project: Project) -> None:
    run(project)
    made = (project.folder / ".pipegen/latest/My-Flow/make").resolve()
    (made / "data/übung 1.txt").write_text("tent")
    config = {"type": "archive", "path": "a.zip", "tasks": ["make"], "overwrite": True}
    assert run(project, config, words=("--no-validate-stages",)).code == 0
    found = result_of(run(project, config))
    assert found["success"] is False
    assert "not whole" in str(found["error"])
    assert "PG758" in str(found["error"])
    assert run(project, config).code == 0  # it was dropped, and made anew


def test_what_was_dropped_is_in_no_result_and_no_link(project: Project) -> None:
    run(project)
    link = project.folder / ".pipegen/latest/My-Flow/make"
    (link.resolve() / "data/übung 1.txt").write_text("tent")
    noop = {"type": "noop", "when": "failure", "tasks": ["make"]}
    with listener() as (url, told):
        found = result_of(run(project, {"type": "webhook"}, noop, PIPEGEN_WEBHOOK_URL=url))
    heard = told[0]["body"]
    assert isinstance(heard, dict)
    for one in (heard, found):
        make = one["tasks"]["make"]  # type: ignore[index,call-overload]
        assert (make["status"], make["artifact"], make["digest"]) == ("FAILED", None, None)
        assert "not whole" in make["error"]
        assert one["stages_completed"] == ["count"]
        assert one["tasks"]["count"]["artifact"]  # type: ignore[index,call-overload]
    assert found["processors"][1]["code"] == "PG751"  # type: ignore[index]
    assert not link.is_symlink()
    assert project.run("--resume", "last").code == 0
    assert (link / "artifact.json").is_file()


def test_the_logs_of_a_failed_run_can_be_removed(project: Project) -> None:
    run(project, words=("--cleanup-on-failure",), FAIL="1")
    assert not list((project.folder / ".pipegen/runs").glob("*/logs/*"))


@pytest.mark.parametrize(
    ("config", "message"),
    [
        ({"type": "archive", "path": "{pipline}.zip"}, "'{pipline}' stands for nothing"),
        ({"type": "archive", "path": "{run.zip"}, "'{run.zip' stands for nothing"),
        ({"type": "archive", "path": "{{run}}.zip"}, "'{}' stands for nothing"),
        ({"type": "archive", "path": "run}.zip"}, "'}' stands for nothing"),
        ({"type": "archive", "path": "a.rar"}, "error[PG752]: 'a.rar' does not say how to pack"),
        ({"type": "archive", "path": ""}, "error[PG752]: '' does not say how to pack"),
        (
            {"type": "archive", "path": "a.tar.gz", "form": "zip"},
            "is the name of a tar.gz, and 'form' is zip",
        ),
        ({"type": "archive", "tasks": []}, "it names no task"),
        ({"type": "copy", "to": ""}, "a place is empty"),
        ({"type": "copy", "to": ["ok", "gs://b/x"]}, "'gs://b/x' is no folder and no bucket"),
        ({"type": "copy", "to": ["https://x/y"]}, "is no folder and no bucket"),
        ({"type": "copy", "to": "s3://"}, "is no folder and no bucket"),
        ({"type": "webhook", "url": "ftp://hush"}, "does not begin with https://"),
        ({"type": "webhook", "url": "https://"}, "names no host"),
        ({"type": "webhook", "url": "http://[::1/hush"}, "a bracket too many"),
        ({"type": "archve"}, "did you mean 'archive'?"),
        ({"type": "copy", "to": []}, "to"),
        ({"type": "copy"}, "to"),
        ({"type": "webhook", "timeout": 0}, "timeout"),
        ({"type": "webhook", "retrys": 1}, "did you mean 'retries'?"),
        ({"type": "archive", "tasks": "report"}, "tasks"),
        ({}, "type"),
    ],
)
def test_a_wrong_config_is_refused_before_anything_runs(
    project: Project, config: object, message: str
) -> None:
    said = run(project, config)
    assert said.code == 2
    assert message in said.err
    assert not (project.folder / ".pipegen/artifacts").exists() or not list(
        (project.folder / ".pipegen/artifacts").glob("*/*")
    )
