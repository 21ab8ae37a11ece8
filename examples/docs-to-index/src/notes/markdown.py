"""Markdown as sections of plain words; knows nothing of pipelines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_HEADING = re.compile(r"(#{1,6})\s+(.+?)\s*#*\s*")
_WORD = re.compile(r"[^\W\d_]{3,}")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and the text below it."""

    level: int
    title: str
    text: str


def sections(markdown: str) -> Iterator[Section]:
    """The sections in order; text before the first heading has an empty title and level 0."""
    level, title, lines = 0, "", list[str]()
    for line in markdown.splitlines():
        heading = _HEADING.fullmatch(line)
        if heading is None:
            lines.append(line)
            continue
        if title or any(lines):
            yield Section(level, title, "\n".join(lines).strip())
        level, title, lines = len(heading[1]), heading[2], []
    if title or any(lines):
        yield Section(level, title, "\n".join(lines).strip())


def words(text: str) -> list[str]:
    """The words of a text in lower case, each once, in order."""
    return list(dict.fromkeys(_WORD.findall(text.lower())))
