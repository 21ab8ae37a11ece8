"""The page in a real Chromium, opened from a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from chromium_page import Page, chromium, dump_dom
from pipelines_to_draw import diamond, layered, pipeline, step, task, three, unchecked

from pipegen.graph import render
from pipegen.ir import Pipeline

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with chromium() as page:
        yield page


def opened(tab: Page, folder: Path, drawn: Pipeline, fragment: str = "", **how: object) -> Page:
    path = folder / "graph.html"
    path.write_text(render(drawn, "html"), encoding="utf-8")
    tab.open(path.as_uri() + fragment, **how)  # type: ignore[arg-type]
    assert tab.evaluate("document.documentElement.dataset.ready") == "yes"
    return tab


def finished(tab: Page) -> None:
    """Nothing went wrong, and nothing but the page itself was asked for."""
    assert tab.complaints() == []
    assert [url for url in tab.requests() if not url.startswith(("file://", "data:"))] == []


def panel(tab: Page) -> str:
    return str(tab.evaluate("panel.hidden ? '' : panel.innerText"))


def test_the_scripts_run_when_the_file_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "graph.html"
    path.write_text(render(three(), "html"), encoding="utf-8")
    document, log = dump_dom(path)
    assert 'data-ready="yes"' in document
    assert document.count('role="button"') == 3
    assert 'aria-label="score, score"' in document
    assert "CONSOLE" not in log, log


def test_a_click_on_a_task_shows_what_is_known_about_it(tab: Page, tmp_path: Path) -> None:
    opened(tab, tmp_path, three())
    assert panel(tab) == ""
    tab.click(".node:nth-child(1)")
    shown = panel(tab)
    for part in ("fetch", "acme.reviews:Fetch", "From the public API", "list[Review]", "score", "report"):
        assert part in shown
    for part in ("url", "required", "FETCH__LIMIT", "default 100", "secret", "3 times, after 30s"):
        assert part in shown
    assert tab.evaluate("document.querySelectorAll('.edge.near').length") == 2
    tab.click("#panel .close")
    assert panel(tab) == ""
    finished(tab)


def test_producers_and_consumers_are_a_click_away(tab: Page, tmp_path: Path) -> None:
    opened(tab, tmp_path, diamond())
    tab.click(".node:nth-child(4)")
    assert panel(tab).startswith("×") and "left list[Scored]" in panel(tab)
    tab.click("#panel .links button")
    assert "score-eu" in panel(tab).splitlines()
    assert tab.evaluate("[...document.querySelectorAll('.node.kin')].length") == 3
    assert tab.evaluate("location.hash") == "#task=score-eu"
    finished(tab)


def test_the_search_marks_what_it_finds_and_enter_goes_there(tab: Page, tmp_path: Path) -> None:
    opened(tab, tmp_path, layered(300, 20))
    tab.press("/", text="/")
    tab.type("task-7-")
    assert tab.evaluate("found.textContent") == "20 of 300"
    assert tab.evaluate("document.querySelectorAll('.node.hit').length") == 20
    tab.press("Enter")
    assert "task-7-0" in panel(tab).splitlines()
    tab.press("Enter")
    assert "task-7-1" in panel(tab).splitlines()
    assert tab.evaluate("found.textContent") == "2 of 20"
    tab.press("Escape")
    assert tab.evaluate("search.value + document.querySelectorAll('.node.hit').length") == "0"
    finished(tab)


def test_the_keyboard_alone_is_enough(tab: Page, tmp_path: Path) -> None:
    opened(tab, tmp_path, diamond())
    tab.evaluate("document.querySelector('.node[tabindex=\"0\"]').focus()")
    current = "document.activeElement.getAttribute('aria-label')"
    steps = (
        ("ArrowRight", "score-eu, score"),
        ("ArrowDown", "score-us, score"),
        ("ArrowRight", "merge, merge"),
    )
    for key, name in (*steps, ("ArrowLeft", "score-eu, score"), ("ArrowLeft", "fetch, fetch")):
        tab.press(key)
        assert tab.evaluate(current) == name
    tab.press("Enter")
    assert tab.evaluate("document.activeElement.id") == "panel"
    assert "Download the reviews." in panel(tab)
    tab.press("Escape")
    assert panel(tab) == "" and tab.evaluate(current) == "fetch, fetch"
    finished(tab)


def test_the_picture_moves_and_zooms(tab: Page, tmp_path: Path) -> None:
    opened(tab, tmp_path, layered(60))
    where = "document.querySelector('.graph').getAttribute('transform')"
    fitted = tab.evaluate(where)
    tab.click("#larger")
    zoomed = tab.evaluate(where)
    tab.mouse("mousePressed", 640, 700)
    tab.mouse("mouseMoved", 660, 690, buttons=1)
    tab.mouse("mouseMoved", 700, 640, buttons=1)
    tab.mouse("mouseReleased", 700, 640)
    moved = tab.evaluate(where)
    tab.mouse("mouseWheel", 400, 300, deltaX=0, deltaY=-100, button="none")
    tab.evaluate("new Promise(requestAnimationFrame)")
    assert len({fitted, zoomed, moved}) == 3
    assert panel(tab) == "", "dragging chooses nothing"
    tab.click("#fit")
    assert tab.evaluate(where) == fitted
    finished(tab)


def test_a_link_to_a_task_opens_it_whatever_its_name_is(tab: Page, tmp_path: Path) -> None:
    drawn = unchecked("any", ['a "b" <c>/%41', "ü & 日本"])
    opened(tab, tmp_path, drawn, "#task=%C3%BC%20%26%20%E6%97%A5%E6%9C%AC")
    assert "ü & 日本" in panel(tab).splitlines()
    opened(tab, tmp_path, drawn, "#task=%")
    assert panel(tab) == ""
    finished(tab)


@pytest.mark.parametrize(
    "name", ["</script><script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\u2028", "'\"`"]
)
def test_a_hostile_name_is_shown_and_not_run(tab: Page, tmp_path: Path, name: str) -> None:
    opened(tab, tmp_path, unchecked(name, [name, "b"], (name,)))
    tab.click(".node")
    assert tab.evaluate("panel.querySelector('h2').textContent") == name
    tab.evaluate("document.getElementById('about').click()")
    assert tab.evaluate("panel.querySelector('h2').textContent") == name
    assert not [event for event in tab.events if event["method"] == "Page.javascriptDialogOpening"]
    finished(tab)


def test_the_pipeline_has_a_panel_with_its_parameters_and_handlers(tab: Page, tmp_path: Path) -> None:
    opened(tab, tmp_path, three())
    tab.click("#about")
    for part in (
        "0 4 * * * Europe/Berlin",
        "Scores the reviews",
        "how many reviews",
        "one of 10, 100",
        "sets fetch.limit",
    ):
        assert part in panel(tab)
    opened(tab, tmp_path, diamond())
    tab.click("#about")
    assert "on failure" in panel(tab) and "notify" in panel(tab)
    finished(tab)


def test_light_and_dark_follow_the_reader_and_can_be_chosen(tab: Page, tmp_path: Path) -> None:
    colours = "getComputedStyle(document.body).backgroundColor + getComputedStyle(document.querySelector('.box')).fill"
    opened(tab, tmp_path, three())
    light = tab.evaluate(colours)
    opened(tab, tmp_path, three(), dark=True)
    dark = tab.evaluate(colours)
    assert light == "rgb(255, 255, 255)rgb(255, 255, 255)" != dark
    tab.click("#theme")
    assert tab.evaluate(colours) == light
    tab.click("#theme")
    assert tab.evaluate(colours) == dark
    finished(tab)


def test_a_thousand_tasks_open_and_answer(tab: Page, tmp_path: Path) -> None:
    opened(tab, tmp_path, layered(1000, 40, 3))
    tab.evaluate("nodes => 0")
    tab.type("/")
    tab.type("task-9-9")
    tab.press("Enter")
    assert "task-9-9" in panel(tab).splitlines()
    finished(tab)


@pytest.mark.parametrize("size", [0, 1])
def test_the_smallest_pipelines_open_too(tab: Page, tmp_path: Path, size: int) -> None:
    drawn = pipeline("small", [task("only", "only")], [step("only")]) if size else Pipeline("empty", (), {})
    opened(tab, tmp_path, drawn)
    tab.click("#about")
    assert drawn.name in panel(tab)
    finished(tab)


def test_the_svg_alone_is_drawn_by_the_browser(tab: Page, tmp_path: Path) -> None:
    path = tmp_path / "graph.svg"
    path.write_text(render(diamond(), "svg"), encoding="utf-8")
    tab.open(path.as_uri())
    assert tab.evaluate("document.querySelectorAll('.node').length") == 6
    wide = "[...document.querySelectorAll('.node')].every((node) => [...node.querySelectorAll('text')].every((text) =>"
    wide += " text.getBBox().x + text.getBBox().width <= node.querySelector('.box').width.baseVal.value))"
    assert tab.evaluate(wide) is True, "text stays inside its box"
    finished(tab)
