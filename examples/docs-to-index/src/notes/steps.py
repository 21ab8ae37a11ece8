"""The steps: from a folder of notes to chunks, an index of words and a table of contents."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel, Field

from notes.markdown import sections, words
from pipegen import Settings, step, workdir


class Chunk(BaseModel):
    """A piece of a note that a search finds."""

    id: str
    note: str
    title: str
    text: str


class CollectSettings(Settings):
    folder: Path = Field(Path("library"), description="The folder of notes.")


@step
def collect(settings: CollectSettings) -> Path:
    """Hand on the notes as they are now."""
    return settings.folder


class SplitSettings(Settings):
    longest: int = Field(300, ge=40, description="How many characters a chunk may have.")


@step(slug="split")
def split_notes(notes: Path, settings: SplitSettings) -> Iterator[Chunk]:
    """Cut every note into chunks, at headings and between paragraphs."""
    for path in _notes(notes):
        name = path.relative_to(notes).as_posix()
        number = 0
        for section in sections(path.read_text(encoding="utf-8")):
            for text in _pieces(section.text, settings.longest):
                number += 1
                yield Chunk(id=f"{name}#{number}", note=name, title=section.title, text=text)


@step
def index(chunks: Iterable[Chunk]) -> dict[str, list[str]]:
    """For each word, the chunks that it is in."""
    found: defaultdict[str, list[str]] = defaultdict(list)
    for chunk in chunks:
        for word in words(f"{chunk.title} {chunk.text}"):
            found[word].append(chunk.id)
    return dict(sorted(found.items()))


@step
def contents(notes: Path) -> Path:
    """A table of contents over all notes."""
    lines = [
        f"{'  ' * (section.level - 1)}- [{section.title}]({path.relative_to(notes).as_posix()})"
        for path in _notes(notes)
        for section in sections(path.read_text(encoding="utf-8"))
        if section.title
    ]
    page = workdir() / "contents.md"
    page.write_text("\n".join(["# Contents", "", *lines]) + "\n", encoding="utf-8")
    return page


def _notes(folder: Path) -> list[Path]:
    return sorted(folder.rglob("*.md"))


def _pieces(text: str, longest: int) -> Iterator[str]:
    """Whole paragraphs together, as many as fit."""
    piece = ""
    for paragraph in filter(None, (one.strip() for one in text.split("\n\n"))):
        if piece and len(piece) + len(paragraph) + 2 > longest:
            yield piece
            piece = ""
        piece = f"{piece}\n\n{paragraph}" if piece else paragraph
    if piece:
        yield piece
