"""Wrong configs, and what a user reads about each: golden/wrong_configs.txt holds both.

--- name of the runner, what is wrong
the config as it stands in a file
>>>
the messages
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

GOLDEN = Path(__file__).parent / "golden" / "wrong_configs.txt"
_CASE = re.compile(r"^--- (\w*), (.+)\n((?:.*\n)*?)>>>\n((?:(?!--- ).*\n)*)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Wrong:
    """A config, which runner it is read for ("" for what its type says), and the messages."""

    runner: str
    about: str
    config: str
    said: str

    def text(self, said: str) -> str:
        return f"--- {self.runner}, {self.about}\n{self.config}>>>\n{said}"


def every_case() -> list[Wrong]:
    return [Wrong(*parts) for parts in _CASE.findall(GOLDEN.read_text(encoding="utf-8"))]
