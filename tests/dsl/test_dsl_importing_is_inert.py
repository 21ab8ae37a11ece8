"""Importing a module of steps runs none of them, reads no settings, and touches neither disk nor network."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from written import write

MODULE = """
from __future__ import annotations
import os, socket, subprocess
from collections.abc import Iterator
from pathlib import Path
from pydantic import SecretStr
from pipegen import Cache, Parameter, Pipeline, Resources, Retry, Settings, Step, step

class FetchSettings(Settings):
    url: str
    token: SecretStr

class Fetch(Step):
    settings: FetchSettings
    retry = Retry(3)

    def run(self) -> Iterator[str]:
        Path("ran").touch()
        socket.create_connection(("127.0.0.1", 9))
        subprocess.run(["true"])
        yield os.environ["HOME"]

class Score(Step):
    cache = Cache(key=("v1",))
    def run(self, rows: list[str]) -> list[int]: ...

@step(resources=Resources(cpu="1"))
def merge(parts: list[list[int]]) -> int: ...

fetch = Fetch(timeout="5m")
merged = (fetch >> [Score("a"), Score("b")]) >> merge()
p = Pipeline("p", merged, schedule="@daily", parameters=[Parameter("url", "fetch.url")], on_exit=Fetch("end"))
"""

WATCH = """
import sys
from pipegen import Cache, Parameter, Pipeline, Resources, Retry, Settings, Step, step
import os, socket, subprocess, pathlib, pydantic

told = []
def hook(event, args):
    if event.startswith(("socket.", "subprocess.", "os.", "shutil.", "urllib.", "ctypes.", "ftplib.", "http.")):
        if event not in ("os.listdir", "os.scandir", "os.putenv"):
            told.append(f"{event} {args}")
    elif event == "open":
        path, mode, flags = args
        if not str(path).endswith((".py", ".pyc")) or (isinstance(mode, str) and set(mode) & set("wax+")):
            told.append(f"{event} {args}")

class Watched(dict):
    def __getitem__(self, key):
        told.append(f"environ {key}")
        return super().__getitem__(key)
    def get(self, key, default=None):
        told.append(f"environ {key}")
        return super().get(key, default)

sys.dont_write_bytecode = True
sys.path.insert(0, ".")
environ = os.environ
os.environ = Watched(environ)
sys.addaudithook(hook)
import p
os.environ = environ
seen, told = told, []
%s
sys.stdout.write("\\n".join(seen))
"""


def watched(folder: Path, then: str = "") -> list[str]:
    words = [sys.executable, "-c", WATCH % then]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


def test_importing_steps_and_pipelines_does_nothing_at_all(tmp_path: Path) -> None:
    assert watched(write(tmp_path, {"p.py": MODULE})) == []
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    ("planted", "told"),
    [
        ("Path('x').write_text('y')", "open "),
        ("open('p.py', 'a')", "open "),
        ("socket.socket()", "socket."),
        ("os.environ['HOME']", "environ HOME"),
        ("subprocess.run(['true'])", "subprocess.Popen"),
        ("os.mkdir('x')", "os.mkdir"),
    ],
)
def test_the_watch_sees_a_module_that_does_something(tmp_path: Path, planted: str, told: str) -> None:
    seen = watched(write(tmp_path, {"p.py": f"{MODULE}\n{planted}\n"}))
    assert any(line.startswith(told) for line in seen)


def test_looking_at_a_pipeline_runs_no_step_and_needs_no_settings(tmp_path: Path) -> None:
    write(tmp_path, {"p.py": MODULE})
    for words in (["inspect"], ["check"], ["graph"], ["export"], ["env"]):
        command = [sys.executable, "-m", "pipegen", *words, "p.py"]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(("settings", "loaded"), [("", "False"), (", Settings", "True")])
def test_importing_steps_loads_pydantic_only_for_settings(tmp_path: Path, settings: str, loaded: str) -> None:
    code = (
        f"from pipegen import Pipeline, step{settings}\n@step\ndef a() -> int: ...\np = Pipeline('p', a())\n"
    )
    write(tmp_path, {"p.py": code})
    look = "import sys; sys.path.insert(0, '.'); import p; print('pydantic' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", look], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == f"{loaded}\n"
