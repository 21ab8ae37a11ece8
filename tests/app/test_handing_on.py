"""`pipegen check` says which types cannot be handed on from task to task, before a run finds out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from command_runs import pipegen

FLOW = """from __future__ import annotations
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
import typing, typing_extensions
from pydantic import BaseModel, SecretStr
from pipegen import Pipeline, Step
EXTRA

class Row(BaseModel):
    id: int

class Login(BaseModel):
    password: SecretStr

@dataclass
class Point:
    x: int

class Opaque:
    pass

class Old(typing.TypedDict):
    id: int

class New(typing_extensions.TypedDict):
    id: int

class Make(Step):
    def run(self) -> MADE: ...

class Take(Step):
    def run(self, it: TAKEN) -> None: ...

flow = Pipeline("flow", Take(it=FED))
"""
FINE = [
    ("list[Row]", "Iterable[Row]", "Make()"),
    ("Iterator[Row]", "list[Row]", "[Make('a'), Make('b')]"),
    ("bytes", "list[bytes]", "[Make('a'), Make('b')]"),
    ("Path", "list[Path]", "[Make('a'), Make('b')]"),
    ("dict[str, Point]", "dict[str, Point] | None", "Make()"),
    ("New", "New", "Make()"),
    ("Any", "Any", "Make()"),
    ("Opaque | Any", "Any", "Make()"),
]
WRONG = [
    ("Opaque", "Opaque", "Make()", "PG321", "what 'make' returns cannot be handed on: no codec writes"),
    ("list[Opaque]", "Any", "Make()", "PG321", "what 'make' returns cannot be handed on: no codec writes"),
    ("Any", "Opaque", "Make()", "PG321", "'it' of task 'take' cannot be read: no codec writes"),
    (
        "list[Path]",
        "list[Path]",
        "Make()",
        "PG321",
        "a path inside a value would be handed on without its file",
    ),
    ("Login", "Any", "Make()", "PG324", "what 'make' returns cannot be handed on"),
]
if sys.version_info < (3, 12):  # pydantic takes those of typing_extensions alone
    WRONG.append(("Old", "Old", "Make()", "PG321", "Please use `typing_extensions.TypedDict` instead"))


def write(folder: Path, made: str, taken: str, fed: str, extra: str = "") -> Path:
    (folder / "pyproject.toml").touch()
    text = FLOW.replace("MADE", made).replace("TAKEN", taken).replace("FED", fed).replace("EXTRA", extra)
    (folder / "flow.py").write_text(text, encoding="utf-8")
    return folder


@pytest.mark.parametrize(("made", "taken", "fed"), FINE)
def test_what_a_codec_writes_is_fine(tmp_path: Path, made: str, taken: str, fed: str) -> None:
    said = pipegen(write(tmp_path, made, taken, fed), "check", "flow.py")
    assert said.code == 0, said.err


@pytest.mark.parametrize(("made", "taken", "fed", "code", "message"), WRONG)
def test_what_no_codec_writes_is_said_once(
    tmp_path: Path, made: str, taken: str, fed: str, code: str, message: str
) -> None:
    said = pipegen(write(tmp_path, made, taken, fed), "check", "flow.py")
    assert said.code == 1
    assert said.err.count(f"error[{code}]") == 1
    assert message in said.err.replace("please use", "Please use")
    assert said.err.startswith("flow.py:")


def test_data_frames_need_no_library_to_be_checked(tmp_path: Path) -> None:
    """Their types are known by name; a library that the code does not import stays out."""
    frames = "import types\nDataFrame = type('DataFrame', (), {'__module__': 'pandas'})\n"
    write(tmp_path, "DataFrame", "DataFrame", "Make()", frames)
    script = (
        "import sys\nfrom pipegen.cli.boundary import run\n"
        "code = run(['check', 'flow.py'])\n"
        "assert not {'pandas', 'polars', 'pyarrow', 'numpy'} & set(sys.modules)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
