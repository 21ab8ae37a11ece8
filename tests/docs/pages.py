"""Pages of the documentation as blocks: what a reader is told to write, and to type.

- `python`, `yaml`, `toml` ... with a `title`: a file, written to the page's project.
- A title that ends in ", excerpt": lines that must stand in that file; `...` stands for others.
- `python` without a title: a script, run in the page's project.
- `console`: a session; what follows `$ ` is run, the rest is what must come out; `...` stands for anything.
- `sh` and `text`: shown, not run.
- `<!-- project: FOLDER -->` starts the page with a copy of an example, `<!-- run: COMMAND -->` runs unseen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
EXCERPT = ", excerpt"
SHOWN_ONLY = frozenset({"sh", "text", "mermaid"})
_FENCE = re.compile(r'( *)```(\w+)(?:\s+title="([^"]+)")?\s*')
_COMMENT = re.compile(r"<!-- (project|run): (.+?) -->")


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block, or a comment that the tests read; `kind` is what is to be done with it."""

    kind: str  # file, excerpt, script, session, shown, project, run
    title: str
    text: str
    place: str


def pages() -> list[Path]:
    """README, the documentation and the READMEs of the examples."""
    found = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").rglob("*.md")]
    return sorted([*found, *(ROOT / "examples").glob("*/README.md")])


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path) -> list[Block]:
    return list(_blocks(page.read_text(encoding="utf-8").splitlines(), name_of(page)))


def rewrite(page: Path, sessions: Mapping[str, str]) -> None:
    """Put sessions as they came out in the place of those that the page shows."""
    lines = page.read_text(encoding="utf-8").splitlines()
    for place, session in reversed(sessions.items()):
        begin = int(place.rpartition(":")[2])
        indent = " " * (len(lines[begin - 1]) - len(lines[begin - 1].lstrip()))
        end = next(number for number in range(begin, len(lines)) if lines[number].rstrip() == f"{indent}```")
        lines[begin:end] = [f"{indent}{line}".rstrip() for line in session.splitlines()]
    page.write_text("\n".join(lines) + "\n", encoding="utf-8")


def is_run(block: Block) -> bool:
    return block.kind in ("file", "excerpt", "script", "session")


def needs_dvc(found: list[Block]) -> bool:
    text = "\n".join(block.text for block in found if block.kind in ("session", "run"))
    return re.search(r"^(\$ .*\b|)dvc (repro|init)", text, re.MULTILINE) is not None


def _blocks(lines: list[str], page: str) -> Iterator[Block]:
    numbered = iter(enumerate(lines, start=1))
    for number, line in numbered:
        place = f"{page}:{number}"
        comment = _COMMENT.fullmatch(line.strip())
        fence = _FENCE.fullmatch(line)
        if comment:
            yield Block(comment[1], "", comment[2], place)
        elif fence:
            end = f"{fence[1]}```"
            inside = []
            for _, one in numbered:
                if one.rstrip() == end:
                    break
                inside.append(one)
            text = "".join(f"{one.removeprefix(fence[1])}\n" for one in inside)
            yield _block(fence[2], fence[3] or "", text, place)
        elif line.lstrip().startswith("```"):
            raise AssertionError(f"{place}: a fence without a language that the tests know: {line}")


def _block(language: str, title: str, text: str, place: str) -> Block:
    if title.endswith(EXCERPT):
        return Block("excerpt", title.removesuffix(EXCERPT), text, place)
    if title:
        return Block("file", title, text, place)
    if language == "python":
        return Block("script", "", text, place)
    if language == "console":
        return Block("session", "", text, place)
    assert language in SHOWN_ONLY, f"{place}: a {language} block needs a title, or it is never tried"
    return Block("shown", "", text, place)
