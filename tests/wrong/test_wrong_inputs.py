"""Every wrong input gets the message that its golden file holds, loses nothing and shows no traceback."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from command_runs import pipegen
from wrong_cases import HERE, Case, every_case

CASES = every_case()
# What these say is wrong says what would be right: "'timeout' takes text, but a list is given".
SAY_IT_THEMSELVES = {"PG103", "PG203", "PG206", "PG221", "PG222", "PG223", "PG233", "PG303"}


def state(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its content; what Python compiles beside it does not count."""
    files = [path for path in folder.rglob("*") if "__pycache__" not in path.parts and path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files if _readable(path)}


def _readable(path: Path) -> bool:
    try:
        path.open("rb").close()
    except OSError:
        return False
    return True


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.relative_to(HERE / "cases").as_posix())
def test_wrong_input_gets_its_message(case: Case, tmp_path: Path, regenerate: bool) -> None:
    folder = tmp_path / "acme"
    case.lay_out(folder)
    before = state(folder)
    said = pipegen(folder, *case.words, env=case.environment)
    answered = case.answered(said.err, said.code)
    if regenerate:
        case.path.write_text(answered.text(), encoding="utf-8")
    assert "Traceback" not in said.err
    assert str(tmp_path) not in said.err, "an absolute path"
    assert said.out == ""
    assert state(folder) == before
    assert answered.text() == case.text() or regenerate


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.path.relative_to(HERE / "cases").as_posix())
def test_each_message_says_what_to_do(case: Case) -> None:
    for block in re.split(r"(?m)^(?=\S*(?:: )?(?:error|warning)\[)", case.said)[1:]:
        code, head = re.split(r"\]: ", block.split("[", 1)[1], maxsplit=1)
        assert "  hint: " in block or code in SAY_IT_THEMSELVES, block
        assert not re.match(r"[A-Z][a-z]", head), f"begins in lower case: {head}"
        assert block.replace("\n", "").isprintable()


def test_there_are_many_and_each_says_what_it_is_about() -> None:
    assert len(CASES) >= 100
    assert [case.path.name for case in CASES if not re.match(r"([A-Z`]|\S+ )", case.given)] == []
