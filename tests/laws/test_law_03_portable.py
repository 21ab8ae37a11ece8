"""Law 3: no absolute path, host, user or time stamp of this machine in anything generated."""

from __future__ import annotations

import datetime
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from compiling import BACKENDS, compiled_or_refused
from hypothesis import given
from random_pipelines import examples, pipelines
from sample import COMMANDS, FILES, made_by, ok, write

import pipegen
from pipegen.ir import Pipeline

USER, HOST, TELLING = "zaphod-beeblebrox", "magrathea-vault", "telling-folder-4711"
# What Python calls the host, for a machine whose own name may be too short to look for.
PRETENDED = f"""
import os, platform, socket
socket.gethostname = socket.getfqdn = platform.node = lambda *_: {HOST!r}
names = list(os.uname())
names[1] = {HOST!r}
os.uname = lambda: os.uname_result(names)
"""


def told(files: Mapping[str, bytes | str], *also: str) -> list[str]:
    """What files tell of the machine they were made on; nothing when all is as it should be."""
    secrets = dict.fromkeys((TELLING, str(Path(pipegen.__file__).parent), str(Path.cwd()), *also), "folder")
    secrets |= {
        USER: "user",
        HOST: "host",
        sys.executable: "interpreter",
        sys.prefix: "environment",
    }
    found = []
    for path, data in files.items():
        text = data.decode() if isinstance(data, bytes) else data
        found += [
            f"{path}: the {what} '{word}'" for word, what in secrets.items() if len(word) > 3 and word in text
        ]
        found += [f"{path}: the time {stamp}" for stamp in _stamps(text)]
    return found


def _stamps(text: str) -> list[str]:
    """Today's date in any usual form, and seconds since 1970 of this hour."""
    now = datetime.datetime.now(datetime.UTC)
    dates = [now + datetime.timedelta(days=days) for days in (-1, 0, 1)]  # wherever on earth this is
    usual = [
        one.strftime(form)
        for one in dates
        for form in ("%Y-%m-%d", "%d.%m.%Y", "%Y%m%d", "%b %d %Y", "%d/%m/%Y")
    ]
    epochs = re.findall(r"(?<!\d)\d{10}(?:\d{3})?(?!\d)", text)
    recent = [one for one in epochs if abs(int(one[:10]) - now.timestamp()) < 3600]
    return [one for one in usual if one in text] + recent


def made_in_a_telling_folder(
    folder: Path, files: Mapping[str, str] = FILES, *commands: str
) -> dict[str, bytes]:
    pretended = write(folder / "site", {"sitecustomize.py": PRETENDED})
    env = {"USER": USER, "LOGNAME": USER, "PYTHONPATH": str(pretended)}
    folder = folder / TELLING
    folder.mkdir()
    return made_by(folder, *(commands or COMMANDS), env=env, files=files)


def test_nothing_that_is_generated_tells_of_this_machine(tmp_path: Path) -> None:
    made = made_in_a_telling_folder(tmp_path)
    assert len(made) > len(COMMANDS)
    assert told(made, str(tmp_path)) == []


def test_a_file_of_a_project_outside_any_import_folder_is_named_from_the_root(tmp_path: Path) -> None:
    flow = "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent / 'odd place'))\n"
    files = {**FILES, "flow.py": f"{flow}from there import p\n", "odd place/there.py": FILES["flow.py"]}
    assert told(made_in_a_telling_folder(tmp_path, files), str(tmp_path)) == []


def test_a_project_behind_a_symbolic_link_is_none_the_worse(tmp_path: Path) -> None:
    real = tmp_path / "real"
    real.mkdir()
    (tmp_path / TELLING).symlink_to(real)
    commands = COMMANDS[1:]
    through = made_by(tmp_path / TELLING, *commands)
    direct = made_by(real, *commands)
    assert told(through, str(tmp_path)) == []
    assert {key: through[key] for key in commands} == {key: direct[key] for key in commands}


def test_a_step_that_is_installed_elsewhere_is_named_by_its_module(tmp_path: Path) -> None:
    library = tmp_path / "library"
    write(library, {name: text for name, text in FILES.items() if name.startswith("src")})
    folder = tmp_path / TELLING
    folder.mkdir()
    write(folder, {name: text for name, text in FILES.items() if not name.startswith("src")})
    words = [sys.executable, "-m", "pipegen", "export", "flow.py"]
    done = subprocess.run(
        words,
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(library / "src")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert '"entrypoint": "acme.steps:Fetch"' in ok(done)
    assert told({"export": done.stdout}, str(tmp_path)) == []


PLANTED = {
    "folder": "__import__('os').getcwd()",
    "user": "__import__('getpass').getuser()",
    "host": "__import__('socket').gethostname()",
    "host as the system has it": "__import__('os').uname().nodename",
    "interpreter": "__import__('sys').executable",
    "date": "__import__('datetime').date.today()",
    "date as people write it": "__import__('datetime').date.today().strftime('%d.%m.%Y')",
    "time": "__import__('time').time_ns() // 10**6",
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_pipeline_that_tells_of_this_machine_is_noticed(tmp_path: Path, planted: str) -> None:
    flow = FILES["flow.py"].replace('"Scores of all reviews"', f"str({PLANTED[planted]})")
    made = made_in_a_telling_folder(tmp_path, {**FILES, "flow.py": flow}, "export flow.py")
    assert told(made)


@pytest.mark.parametrize("backend", BACKENDS)
@examples(15)
@given(pipeline=pipelines())
def test_no_backend_adds_anything_of_this_machine(backend: str, pipeline: Pipeline) -> None:
    assert told(compiled_or_refused(pipeline, backend) or {}) == []
