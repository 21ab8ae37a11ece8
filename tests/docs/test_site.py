"""The built documentation: no dead links, no help from other machines, a fresh picture."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import yaml
from pages import ROOT

from pipegen.codes import every_code


def test_the_site_is_built_with_every_page(site: Path, reference: dict[str, str]) -> None:
    written = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    for page in [*written, *reference]:
        assert (site / page).with_suffix(".html").is_file(), page
    assert len(list((site / "reference/errors").glob("PG*.html"))) == len(every_code())


def test_the_site_needs_nothing_from_elsewhere(site: Path) -> None:
    foreign = re.compile(r"""<(?:link|script|img|iframe)\b[^>]*(?:href|src)=["']?(?:https?:)?//[^"'> ]+""")
    found = {match for page in site.rglob("*.html") for match in foreign.findall(page.read_text())}
    assert found == set()
    imports = [path for path in site.rglob("*.css") if re.search(r"url\((?:https?:)?//", path.read_text())]
    assert imports == []


def test_every_page_written_by_hand_can_be_found_in_the_menu() -> None:
    menu = (ROOT / "mkdocs.yml").read_text()
    for path in (ROOT / "docs").rglob("*.md"):
        assert f"{path.relative_to(ROOT / 'docs').as_posix()}\n" in menu


def test_the_configuration_is_plain_yaml() -> None:
    assert yaml.safe_load((ROOT / "mkdocs.yml").read_text())["theme"]["font"] is False


def test_the_picture_in_the_readme_is_what_graph_draws(tmp_path: Path, regenerate: bool) -> None:
    drawn = ROOT / "docs/assets/reviews.svg"
    out = drawn if regenerate else tmp_path / "reviews.svg"
    command = [sys.executable, "-m", "pipegen", "graph", "examples/reviews/reviews.py", "--out", out]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    assert drawn.read_bytes() == out.read_bytes(), (
        "pipegen graph examples/reviews/reviews.py --out docs/assets/reviews.svg"
    )


def test_the_commands_in_the_readme_are_targets_of_make() -> None:
    makefile = (ROOT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))
    named = set(
        re.findall(
            r"\bmake ([a-z]+)", (ROOT / "README.md").read_text() + (ROOT / "CONTRIBUTING.md").read_text()
        )
    )
    assert {"demo", "test"} <= named <= targets


def test_links_of_pages_outside_the_site_lead_somewhere() -> None:
    for page in [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "examples").glob("*/README.md")]:
        prose = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", prose):
            assert (page.parent / target).exists(), f"{page.name}: {target}"
