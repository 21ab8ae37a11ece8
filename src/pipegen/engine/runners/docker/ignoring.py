"""Which files of a build context `.dockerignore` leaves out, by the rules of Docker."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple


class Rule(NamedTuple):
    """One line: what it matches, and whether it takes that in again."""

    pattern: re.Pattern[str]
    back: bool


class Ignored:
    """The rules of a context; of several that match a file, the last one counts."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self.rules = rules
        self.takes_back = any(rule.back for rule in rules)

    @classmethod
    def of(cls, context: Path, dockerfile: Path) -> Ignored:
        """The rules beside the Dockerfile under its name, or else those of the context."""
        for path in (dockerfile.with_name(f"{dockerfile.name}.dockerignore"), context / ".dockerignore"):
            if path.is_file():
                return cls(tuple(_rules(path.read_text(encoding="utf-8-sig", errors="replace"))))
        return cls(())

    def __contains__(self, path: str) -> bool:
        """Whether a file or folder is left out; the path is from the context, with '/'."""
        parts = path.split("/")
        whole = ["/".join(parts[: count + 1]) for count in range(len(parts))]
        out = False
        for rule in self.rules:
            # a rule that would change nothing need not be looked at
            if rule.back == out and any(map(rule.pattern.fullmatch, whole)):
                out = not rule.back
        return out


def _rules(text: str) -> Iterator[Rule]:
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        pattern = line.strip()
        back = pattern.startswith("!")
        pattern = pattern.removeprefix("!").strip()
        if pattern:
            cleaned = posixpath.normpath(pattern).lstrip("/")
            yield Rule(re.compile(_regex(cleaned), re.DOTALL), back)


_TOKEN = re.compile(r"\*\*/|\*\*|\*|\?|\[\^?[^\]]*\]|\\.|.", re.DOTALL)
_MEANS = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}


def _regex(pattern: str) -> str:
    regex = "".join(_part(token) for token in _TOKEN.findall(pattern))
    try:
        re.compile(regex)
    except re.error:  # a set of characters that is none; the build says so
        return re.escape(pattern)
    return regex


def _part(token: str) -> str:
    if token in _MEANS:
        return _MEANS[token]
    if token.startswith("[") and len(token) > 2:
        return token.replace("\\", "\\\\")
    return re.escape(token[1:] if token.startswith("\\") and len(token) == 2 else token)
