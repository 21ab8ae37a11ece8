"""Each error code is the answer to something that a test does, and says what it means."""

from __future__ import annotations

import re
from pathlib import Path

from command_runs import pipegen

from pipegen.codes import every_code

TESTS = Path(__file__).parents[1]


def test_each_code_is_raised_by_a_test() -> None:
    texts = (path.read_text(encoding="utf-8") for path in TESTS.rglob("*") if path.suffix in (".py", ".txt"))
    raised = {code for text in texts for code in re.findall(r"PG\d{3}", text)}
    assert sorted(set(every_code()) - raised) == []


def test_the_source_raises_no_code_that_is_not_explained() -> None:
    sources = (path.read_text(encoding="utf-8") for path in (TESTS.parent / "src").rglob("*.py"))
    raised = {code for text in sources for code in re.findall(r'"(PG\d{3})"', text)}
    assert sorted(raised - set(every_code())) == []


def test_each_code_has_a_title_and_says_why_and_what_to_do() -> None:
    for code, (title, text) in every_code().items():
        assert re.fullmatch(r"PG\d{3}", code)
        assert title.strip() and not title.endswith("."), code
        assert len(text.split()) >= 8 and text.endswith((".", "`")), code


def test_explain_says_what_the_code_means(tmp_path: Path) -> None:
    for code, (title, _) in every_code().items():
        said = pipegen(tmp_path, "explain", code.lower())
        assert said.code == 0
        assert said.out.startswith(f"{code}: {title}\n\n")
