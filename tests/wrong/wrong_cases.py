"""Cases of wrong input, one to a file: what it is about, the files, the command, and what is said.

    An input's name is misspelt where the step is placed.

    --- reviews.py
    ...
    --- $ pipegen check reviews.py
    reviews.py:12: error[PG121]: 'Report' has no input or option 'scroes'
    --- exit 2

A case begins with the files of `project/`, and its own replace them. Beside files there may be
`environment` (NAME=value lines) and `prepare` (Python, for what text cannot say: encodings, links, ...).
"""

from __future__ import annotations

import re
import shlex
import shutil
import textwrap
from dataclasses import dataclass, replace
from pathlib import Path

HERE = Path(__file__).parent
_SECTION = re.compile(r"^--- (.+)\n", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Case:
    """One wrong input, and what a user should read about it."""

    path: Path
    given: str  # everything above the command
    sections: dict[str, str]
    command: str
    said: str
    code: int

    @property
    def words(self) -> list[str]:
        return shlex.split(self.command)[1:]

    @property
    def environment(self) -> dict[str, str]:
        lines = self.sections.get("environment", "").splitlines()
        return dict(line.split("=", 1) for line in lines)

    def lay_out(self, folder: Path) -> None:
        """Put the files of the case into a folder."""
        shutil.copytree(HERE / "project", folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name, text in self.sections.items():
            if name not in ("environment", "prepare"):
                path = folder / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        prepare = textwrap.dedent(self.sections.get("prepare", ""))
        exec(compile(prepare, str(self.path), "exec"), {"Path": Path, "folder": folder})

    def text(self) -> str:
        return f"{self.given}--- $ {self.command}\n{self.said}--- exit {self.code}\n"

    def answered(self, said: str, code: int) -> Case:
        return replace(self, said=said, code=code)


def read(path: Path) -> Case:
    text = path.read_text(encoding="utf-8")
    parts = _SECTION.split(text)[1:]
    sections = dict(zip(parts[::2], parts[1::2], strict=True))
    command = next(name for name in sections if name.startswith("$ "))
    given = text[: text.index(f"--- {command}\n")]
    said = sections.pop(command)
    code = next((int(name.split()[1]) for name in sections if name.startswith("exit ")), -1)
    files = {name: body for name, body in sections.items() if not name.startswith("exit ")}
    return Case(path, given, files, command.removeprefix("$ "), said, code)


def every_case() -> list[Case]:
    return [read(path) for path in sorted((HERE / "cases").rglob("*.txt"))]
