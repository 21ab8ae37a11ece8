"""The start of `pipegen exec` is the cost of every pod: it loads what the task needs, and no more."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PLAIN = "from pipegen import Step\n\nclass Noop(Step):\n    def run(self) -> None: ...\n"
HEAVY = {
    "pydantic",
    "pydantic_core",
    "typer",
    "click",
    "yaml",
    "jinja2",
    "rich",
    "argparse",
    "importlib.metadata",
}


def loaded(folder: Path, *words: str) -> set[str]:
    code = (
        "import sys\nfrom pipegen.cli import main\n"
        f"sys.argv = ['pipegen', 'exec', *{words!r}]\n"
        "try:\n    main()\nexcept SystemExit as done:\n    assert not done.code, done.code\n"
        "print('\\n'.join(sys.modules))"
    )
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=folder, capture_output=True, text=True, check=True
    )
    return set(found.stdout.split())


@pytest.mark.parametrize("words", [(), ("--retry", "2", "--timeout", "1h")], ids=["in process", "supervised"])
def test_a_step_without_settings_loads_no_library(tmp_path: Path, words: tuple[str, ...]) -> None:
    (tmp_path / "plain.py").write_text(PLAIN)
    found = loaded(tmp_path, "plain:Noop", "--out", "out", *words)
    assert not found & HEAVY
    assert "pipegen.runtime.exec" in found


def test_settings_load_pydantic_and_nothing_of_the_command_line(tmp_path: Path) -> None:
    source = PLAIN.replace("Step\n", "Settings, Step\n", 1).replace(
        "class Noop", "class Few(Settings):\n    limit: int = 1\n\nclass Noop"
    )
    (tmp_path / "few.py").write_text(source.replace("    def", "    settings: Few\n    def"))
    found = loaded(tmp_path, "few:Noop", "--out", "out")
    assert "pydantic" in found
    assert not found & {"typer", "click", "yaml", "jinja2", "rich", "argparse", "pipegen.runtime.misfits"}
