"""The SVG: well-formed whatever the names are, complete, and the same everywhere."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pipelines_to_draw import chain, diamond, fan_in, layered, pipeline, step, task, three, unchecked

from pipegen.graph import render
from pipegen.graph.lettering import clean
from pipegen.ir import Options, Pipeline, Resources, Retry

NS = "{http://www.w3.org/2000/svg}"
ANY_TEXT = st.text(st.characters(exclude_categories=()), min_size=1, max_size=40)  # half surrogates too


def drawn(pipeline: Pipeline) -> ElementTree.Element:
    return ElementTree.fromstring(render(pipeline, "svg").encode())


def nodes(svg: ElementTree.Element) -> list[ElementTree.Element]:
    return [group for group in svg.iter(f"{NS}g") if (group.get("class") or "").split()[0] == "node"]


def texts(svg: ElementTree.Element, kind: str) -> list[str]:
    return [one.text or "" for one in svg.iter(f"{NS}text") if (one.get("class") or "").split()[0] == kind]


@given(ANY_TEXT, st.lists(ANY_TEXT, min_size=1, max_size=6, unique=True), ANY_TEXT)
def test_any_name_is_drawn_in_full_in_the_tooltip(name: str, names: list[str], parameter: str) -> None:
    svg = drawn(unchecked(name, names, (parameter, "other")))
    titles = [node.findtext(f"{NS}title") or "" for node in nodes(svg)]
    assert [title.split("\n")[0] for title in titles] == [clean(one) for one in names]
    assert f"Pipeline {clean(name)}: " in (svg.get("aria-label") or "")


def test_what_cannot_be_shown_is_replaced() -> None:
    assert clean("a\x00b\x1b[31m\ud800\u202ec") == "a\ufffdb\ufffd[31m\ufffd\ufffdc"
    assert clean("one\ntwo\u2028three\tfour") == "one two three four"
    assert clean("übung 日本 👩‍🚀") == "übung 日本 👩‍🚀"


def test_the_picture_says_what_it_is() -> None:
    svg = drawn(three())
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == "Pipeline reviews: 3 tasks, 3 edges, scheduled 0 4 * * * Europe/Berlin"
    assert texts(svg, "title") == ["reviews"]
    assert texts(svg, "about") == [
        "0 4 * * * Europe/Berlin · 3 tasks",
        "Scores the reviews of the day before and reports on them.",
    ]
    assert texts(svg, "name") == ["fetch", "score", "report"]
    assert texts(svg, "step") == ["Fetch", "Score", "Report"]
    assert texts(svg, "chip") == ["retry 3", "timeout 10m", "streaming", "gpu 1", "memory 4Gi"]
    assert texts(svg, "type") == ["list[Review]", "list[Scored]"]
    assert texts(svg, "label") == ["scores", "reviews"]


def test_a_tooltip_holds_the_step_its_doc_and_the_types() -> None:
    report = nodes(drawn(three()))[2].findtext(f"{NS}title")
    assert report == (
        "report\nreport (acme.reviews:Report)\nWrite the report.\n"
        "scores: list[acme.reviews.Scored] ← score\nreviews: list[acme.reviews.Review] ← fetch\n→ pathlib.Path"
    )


def test_handlers_are_dashed_and_stand_beside_the_frame() -> None:
    svg = drawn(diamond())
    assert texts(svg, "role") == ["on failure", "on exit"]
    assert [node.get("class") for node in nodes(svg)[4:]] == [
        "node handler on_failure",
        "node handler on_exit",
    ]
    frame = next(one for one in svg.iter(f"{NS}rect") if one.get("class") == "frame")
    right = int(frame.get("x", 0)) + int(frame.get("width", 0))
    assert all(left(node) > right for node in nodes(svg)[4:])
    assert all(left(node) < right for node in nodes(svg)[:4])


def left(node: ElementTree.Element) -> int:
    return int(re.findall(r"\d+", node.get("transform", ""))[0])


def test_trigger_rules_and_modes_are_shown() -> None:
    assert texts(drawn(diamond()), "chip") == ["streaming", "streaming", "no cache", "when all are done"]


def test_a_long_name_is_cut_in_the_middle_so_that_its_end_can_be_read() -> None:
    names = [f"clean-the-reviews-of-the-region-{region}" for region in ("europe-1", "europe-2")]
    shown = texts(drawn(unchecked("long", names)), "name")
    assert shown == ["clean-the-reviews-o…-europe-1", "clean-the-reviews-o…-europe-2"]


def test_more_badges_than_fit_are_counted() -> None:
    options = Options(
        retry=Retry(2), timeout="12h", resources=Resources("8", "64Gi", "100Gi", 4), trigger="all_done"
    )
    svg = drawn(pipeline("busy", [task("train", "train", options=options)], [step("train")]))
    assert texts(svg, "chip") == ["when all are done", "gpu 4", "+5"]


def test_tasks_of_one_step_have_one_colour() -> None:
    fetch, eu, us, merge = (node.find(f"{NS}path") for node in nodes(drawn(diamond()))[:4])
    assert eu is not None and us is not None and fetch is not None and merge is not None
    assert eu.get("class") == us.get("class")
    assert len({one.get("class") for one in (fetch, eu, merge)}) == 3


@pytest.mark.parametrize("pipeline", [three(), diamond(), fan_in(), layered(60), layered(500, 25), chain(9)])
def test_nothing_is_drawn_outside_the_picture_or_over_another_box(pipeline: Pipeline) -> None:
    svg = drawn(pipeline)
    width, height = int(svg.get("width", 0)), int(svg.get("height", 0))
    taken = []
    for node in nodes(svg):
        x, y = map(int, re.findall(r"\d+", node.get("transform", "")))
        box = node.find(f"{NS}rect")
        assert box is not None
        taken.append((x, y, x + int(box.get("width", 0)), y + int(box.get("height", 0))))
        assert x >= 0 and y >= 0 and taken[-1][2] <= width and taken[-1][3] <= height
    taken.sort()
    for at, (_, top, right, bottom) in enumerate(taken):
        for other in taken[at + 1 :]:
            assert other[0] > right or other[1] > bottom or other[3] < top
    curves = [
        one.get("d", "") for one in svg.iter(f"{NS}path") if (one.get("class") or "").startswith("edge")
    ]
    assert len(curves) >= sum(len(one.sources) for each in pipeline.tasks for one in each.inputs)


def test_an_empty_pipeline_is_a_picture_too() -> None:
    assert texts(drawn(Pipeline("empty", (), {})), "about") == ["0 tasks"]


def test_a_pipeline_of_many_tasks_is_drawn_compactly() -> None:
    svg = drawn(layered(500, 25))
    assert len(texts(svg, "name")) == 500
    assert texts(svg, "step") == texts(svg, "chip") == texts(svg, "label") == []


def test_the_picture_needs_nothing_else_and_knows_light_and_dark() -> None:
    svg = render(diamond(), "svg")
    assert re.findall(r"https?://[^\"' ]+", svg) == ["http://www.w3.org/2000/svg"]
    assert "@media (prefers-color-scheme:dark)" in svg
    assert "<script" not in svg and "url(#tip)" in svg


SAME = """
import sys; sys.path.insert(0, sys.argv[1])
import hashlib, pipelines_to_draw as draw
from pipegen.graph import FORMATS, render
made = "".join(render(one, name) for name in FORMATS for one in (draw.three(), draw.diamond(), draw.layered(450)))
print(hashlib.sha256(made.encode()).hexdigest())
"""


def test_every_format_is_the_same_under_any_hash_seed_and_in_any_folder(tmp_path: Path) -> None:
    found = set()
    here = Path(__file__).parent
    for seed, folder in (("0", here), ("1", tmp_path), ("77", "/")):
        command = [sys.executable, "-c", SAME, str(here)]
        environment = os.environ | {"PYTHONHASHSEED": seed}
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=True
        )
        found.add(done.stdout)
    assert len(found) == 1
