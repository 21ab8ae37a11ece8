"""Where boxes go."""

from __future__ import annotations

import time
from collections import defaultdict
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipegen.graph.layout import Edge, Layout, arrange

GAP = 20


@st.composite
def graphs(draw: st.DrawFn) -> tuple[list[int], list[Edge]]:
    size = draw(st.integers(0, 40))
    heights = draw(st.lists(st.integers(10, 200), min_size=size, max_size=size))
    box = st.integers(0, max(size - 1, 0))
    ends = draw(st.lists(st.tuples(box, box, st.integers(0, 2)), max_size=80)) if size > 1 else []
    return heights, [(min(a, b), max(a, b), inlet) for a, b, inlet in ends if a != b]


def columns(layout: Layout) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    for box in sorted(range(len(layout.y)), key=layout.y.__getitem__):
        found[layout.column[box]].append(box)
    return found


@given(graphs())
def test_each_box_stands_right_of_its_producers_and_clear_of_every_other(
    graph: tuple[list[int], list[Edge]],
) -> None:
    heights, edges = graph
    layout = arrange(heights, edges, GAP)
    assert all(layout.column[source] < layout.column[target] for source, target, _ in edges)
    for boxes in columns(layout).values():
        for above, below in pairwise(boxes):
            free = layout.y[below] - layout.y[above] - (heights[above] + heights[below]) / 2
            assert free >= GAP - 1  # whole numbers: an odd height is off by a half
    for y, height in zip(layout.y, heights, strict=True):
        assert y - height / 2 >= 0 and y + height / 2 <= layout.height


@given(graphs())
def test_an_edge_has_a_place_in_every_column_that_it_crosses_where_no_box_is(
    graph: tuple[list[int], list[Edge]],
) -> None:
    heights, edges = graph
    layout = arrange(heights, edges, GAP)
    for (source, target, _), bends in zip(edges, layout.bends, strict=True):
        assert [at for at, _ in bends] == list(range(layout.column[source] + 1, layout.column[target]))
        for at, y in bends:
            for box in columns(layout)[at]:
                assert abs(y - layout.y[box]) > heights[box] // 2
            assert 0 <= y <= layout.height


@given(graphs())
def test_the_same_graph_is_always_laid_out_alike(graph: tuple[list[int], list[Edge]]) -> None:
    assert arrange(*graph, GAP) == arrange(*graph, GAP)


def test_a_chain_is_one_straight_line() -> None:
    layout = arrange([50, 72, 50, 50], [(0, 1, 0), (1, 2, 0), (2, 3, 0)], GAP)
    assert layout.column == (0, 1, 2, 3)
    assert len(set(layout.y)) == 1


def test_a_diamond_is_symmetric() -> None:
    layout = arrange([50] * 4, [(0, 1, 0), (0, 2, 0), (1, 3, 0), (2, 3, 1)], GAP)
    assert layout.column == (0, 1, 1, 2)
    assert layout.y[0] == layout.y[3] == (layout.y[1] + layout.y[2]) // 2


def test_crossed_edges_are_untangled() -> None:
    layout = arrange([50] * 6, [(0, 5, 0), (1, 4, 0), (2, 3, 0)], GAP)
    order = columns(layout)
    assert [box + {0: 5, 1: 3, 2: 1}[box] for box in order[0]] == order[1]


def test_a_source_stands_next_to_its_only_consumer() -> None:
    layout = arrange([50] * 4, [(0, 2, 0), (2, 3, 0), (1, 3, 1)], GAP)
    assert layout.column == (0, 1, 1, 2)


def test_a_fan_of_fifty_is_folded_and_its_edges_share_one_track() -> None:
    layout = arrange([50] * 51, [(at, 50, 0) for at in range(50)], GAP)
    assert max(map(len, columns(layout).values())) <= 10
    assert len({bend for bends in layout.bends for bend in bends}) == layout.column[50] - 1
    assert len({y for bends in layout.bends for _, y in bends}) == 1, "a straight track"


def test_wide_layers_that_are_tangled_stay_as_they_are() -> None:
    edges = [(a, 30 + (a * 7 + b * 11) % 30, b) for a in range(30) for b in range(3)]
    edges += [(30 + a, 60 + (a * 13 + b * 17) % 30, b) for a in range(30) for b in range(3)]
    assert sorted(map(len, columns(arrange([50] * 90, edges, GAP)).values())) == [30, 30, 30]


SHAPES = {
    "chain": lambda n: [(at - 1, at, 0) for at in range(1, n)],
    "layers": lambda n: [
        (at - 100 + k * (at % 7), at, k) for at in range(100, n) for k in range(3) if k * (at % 7) < 100
    ],
    "fan": lambda n: [(at, n - 1, 0) for at in range(n - 1)],
    "shortcuts": lambda n: [edge for at in range(1, n) for edge in ((at - 1, at, 0), (0, at, 1))],
    "ladder": lambda n: [
        edge
        for at in range(0, n - 3, 3)
        for edge in ((at, at + 1, 0), (at, at + 2, 0), (at + 1, at + 3, 0), (at + 2, at + 3, 1))
    ],
}


@pytest.mark.parametrize("shape", SHAPES)
def test_ten_thousand_boxes_cost_little_more_than_ten_times_a_thousand(shape: str) -> None:
    def cost(size: int) -> float:
        edges = SHAPES[shape](size)
        start = time.process_time()
        arrange([22] * size, edges, 8)
        return time.process_time() - start

    small = min(cost(1000) for _ in range(3))
    large = cost(10_000)
    assert large < 30 * small + 0.5, f"{small:.2f} s, {large:.2f} s"
