"""Mermaid: nothing in a name means anything to it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipelines_to_draw import diamond, layered, three, unchecked

from pipegen.graph import render
from pipegen.graph.identifiers import identifiers
from pipegen.graph.lettering import clean, shorten
from pipegen.graph.mermaid import escape

NODE = re.compile(r' +(t_\w*)\("([^"]*)<br/>[^"]*"\)(?::::handler)?')
EDGE = re.compile(r' +(t_\w*) -->(?:\|"([^"]*)"\|)? (t_\w*)')
HOSTILE = (
    *("end", "END", "graph", "subgraph", "default", "style", "click", "class", "o", "x", "1", ""),
    *(
        'a"b',
        "a'b",
        "a`b",
        "a\nb",
        "a;b",
        "a|b",
        "a-->b",
        "a[b",
        "(b)",
        "{{c}}",
        "#35;",
        "%%c",
        "&amp;",
        "\\n",
    ),
    *("<b>bold</b>", "<script>alert(1)</script>", "`code`", "**x**", "__init__", "1. one", "- dash", "# h"),
    *("www.example.com", "$$x^2$$", "fa:fa-car", "übung", "日本語", "😀", "a-b", "a_b", "a b", "x" * 500),
)


def read(text: str) -> str:
    """What a label says, as Mermaid reads it."""
    assert not re.search(r"[^\w \u0080-\U0010ffff#;]", text), text
    return unescape(re.sub(r"#(\d+);", r"&#\1;", text)).replace("\u2060", "")


@given(st.lists(st.text(st.characters(exclude_categories=())), min_size=1, max_size=8, unique=True))
def test_any_names_give_distinct_nodes_with_these_names(names: list[str]) -> None:
    check(names)


def test_hostile_names_give_distinct_nodes_with_these_names() -> None:
    check(list(HOSTILE))


def check(names: list[str]) -> None:
    lines = render(unchecked("any", names, ("a", 'b"|')), "mermaid").splitlines()
    nodes = [found for line in lines if (found := NODE.fullmatch(line))]
    edges = [found for line in lines if (found := EDGE.fullmatch(line))]
    assert len({node[1] for node in nodes}) == len(names)
    assert [read(node[2]) for node in nodes] == [shorten(clean(name), 60) for name in names]
    assert len(edges) == 2 * (len(names) - 1)
    assert {read(edge[2]) for edge in edges} <= {"a", 'b"|'}
    assert len(lines) == len(nodes) + len(edges) + 4, "and there is no line beside those"


@given(st.lists(st.text(max_size=5), max_size=50, unique=True))
def test_identifiers_are_distinct_words(names: list[str]) -> None:
    found = identifiers(names)
    assert len(set(found)) == len(names)
    assert all(re.fullmatch(r"t_[A-Za-z0-9_]*", one) for one in found)


def test_identifiers_do_not_depend_on_where_a_task_stands() -> None:
    assert identifiers(["fetch", "score-eu"]) == ("t_fetch", "t_score_eu")
    assert identifiers(["new", "fetch", "score-eu"])[1:] == ("t_fetch", "t_score_eu")
    assert identifiers(["a-b", "a_b", "a b 2", "a b"]) == ("t_a_b", "t_a_b_2", "t_a_b_2_2", "t_a_b_3")


@pytest.mark.parametrize("text", ["$$x$$", "a\\nb", "fab:fa-x"])
def test_what_mermaid_reads_after_its_entities_is_taken_apart(text: str) -> None:
    assert text not in unescape(escape(text).replace("#", "&#"))
    assert read(escape(text)) == text


def test_parameters_are_named_only_where_there_are_several() -> None:
    made = render(three(), "mermaid")
    assert "t_fetch --> t_score\n" in made
    assert 't_score -->|"scores"| t_report\n' in made


def test_handlers_are_dashed_and_triggers_and_modes_shown() -> None:
    made = render(diamond(), "mermaid")
    assert 'pipeline -. "on failure" .-> t_notify\n' in made
    assert "classDef handler stroke-dasharray" in made
    assert "Score · streaming" in made and "Merge · when all are done" in made


def test_more_edges_than_mermaid_draws_are_announced() -> None:
    assert render(layered(400), "mermaid").startswith("%% ")
    assert render(three(), "mermaid").startswith("flowchart LR\n")
