"""Each error code of the writers is explained, and each explained code is used."""

from __future__ import annotations

import re
from pathlib import Path

from pipegen import emit
from pipegen.emit.codes import CODES


def test_the_codes_in_use_are_the_codes_explained() -> None:
    sources = [path for path in Path(emit.__path__[0]).glob("*.py") if path.name != "codes.py"]
    used = {code for path in sources for code in re.findall(r"PG\d{3}", path.read_text(encoding="utf-8"))}
    assert used == set(CODES)


def test_each_explanation_says_why_and_what_to_do() -> None:
    for code, (title, text) in CODES.items():
        assert "PG401" <= code <= "PG429"
        assert not title.endswith(".")
        assert 2 <= len(re.findall(r"\.(?= |$)", text)) <= 4, code
