"""Shell completion: what is offered after TAB, by the protocol of each shell and in a real bash."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pipegen.cli.commands import COMMANDS

BIN = Path(sys.executable).parent


def complete(shell: str, line: str, folder: Path) -> list[str]:
    """What the shell is told when TAB is pressed at the end of a line."""
    words = line.split(" ")
    asked = {"_PIPEGEN_COMPLETE": f"complete_{shell}", "_TYPER_COMPLETE_ARGS": line}
    asked |= {"COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1)}
    done = subprocess.run(
        [sys.executable, "-m", "pipegen"],
        cwd=folder,
        env={**os.environ, **asked},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    return done.stdout.split()


CASES = [
    ("pipegen gen", {"generate"}),
    ("pipegen ex", {"exec", "export", "explain"}),
    ("pipegen values ", {"init", "show", "schema"}),
    ("pipegen backends v", {"validate"}),
    ("pipegen generate --ch", {"--check"}),
    ("pipegen generate --set", {"--set", "--set-file"}),
    ("pipegen graph --format s", {"svg"}),
    ("pipegen env --format k", {"kubernetes"}),
]


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_bash_is_offered_commands_options_and_choices(line: str, expected: set[str], tmp_path: Path) -> None:
    assert set(complete("bash", line, tmp_path)) == expected


@pytest.mark.parametrize(("line", "expected"), CASES)
def test_zsh_is_offered_the_same_with_what_it_is_for(line: str, expected: set[str], tmp_path: Path) -> None:
    offered = " ".join(complete("zsh", line, tmp_path))
    assert offered.startswith("_arguments '*: :((")
    assert all(f'"{word}' in offered for word in expected)


def test_every_command_is_offered(tmp_path: Path) -> None:
    assert set(complete("bash", "pipegen ", tmp_path)) == set(COMMANDS)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_for_a_shell_names_the_command(shell: str, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pipegen"],
        cwd=tmp_path,
        env={**os.environ, "_PIPEGEN_COMPLETE": f"source_{shell}"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "pipegen" in done.stdout and f"complete_{shell}" in done.stdout


def test_bash_completes_a_line_for_real(tmp_path: Path) -> None:
    script = """
    eval "$(_PIPEGEN_COMPLETE=source_bash pipegen)"
    COMP_WORDS=(pipegen generate --for) COMP_CWORD=2
    function=$(complete -p pipegen | sed -E 's/.*-F ([^ ]+).*/\\1/')
    $function pipegen
    echo "${COMPREPLY[@]}"
    """
    env = {**os.environ, "PATH": f"{BIN}:{os.environ['PATH']}"}
    done = subprocess.run(
        ["bash", "-c", script], cwd=tmp_path, env=env, capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("--force\n", "")
