"""The steps by hand: no engine, no artifacts, no environment."""

from pathlib import Path

from notes.markdown import Section, sections
from notes.steps import Chunk, SplitSettings, index, split_notes


def test_sections_begin_at_headings() -> None:
    found = list(sections("before\n# One\ntext\n## Two ##\n"))
    assert found == [Section(0, "", "before"), Section(1, "One", "text"), Section(2, "Two", "")]


def test_long_sections_are_cut_between_paragraphs(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text(f"# A\n\n{'x' * 30}\n\n{'y' * 30}\n", encoding="utf-8")
    chunks = list(split_notes.call(tmp_path, settings=SplitSettings(longest=40)))
    assert [(one.id, one.text) for one in chunks] == [("a.md#1", "x" * 30), ("a.md#2", "y" * 30)]


def test_the_index_leads_from_words_to_chunks() -> None:
    chunks = [
        Chunk(id="a#1", note="a", title="Tea", text="black tea"),
        Chunk(id="a#2", note="a", title="", text="tea"),
    ]
    assert index.call(chunks) == {"black": ["a#1"], "tea": ["a#1", "a#2"]}
