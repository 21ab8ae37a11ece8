"""Tasks in real containers: each field of the config does what it says, and the engine's inspect agrees."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from container_calls import STEPS, Workshop, artifact, run, signal_all, start, wait_until
from containers.engine import Engine

from pipegen.engine.runners.contract import traits_of

pytestmark = pytest.mark.engine


@pytest.fixture
def workshop(
    container_engine: Engine, pipegen_image: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Workshop]:
    """A project with a comma, a blank and a colon in its path, which mounts must survive."""
    root = tmp_path / "a project, 1:2"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (root / "steps.py").write_text(STEPS, encoding="utf-8")
    for name, value in container_engine.environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("PATH", f"{Path(container_engine.program).parent}:{os.environ['PATH']}")
    yield Workshop(root, container_engine, pipegen_image)


def test_every_field_is_read_back_from_the_engine(workshop: Workshop, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    session = workshop.open(
        cpu=1.5,
        memory="300m",
        user="1234:1235",
        env_vars={"A": "1", "NUM": 4, "PATH": "/opt/venv/bin:/usr/local/bin:/usr/bin"},
        volumes=[f"{data}:/data:ro", f"{data}:/scratch"],
        working_dir="/tmp",
        executable="python -m pipegen",
        remove=False,
        timeout=120,
        engine_args="--shm-size 8m --label team=reviews",
    )
    call = workshop.call(variables={"LOOK__TOKEN": "x"})
    try:
        run(session.command(call))
        found = workshop.inspect(call)
    finally:
        workshop.remove(call)
    host, config = found["HostConfig"], found["Config"]
    assert host["NanoCpus"] == 1_500_000_000
    assert host["Memory"] == 300 << 20
    assert host["NetworkMode"] == "none"
    assert host["ShmSize"] == 8 << 20
    assert host["AutoRemove"] is False
    assert config["User"] == "1234:1235"
    assert config["WorkingDir"] == "/tmp"
    assert config["Labels"]["pipegen.task"] == "look"
    assert config["Labels"]["team"] == "reviews"
    assert [found["Path"], *found["Args"]][:4] == ["python", "-m", "pipegen", "exec"]
    env = dict(one.split("=", 1) for one in config["Env"])
    assert (env["A"], env["NUM"], env["LOOK__TOKEN"]) == ("1", "4", "x")
    assert env["PATH"] == "/opt/venv/bin:/usr/local/bin:/usr/bin"
    mounts = {one["Destination"]: (one["Source"], one["RW"]) for one in found["Mounts"]}
    assert mounts["/data"] == (str(data), False)
    assert mounts["/scratch"] == (str(data), True)
    assert mounts[str(call.writes)] == (str(call.writes), True)
    assert mounts[str(workshop.root)] == (str(workshop.root), False)
    assert session.timeout() == 120


def test_a_task_runs_as_the_caller_reads_its_inputs_and_leaves_no_container(workshop: Workshop) -> None:
    session = workshop.open(env_vars={"A": "two\nlines, 'quoted' $HOME"})
    secret = "s3cret\n=x"
    first = workshop.call(variables={"LOOK__TOKEN": secret})
    command = session.command(first)
    assert "s3cret" not in " ".join(command.argv), "a list of processes would show it"
    ended = run(command)
    assert ended.code == 0, ended.log
    seen = artifact(first)
    assert seen["token"] == secret
    assert seen["A"] == "two\nlines, 'quoted' $HOME"
    assert seen["uid"] == os.getuid()
    assert seen["cwd"] == str(workshop.root)
    assert (first.writes / "out").stat().st_uid == os.getuid()
    assert not workshop.is_there(first)

    second = workshop.call("Read", reads={"seen": first.writes / "out"}, cpu="500m", memory="128Mi")
    words = session.command(second).argv
    assert {"--cpus=0.5", f"--memory={128 << 20}"} <= set(words), "a task's own resources"
    ended = run(session.command(second))
    assert ended.code == 0, ended.log
    assert "token" in artifact(second)


def test_another_user_may_write_too(workshop: Workshop) -> None:
    call = workshop.call()
    ended = run(workshop.open(user="4321").command(call))
    assert ended.code == 0, ended.log
    assert artifact(call)["uid"] == 4321
    assert (call.writes / "out").stat().st_uid == 4321


def test_exit_codes_of_exec_are_handed_through(workshop: Workshop) -> None:
    session = workshop.open()
    failed = run(session.command(workshop.call(variables={"LOOK__CODE": "3"})))
    assert failed.code == 1
    wrong = run(session.command(workshop.call(attempt=2, variables={"LOOK__TOKN": "x"})))
    assert wrong.code == 2
    assert "did you mean" in wrong.log


NOT_STARTED = [
    ({"executable": "pipegn"}, 127, "pipegen: there is no pipegn in the image: see 'executable'"),
    (
        {"executable": "/etc/passwd"},
        126,
        "pipegen: the container was not started, or /etc/passwd cannot be run in it: see above",
    ),
    (
        {"user": "nobody-of-that-name"},
        126,
        "pipegen: the container was not started, or pipegen cannot be run in it: see above",
    ),
    (
        {"executable": "sh -c 'exit 137'"},
        137,
        "pipegen: the container was killed; when nobody did so, it needs more than its 'memory'",
    ),
    ({"engine_args": "--no-such-flag"}, 125, "pipegen: the container was not started: see above"),
]


@pytest.mark.parametrize(("config", "code", "said"), NOT_STARTED)
def test_what_the_engine_means_by_its_own_exit_codes_is_said(
    workshop: Workshop, config: dict[str, str], code: int, said: str
) -> None:
    ended = run(workshop.open(**config).command(workshop.call()))
    assert ended.code == code, ended.log
    assert ended.log.splitlines()[-1] == said


def test_gpus_are_asked_of_the_engine(workshop: Workshop) -> None:
    ended = run(workshop.open(gpus="all").command(workshop.call()))
    assert ended.code != 0
    assert "nvidia.com/gpu=all" in ended.log


def test_a_task_that_is_ended_is_gone_for_real(workshop: Workshop) -> None:
    """The program that shows the container is killed without a chance to pass anything on."""
    session = workshop.open()
    call = workshop.call("Wait")
    beat = call.writes / "beat"
    call = workshop.call("Wait", variables={"BEAT": str(beat)})
    process = start(session.command(call))
    wait_until(beat.exists)
    signal_all(process, signal.SIGKILL)
    process.wait()
    before = beat.stat().st_size
    wait_until(lambda: beat.stat().st_size > before)  # the container did not even notice
    ending = session.ending(call)
    assert ending is not None
    assert run(ending).code == 0
    wait_until(lambda: not workshop.is_there(call))
    assert grown_in(beat, 0.3) == 0
    assert run(ending).code in (0, 1), "nothing is left to end"


def test_a_request_to_end_reaches_the_task(workshop: Workshop) -> None:
    session = workshop.open(remove=False)
    beat = workshop.call("Wait").writes / "beat"
    call = workshop.call("Wait", variables={"BEAT": str(beat)})
    process = start(session.command(call))
    try:
        wait_until(beat.exists)
        signal_all(process, signal.SIGTERM)
        assert process.wait(60) == 128 + signal.SIGTERM
        assert workshop.inspect(call)["State"]["ExitCode"] == 128 + signal.SIGTERM
        assert not list(call.writes.glob(".*.work")), "it cleaned up"
    finally:
        workshop.remove(call)


def grown_in(path: Path, seconds: float) -> int:
    import time

    before = path.stat().st_size
    time.sleep(seconds)
    return path.stat().st_size - before


def test_the_image_is_a_part_of_the_place_and_variables_are_not_in_clear(workshop: Workshop) -> None:
    plain, other = (traits_of(workshop.open(env_vars=env)).place for env in ({}, {"A": "s3cret"}))
    assert plain != other
    assert plain.startswith("image ")
    assert "s3cret" not in other
