"""Do what a page says, in a project of its own, and compare what comes out with what the page shows."""

from __future__ import annotations

import difflib
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pages import ROOT, Block

_NOT_COPIED = shutil.ignore_patterns(
    "artifacts", ".dvc", ".pipegen", "dvc.lock", "__pycache__", ".pytest_cache"
)


@dataclass
class Player:
    """A reader who does everything in order, in one shell."""

    project: Path
    state: Path
    code: int = 0
    done: int = 0
    record: dict[str, str] | None = None  # sessions by place, as they come out; None compares them instead

    def play(self, block: Block) -> None:
        getattr(self, f"_{block.kind}")(block)

    def _project(self, block: Block) -> None:
        shutil.copytree(ROOT / block.text, self.project, dirs_exist_ok=True, ignore=_NOT_COPIED)

    def _run(self, block: Block) -> None:
        said = self._shell(block.text)
        assert self.code == 0, f"{block.place}: {block.text}\n{said}"

    def _file(self, block: Block) -> None:
        path = self.project / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(block.text, encoding="utf-8")
        if path.suffix == ".py":
            said = self._shell(
                f'python -c \'compile(open("{block.title}").read(), "{block.title}", "exec")\''
            )
            assert self.code == 0, f"{block.place}: {said}"
        self.done += 1

    def _excerpt(self, block: Block) -> None:
        text = (self.project / block.title).read_text(encoding="utf-8")
        missing = missing_piece(block.text, text)
        assert not missing, (
            f"{block.place}: these lines do not stand in {block.title}:\n{missing}\n---\n{text}"
        )
        self.done += 1

    def _script(self, block: Block) -> None:
        script = self.state / "script.py"
        script.write_text(block.text, encoding="utf-8")
        said = self._shell(f"PYTHONPATH=.:src python {script}")
        assert self.code == 0, f"{block.place}:\n{said}"
        self.done += 1

    def _session(self, block: Block) -> None:
        written = []
        for command, expected, may_fail in steps(block.text):
            said = self._shell(command)
            assert may_fail or self.code == 0, f"{block.place}: $ {command}\nexit code {self.code}\n{said}"
            same = matches(expected, said)
            by_hand = self.record is None or "..." in expected  # what the dots leave out, only a person knows
            assert same or not by_hand, _difference(block, command, expected, said)
            shown = expected if same else said
            written += [f"$ {command}\n", f"{shown.strip(chr(10))}\n" if shown.strip() else ""]
        if self.record is not None:
            self.record[block.place] = "".join(written)
        self.done += 1

    def _shown(self, block: Block) -> None:
        pass

    def _shell(self, command: str) -> str:
        """Run in the folder, with the variables and after the exit code of the command before."""
        env, cwd = self.state / "env", self.state / "cwd"
        whole = (
            f'[ -e {env} ] && . {env}; cd "$(cat {cwd} 2>/dev/null || echo {self.project})"; (exit {self.code})\n'
            f"{command}\ncode=$?\nexport -p > {env}; pwd > {cwd}; exit $code"
        )
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        result = subprocess.run(
            ["bash", "-c", whole],
            env={**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"},
            cwd=self.project,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=300,
            check=False,
        )
        self.code = result.returncode
        return result.stdout


def steps(session: str) -> Iterator[tuple[str, str, bool]]:
    """(command, expected output, whether it may fail): only a command before `$ echo $?` may."""
    parts = re.split(r"^\$ ", session, flags=re.MULTILINE)
    assert not parts[0].strip(), f"a session begins with '$ ', not with: {parts[0]}"
    commands = [_command(part) for part in parts[1:]]
    for (command, expected), (after, _) in zip(commands, [*commands[1:], ("", "")], strict=True):
        yield command, expected, after == "echo $?"


def _command(part: str) -> tuple[str, str]:
    """A line, with those after it that continue it, and what comes out."""
    lines = part.splitlines()
    count = 1
    while lines[count - 1].endswith("\\"):
        count += 1
    return "\n".join(lines[:count]), "\n".join(lines[count:])


def matches(expected: str, said: str) -> bool:
    """`...` on a line of its own is any lines, inside a line any text."""
    wanted = [line.rstrip() for line in expected.strip("\n").splitlines()]
    pattern = "".join(r"(?:.*\n)*?" if line == "..." else f"{_line(line)}\n" for line in wanted)
    text = "\n".join(line.rstrip() for line in said.strip("\n").splitlines())
    return re.fullmatch(pattern, f"{text}\n" if text else "") is not None


def missing_piece(excerpt: str, text: str) -> str:
    """The first run of lines that does not stand in the text after the one before it; "" when all do."""
    rest = text
    for piece in re.split(r"^ *(?:# )?\.\.\.\n", excerpt, flags=re.MULTILINE):
        if piece.strip() and piece not in rest:
            return piece
        rest = rest[rest.index(piece) + len(piece) :]
    return ""


def _difference(block: Block, command: str, expected: str, said: str) -> str:
    shown = difflib.unified_diff(expected.splitlines(), said.splitlines(), "the page", "real", lineterm="")
    return "\n".join([f"{block.place}: $ {command}", *shown])


def _line(line: str) -> str:
    return ".*".join(map(re.escape, line.split("...")))
