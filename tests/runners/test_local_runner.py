"""The runner `local`: the command of a task, and that it does what the config says when it is started."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from pipegen.engine.configs import RUNNERS, load
from pipegen.engine.runners.contract import Call, Session, traits_of
from pipegen.engine.runners.local import LocalConfig
from pipegen.errors import PipegenError

STEPS = """
import os
from pipegen import Step


class Look(Step):
    def run(self) -> dict[str, str | int | None]:
        return {"A": os.environ.get("A"), "cwd": os.getcwd(), "nice": os.nice(0)}
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "it's a project"
    (root / "data").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (root / "steps.py").write_text(STEPS, encoding="utf-8")
    return root


def opened(root: Path, **config: Any) -> Session:
    found = load(RUNNERS, "local", config, root=root)
    session: Session = found.plugin.open(found.config, root)
    return session


def call_of(root: Path, **variables: str) -> Call:
    work = root / ".work"
    work.mkdir(exist_ok=True)
    words = ("exec", "steps:Look", "--name", "look", "--out", str(work / "out"))
    return Call("r1", "look", 1, words, variables, root, (), work)


def seen_by_the_task(root: Path, session: Session, **variables: str) -> dict[str, Any]:
    call = call_of(root, **variables)
    command = session.command(call)
    done = subprocess.run(
        command.argv, env={**command.env}, cwd=command.cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads((call.writes / "out" / "data.json").read_text(encoding="utf-8"))
    return found


def test_without_a_config_it_is_this_interpreter_in_the_projects_folder(root: Path) -> None:
    session = opened(root)
    command = session.command(call_of(root))
    assert command.argv[:4] == (sys.executable, "-m", "pipegen", "exec")
    assert command.cwd == root
    assert session.timeout() == 3600
    assert session.ending(call_of(root)) is None
    traits = traits_of(session)
    assert (traits.place, traits.stream) == ("", False)
    assert traits.in_process is not None
    assert (traits.in_process.variables, traits.in_process.cwd) == ({}, root)


def test_a_task_sees_all_that_the_config_says(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("A", "of the machine")
    assert seen_by_the_task(root, opened(root))["A"] == "of the machine"
    session = opened(
        root, env_vars={"A": "of the config"}, working_dir="data", prefix="nice -n 3", shell=True
    )
    assert seen_by_the_task(root, session) == {
        "A": "of the config",
        "cwd": str(root / "data"),
        "nice": min(os.nice(0) + 3, 19),
    }
    assert seen_by_the_task(root, session, A="of the task")["A"] == "of the task"


def test_through_a_shell_each_word_stays_as_it_is(root: Path) -> None:
    command = opened(root, shell=True, prefix=["env", "B=$(touch /tmp/no); `x` 'y'"]).command(call_of(root))
    assert command.argv[:2] == ("/bin/sh", "-c")
    assert shlex.split(command.argv[2])[:3] == ["env", "B=$(touch /tmp/no); `x` 'y'", sys.executable]


FORKS = [
    ({}, True),
    ({"isolation": "fork"}, True),
    ({"isolation": "process"}, False),
    ({"prefix": "nice"}, False),
    ({"shell": True}, False),
    ({"prefix": "nice", "isolation": "process"}, False),
]


@pytest.mark.parametrize(("config", "forks"), FORKS)
def test_tasks_run_in_forks_unless_something_stands_before_them(
    root: Path, config: dict[str, Any], forks: bool
) -> None:
    assert (traits_of(opened(root, **config)).in_process is not None) is forks


def test_variables_are_a_part_of_the_place_and_streaming_is_handed_on(root: Path) -> None:
    one, other = (traits_of(opened(root, env_vars={"A": text}, output="stream")) for text in ("s3cret", "y"))
    assert one.place != other.place
    assert "s3cret" not in one.place
    assert one.stream
    assert one.in_process is not None and one.in_process.variables == {"A": "s3cret"}


MISSING = [
    ({"prefix": "no-such-program -x"}, "no-such-program"),
    ({"prefix": ["./wrap.sh"]}, "./wrap.sh"),
    ({"prefix": "nice", "env_vars": {"PATH": "/nowhere"}}, "nice"),
]


@pytest.mark.parametrize(("config", "program"), MISSING)
def test_a_prefix_that_is_not_installed_is_refused_before_anything_runs(
    root: Path, config: dict[str, Any], program: str
) -> None:
    with pytest.raises(PipegenError, match=f"PG733.*'{program}'"):
        opened(root, **config)


def test_a_script_of_the_project_may_stand_before_tasks(root: Path) -> None:
    script = root / "wrap.sh"
    script.write_text('#!/bin/sh\nA=wrapped exec "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    assert seen_by_the_task(root, opened(root, prefix="./wrap.sh"))["A"] == "wrapped"


@pytest.mark.parametrize(
    ("key", "value"), [("timeout", 59), ("shell", "perhaps"), ("env_vars", {"1": "x"}), ("unknown", 1)]
)
def test_what_is_assigned_later_is_checked_too(key: str, value: object) -> None:
    config = LocalConfig()
    with pytest.raises(ValidationError):
        setattr(config, key, value)
    config.timeout = 60
    assert config.timeout == 60
