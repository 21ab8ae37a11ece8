"""What the runner `docker` says to Docker and to Podman, and how it finds out which of them there is."""

from __future__ import annotations

import os
import stat
import subprocess
from pathlib import Path

import pytest

from pipegen.engine.configs import RUNNERS, load
from pipegen.engine.runners.contract import Call
from pipegen.engine.runners.docker.client import Client, find
from pipegen.engine.runners.docker.config import DockerConfig
from pipegen.engine.runners.docker.images import build_words
from pipegen.engine.runners.docker.session import DockerSession, container_name
from pipegen.errors import PipegenError
from pipegen.ir import Resources

PODMAN = Client("/usr/bin/podman", "podman", False)
DOCKER = Client("/usr/bin/docker", "docker", False)


def call_of(root: Path, **more: object) -> Call:
    given: dict[str, object] = {
        "run": "r1",
        "task": "score-eu",
        "attempt": 1,
        "words": (
            "exec",
            "steps:Score",
            "--root",
            str(root),
            "--name",
            "score-eu",
            "--out",
            str(root / "w/out"),
        ),
        "variables": {},
        "root": root,
        "reads": (root / "a", root / "b", root / "a"),
        "writes": root / "w",
    }
    return Call(**{**given, **more})  # type: ignore[arg-type]


def words(
    root: Path, client: Client = DOCKER, resources: Resources | None = None, **config: object
) -> list[str]:
    made = DockerConfig.model_validate({"image": "app:1.0", **config}, context={"root": root})
    command = DockerSession(client, made, "sha256:abc", root).command(call_of(root, resources=resources))
    return list(command.argv[4:])


WORDS = [
    ({}, DOCKER, ["--pull=never", "--rm", f"--user={os.getuid()}:{os.getgid()}"]),
    ({}, Client("podman", "podman", True), ["--userns=keep-id", f"--user={os.getuid()}:{os.getgid()}"]),
    ({}, Client("docker", "docker", True), ["--user=0:0"]),
    ({"user": "me"}, Client("podman", "podman", True), ["--user=me"]),
    ({"network": "host"}, DOCKER, ["--network=host"]),
    ({"cpu": 2, "memory": "4G"}, DOCKER, ["--cpus=2", "--memory=4G"]),
    ({"gpus": "all"}, DOCKER, ["--gpus=all"]),
    ({"gpus": 2}, DOCKER, ["--gpus=2"]),
    ({"gpus": "device=0,2"}, DOCKER, ['--gpus="device=0,2"']),
    ({"gpus": "2"}, PODMAN, ["--device=nvidia.com/gpu=0", "--device=nvidia.com/gpu=1"]),
    ({"gpus": "device=0,2"}, PODMAN, ["--device=nvidia.com/gpu=0", "--device=nvidia.com/gpu=2"]),
    ({"working_dir": "/app"}, DOCKER, ["--workdir=/app"]),
    (
        {"executable": "python -m pipegen"},
        DOCKER,
        ["--entrypoint", "python", "sha256:abc", "-m", "pipegen", "exec"],
    ),
    ({"env_vars": {"A": 1, "HOME": "/x"}}, DOCKER, ["--env=A", "--env=HOME=/x"]),
    ({"engine_args": ["--shm-size", "1g"]}, DOCKER, ["--shm-size", "1g", "--entrypoint"]),
]


@pytest.mark.parametrize(("config", "client", "found"), WORDS)
def test_each_field_has_its_words(
    tmp_path: Path, config: dict[str, object], client: Client, found: list[str]
) -> None:
    said = words(tmp_path, client, **config)
    rest = iter(said)
    assert all(any(word == one for one in rest) for word in found), said


def test_what_is_left_out_has_none(tmp_path: Path) -> None:
    said = " ".join(words(tmp_path, remove=False, gpus="none", user="me"))
    assert not any(
        flag in said for flag in ("--rm", "--gpus", "--cpus", "--memory", "--network", "--workdir")
    )


def test_inputs_are_mounted_once_for_reading_and_the_project_only_when_its_code_is_asked_for(
    tmp_path: Path,
) -> None:
    mounts = [one for one in words(tmp_path) if one.startswith("--mount=")]
    assert [one.endswith(",readonly") for one in mounts] == [True, True, False]
    assert "--root" not in words(tmp_path), "the image has the project somewhere else"
    mine = words(tmp_path, code="project")
    assert f"--mount=type=bind,source={tmp_path},target={tmp_path},readonly" in mine
    assert "--root" in mine
    assert f"--workdir={tmp_path}" in mine


RESOURCES = [
    (Resources(cpu="500m", memory="1Gi"), {}, {"--cpus=0.5", f"--memory={1 << 30}"}),
    (Resources(cpu="4000"), {}, {f"--cpus={os.cpu_count()}"}),
    (Resources(cpu="500m", memory="1Gi"), {"cpu": 1, "memory": "2g"}, {"--cpus=1", "--memory=2g"}),
    (Resources(gpu=2), {}, {"--gpus=2"}),
    (Resources(gpu=2), {"gpus": "none"}, set()),
]


@pytest.mark.parametrize(("resources", "config", "found"), RESOURCES)
def test_a_tasks_own_resources_count_where_the_config_says_nothing(
    tmp_path: Path, resources: Resources, config: dict[str, object], found: set[str]
) -> None:
    said = words(tmp_path, resources=resources, **config)
    assert {one for one in said if one.startswith(("--cpus", "--memory", "--gpus"))} == found


def test_each_attempt_has_a_container_of_its_own_name(tmp_path: Path) -> None:
    calls = [
        call_of(tmp_path),
        call_of(tmp_path, attempt=2),
        call_of(tmp_path, run="r2"),
        call_of(tmp_path / "other"),
        call_of(tmp_path, task="score eu"),
        call_of(tmp_path, task="übung"),
        call_of(tmp_path, task="x" * 300),
    ]
    names = [container_name(one) for one in calls]
    assert len(set(names)) == len(names)
    assert all(len(one) < 100 and set(one) <= set("abcdefghijklmnopqrstuvwxyz0123456789-._") for one in names)


def test_a_variable_that_the_shell_might_change_arrives_as_it_is(tmp_path: Path) -> None:
    """The script between us and the engine: its own names, and a variable called like them."""
    program = tmp_path / "docker"
    program.write_text('#!/bin/sh\necho "$code $called"\nexit 127\n', encoding="utf-8")
    program.chmod(0o755)
    made = DockerConfig(image="app:1.0", executable=["it's; echo no"])
    session = DockerSession(Client(str(program), "docker", False), made, "x", tmp_path)
    command = session.command(call_of(tmp_path, variables={"code": "c", "called": "d"}))
    done = subprocess.run(
        command.argv, env={**command.env}, cwd=command.cwd, capture_output=True, text=True, check=False
    )
    assert done.stdout == "c d\n"
    assert done.returncode == 127
    assert "it's; echo no" in done.stderr.replace("'\"'\"'", "'")


PULLS = [
    (DOCKER, "missing", []),
    (DOCKER, "always", ["--pull"]),
    (PODMAN, "missing", ["--pull=missing"]),
    (PODMAN, "never", ["--pull=never"]),
]


@pytest.mark.parametrize(("client", "pull", "found"), PULLS)
def test_a_build_is_told_when_to_pull_and_no_values_of_arguments(
    tmp_path: Path, client: Client, pull: str, found: list[str]
) -> None:
    dockerfile = tmp_path / "Dockerfile"
    dockerfile.touch()
    config = DockerConfig(dockerfile=dockerfile, pull=pull, build_args={"TOKEN": "s3cret"})  # type: ignore[arg-type]
    said = build_words(client, config, "pipegen-1", dockerfile, tmp_path)
    assert [one for one in said if one.startswith("--pull")] == found
    assert "--build-arg=TOKEN" in said
    assert said[-1] == str(tmp_path)
    assert "s3cret" not in " ".join(said)


def program(folder: Path, name: str, script: str) -> None:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


NO_DAEMON = (
    'case $1 in --version) echo Docker version 28;; *) echo "Cannot connect to it." >&2; exit 1;; esac'
)
ANSWERS = 'case $1 in --version) echo Docker version 28;; *) echo "28.0 [name=seccomp]";; esac'
ROOTLESS = 'case $1 in --version) echo Docker version 28;; *) echo "28.0 [name=rootless]";; esac'
IN_TRUTH_PODMAN = 'case $1 in --version) echo podman version 5;; *) echo "ok rootless=true";; esac'
PODMAN_ANSWERS = 'echo "ok rootless=false"'

FOUND = [
    ({"docker": ANSWERS, "podman": PODMAN_ANSWERS}, None, ("docker", "docker", False)),
    ({"docker": NO_DAEMON, "podman": PODMAN_ANSWERS}, None, ("podman", "podman", False)),
    ({"podman": PODMAN_ANSWERS}, None, ("podman", "podman", False)),
    ({"docker": ANSWERS, "podman": PODMAN_ANSWERS}, "podman", ("podman", "podman", False)),
    ({"docker": ROOTLESS}, None, ("docker", "docker", True)),
    ({"docker": IN_TRUTH_PODMAN}, None, ("docker", "podman", True)),
]


@pytest.mark.parametrize(("programs", "engine", "found"), FOUND)
def test_the_first_engine_that_answers_is_taken(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    programs: dict[str, str],
    engine: str | None,
    found: tuple[str, str, bool],
) -> None:
    for name, script in programs.items():
        program(tmp_path, name, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    client = find(engine)  # type: ignore[arg-type]
    assert (Path(client.program).name, client.kind, client.rootless) == found


NONE_FOUND = [
    (
        {},
        None,
        "docker is not installed; podman is not installed",
        "install podman, or start Docker's daemon",
    ),
    (
        {"docker": NO_DAEMON},
        None,
        "docker says 'Cannot connect to it'; podman is not installed",
        "install podman",
    ),
    ({"docker": NO_DAEMON}, "docker", "docker says 'Cannot connect to it'", "start its daemon"),
    ({}, "docker", "docker is not installed", "install docker"),
    ({"podman": "exit 7"}, "podman", "podman says 'exit code 7'", "start its daemon"),
]


@pytest.mark.parametrize(("programs", "engine", "said", "hint"), NONE_FOUND)
def test_no_engine_is_told_with_what_each_said(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    programs: dict[str, str],
    engine: str | None,
    said: str,
    hint: str,
) -> None:
    for name, script in programs.items():
        program(tmp_path, name, script)
    monkeypatch.setenv("PATH", str(tmp_path))
    found = load(RUNNERS, "docker", {"image": "app:1.0", "engine": engine}, root=tmp_path)
    with pytest.raises(PipegenError) as error:
        found.plugin.open(found.config, tmp_path)
    (one,) = error.value.diagnostics
    assert one.code == "PG730"
    assert one.message == f"no container engine answers: {said}"
    assert one.hint.startswith(hint)
