"""The page about a run in a real Chromium, opened from a file."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from reported_runs import HOSTILE, hostile, reviews, troubled

from pipegen.engine.report import draw

sys.path.append(str(Path(__file__).parents[1] / "graph"))
from chromium_page import Page, chromium

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def tab() -> Iterator[Page]:
    with chromium() as page:
        yield page


def opened(tab: Page, folder: Path, page: str, fragment: str = "", **how: object) -> Page:
    path = folder / "report.html"
    path.write_text(page, encoding="utf-8")
    tab.open(path.as_uri() + fragment, **how)  # type: ignore[arg-type]
    assert tab.evaluate("document.documentElement.dataset.ready") == "yes"
    return tab


@pytest.fixture
def page(tab: Page, tmp_path: Path) -> Iterator[Page]:
    yield opened(tab, tmp_path, draw(troubled(tmp_path), reviews(), tmp_path))
    finished(tab)


def finished(tab: Page) -> None:
    """Nothing went wrong, and nothing but the page itself was asked for."""
    assert tab.complaints() == []
    assert [url for url in tab.requests() if not url.startswith(("file://", "data:"))] == []
    assert not [event for event in tab.events if event["method"] == "Page.javascriptDialogOpening"]


def panel(tab: Page) -> str:
    return str(tab.evaluate("panel.hidden ? '' : panel.innerText"))


def shown(tab: Page, selector: str) -> list[str]:
    return list(tab.evaluate(f"[...document.querySelectorAll({selector!r})].map((one) => one.textContent)"))


def test_it_opens_with_the_result_and_what_failed(page: Page) -> None:
    assert page.evaluate("document.querySelector('header .status').innerText") == "FAILED"
    said = panel(page)
    for part in (
        "ValueError: five",
        "20261118-113640-4f2ac1",
        "limit",
        "12.5 s",
        "there is no such bucket",
        "2 workers",
    ):
        assert part in said


def test_the_graph_shows_the_states_and_says_them_to_those_who_cannot_see(page: Page) -> None:
    assert shown(page, ".node .state") == ["✓", "✓", "✗", "–", "✓"]
    assert page.evaluate("document.querySelector('.node.is-failed').getAttribute('aria-label')") == (
        "score-us, score, failed"
    )
    assert page.evaluate("document.querySelectorAll('.node.is-skipped').length") == 1


def test_a_state_never_covers_a_name(tab: Page, tmp_path: Path) -> None:
    run, drawn = hostile(tmp_path)
    opened(tab, tmp_path, draw(run, drawn, tmp_path))
    names = tab.evaluate("document.querySelectorAll('.node .name').length")
    covered = """[...document.querySelectorAll('.node:has(.seal)')].filter((node) => {
        const name = node.querySelector('.name').getBBox(), seal = node.querySelector('.seal').getBBox();
        return name.x + name.width > seal.x && name.y < seal.y + seal.height;
    }).map((node) => node.textContent)"""
    assert tab.evaluate("document.querySelectorAll('.node .seal').length") == names
    assert tab.evaluate(covered) == []


def test_how_long_a_task_took_stands_where_no_bar_is(page: Page) -> None:
    page.click("#tab-timeline")
    covered = """[...document.querySelectorAll('#timeline .bar')].filter((bar) => {
        const note = bar.querySelector('.note').getBoundingClientRect();
        const room = document.querySelector('#timeline .wide').getBoundingClientRect();
        const over = [...bar.querySelectorAll('rect')].some((one) => one.getBoundingClientRect().right > note.left);
        return over || note.right > room.right;
    }).map((bar) => bar.textContent)"""
    assert page.evaluate(covered) == []


def test_a_task_shows_its_logs_with_the_end_in_sight(page: Page) -> None:
    page.click(".node.is-failed")
    said = panel(page)
    assert "failed" in said and "ValueError: five" in said and "line 299" in said
    assert page.evaluate("document.querySelectorAll('#panel details').length") == 2
    at_end = "(() => { const pre = document.querySelector('#panel details[open] pre');"
    page.evaluate("new Promise(requestAnimationFrame)")
    assert page.evaluate(at_end + " return pre.scrollTop > 0 || pre.scrollHeight <= pre.clientHeight; })()")
    page.click(".node.is-success")
    for part in ("Artifact", "list[Review]", "37.5 KB", "1,200", "25 files", "https://example.org", "***"):
        assert part.lower() in panel(page).lower()


def test_the_timeline_can_be_read_and_stretched(page: Page) -> None:
    page.click("#tab-timeline")
    assert shown(page, "#timeline .names text") == ["fetch", "score-eu", "score-us", "tidy"]
    before = page.evaluate("document.querySelector('.plot').getBoundingClientRect().width")
    page.click("#larger")
    assert page.evaluate("document.querySelector('.plot').getBoundingClientRect().width") > before * 1.4
    page.click("#fit")
    page.evaluate(
        "document.querySelector('.bar.failed').dispatchEvent(new MouseEvent('click', {bubbles: true}))"
    )
    assert "score-us" in panel(page).splitlines()
    assert page.evaluate("document.querySelectorAll('.bar.self').length") == 1


def test_the_table_is_sorted_and_narrowed(page: Page) -> None:
    page.click("#tab-tasks")
    names = "#tasks tbody tr td:first-child"
    assert shown(page, names) == ["fetch", "score-eu", "score-us", "rank", "tidy"]
    page.click("#tasks th:nth-child(4) button")
    assert shown(page, names) == ["score-us", "score-eu", "fetch", "tidy", "rank"]
    assert page.evaluate("document.querySelector('[aria-sort]').textContent") == "took ↓"
    page.click(".chips button:nth-child(3)")
    assert shown(page, names) == ["score-us"]
    page.click(".chips button")
    page.click("#search")
    page.type("score")
    assert shown(page, names) == ["score-us", "score-eu", "rank"]
    page.click("#tasks tbody button")
    assert "score-us" in panel(page).splitlines()


def test_the_keyboard_alone_is_enough(page: Page) -> None:
    page.evaluate("document.getElementById('tab-graph').focus()")
    page.press("ArrowRight")
    assert page.evaluate("document.activeElement.id") == "tab-timeline"
    page.evaluate("document.querySelector('.bar[tabindex=\"0\"]').focus()")
    page.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "score-eu, done, 4.5 s"
    page.press("Enter")
    assert page.evaluate("document.activeElement.id") == "panel"
    assert "score-eu" in panel(page).splitlines()
    page.evaluate("document.getElementById('tab-timeline').focus()")
    page.press("ArrowRight")
    page.evaluate("document.querySelector('#tasks td button').focus()")
    page.press("Enter")
    assert "fetch" in panel(page).splitlines()
    page.press("Escape")
    assert panel(page) == ""


def test_a_link_leads_to_a_task(tab: Page, tmp_path: Path) -> None:
    opened(tab, tmp_path, draw(troubled(tmp_path), reviews(), tmp_path), "#task=score-eu")
    assert "score-eu" in panel(tab).splitlines()
    finished(tab)


def test_attacks_are_shown_and_not_run(tab: Page, tmp_path: Path) -> None:
    run, drawn = hostile(tmp_path)
    opened(tab, tmp_path, draw(run, drawn, tmp_path))
    assert HOSTILE[0] in panel(tab)
    for at, word in enumerate(HOSTILE):
        tab.evaluate(
            f"document.querySelectorAll('.node')[{at}].dispatchEvent(new MouseEvent('click', {{bubbles: true}}))"
        )
        assert tab.evaluate("panel.querySelector('h2').textContent") == word
        assert tab.evaluate("panel.querySelector('pre').textContent") == "\n".join(HOSTILE)
    for view in ("timeline", "tasks"):
        tab.click(f"#tab-{view}")
    assert shown(tab, "#tasks tbody td:first-child") == list(HOSTILE)
    finished(tab)


@pytest.mark.parametrize("width", [360, 1280])
def test_light_and_dark_and_narrow(width: int, tab: Page, tmp_path: Path) -> None:
    background = "getComputedStyle(document.body).backgroundColor"
    page = draw(troubled(tmp_path), reviews(), tmp_path)
    light = opened(tab, tmp_path, page, width=width).evaluate(background)
    dark = opened(tab, tmp_path, page, dark=True, width=width).evaluate(background)
    assert light == "rgb(255, 255, 255)" != dark
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    tab.click("#theme")
    assert tab.evaluate(background) == light
    tab.screenshot(tmp_path / "report.png")
    assert (tmp_path / "report.png").stat().st_size > 5000
    finished(tab)
