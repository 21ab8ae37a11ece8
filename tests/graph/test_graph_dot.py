"""DOT, read by the real Graphviz."""

from __future__ import annotations

import subprocess
from xml.etree import ElementTree

import pytest
from chromium_page import binary
from hypothesis import given, settings
from hypothesis import strategies as st
from pipelines_to_draw import diamond, layered, three, unchecked
from test_graph_mermaid import HOSTILE

from pipegen.graph import render
from pipegen.graph.lettering import clean, shorten
from pipegen.ir import Pipeline

NS = "{http://www.w3.org/2000/svg}"
LINK = "{http://www.w3.org/1999/xlink}title"


def graphviz(pipeline: Pipeline) -> ElementTree.Element:
    source = render(pipeline, "dot").encode()
    done = subprocess.run(
        [binary(("dot",), "graphviz"), "-Tsvg"], input=source, capture_output=True, timeout=60
    )
    warnings = [line for line in done.stderr.decode().splitlines() if "font" not in line.lower()]
    assert done.returncode == 0 and not warnings, done.stderr.decode()
    return ElementTree.fromstring(done.stdout)


def shown(svg: ElementTree.Element) -> list[str]:
    """The first line of each node."""
    nodes = (group for group in svg.iter(f"{NS}g") if group.get("class") == "node")
    return [(node.findtext(f".//{NS}text") or "").replace("\xa0", " ").strip() for node in nodes]


def expected(names: list[str]) -> list[str]:
    return sorted(shorten(clean(name), 60).replace("\xa0", " ").strip() for name in names)


@pytest.mark.engine
@settings(max_examples=25)
@given(
    st.lists(
        st.text(st.characters(exclude_categories=()), min_size=1, max_size=30).filter(
            lambda name: clean(name).strip()
        ),
        min_size=1,
        max_size=8,
        unique=True,
    )
)
def test_graphviz_draws_any_name_as_it_is(names: list[str]) -> None:
    assert sorted(shown(graphviz(unchecked("any", names)))) == expected(names)


@pytest.mark.engine
def test_graphviz_draws_hostile_names_as_they_are() -> None:
    names = [name for name in HOSTILE if name]
    svg = graphviz(unchecked('na"me \\l', names, ("a", 'b"\\G')))
    assert sorted(shown(svg)) == expected(names)
    edges = [group for group in svg.iter(f"{NS}g") if group.get("class") == "edge"]
    assert {edge.findtext(f".//{NS}text") for edge in edges} == {"a", 'b"\\G'}


@pytest.mark.engine
@pytest.mark.parametrize("pipeline", [three(), diamond(), layered(100), Pipeline("empty", (), {})])
def test_graphviz_draws_every_task_and_edge(pipeline: Pipeline) -> None:
    svg = graphviz(pipeline)
    assert sorted(shown(svg)) == sorted(task.name for task in pipeline.every_task)
    edges = [group for group in svg.iter(f"{NS}g") if group.get("class") == "edge"]
    inputs = sum(len(one.sources) for task in pipeline.tasks for one in task.inputs)
    assert len(edges) == inputs + len(pipeline.handlers)


def test_handlers_are_dashed() -> None:
    made = render(diamond(), "dot")
    assert 't_merge -> t_notify [ltail=cluster_tasks, style=dashed, label="on failure"];' in made
    assert made.count("dashed") == 4
