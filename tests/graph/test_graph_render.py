"""One door to every format."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from pipelines_to_draw import diamond, three

from pipegen.errors import PipegenError
from pipegen.graph import FORMATS, render
from pipegen.graph.codes import CODES

GOLDEN = Path(__file__).parent / "golden"
SAMPLES = {"reviews": three, "diamond": diamond}


@pytest.mark.parametrize("name", SAMPLES)
@pytest.mark.parametrize("form", [one for one in FORMATS if one != "html"])
def test_the_picture_looks_as_it_did(name: str, form: str, regenerate: bool) -> None:
    path = GOLDEN / f"{name}.{form}"
    made = render(SAMPLES[name](), form)
    if regenerate:
        path.parent.mkdir(exist_ok=True)
        path.write_text(made, encoding="utf-8", newline="")
    assert made == path.read_bytes().decode()


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_ends_in_one_line_break_and_says_nothing_of_now(form: str) -> None:
    made = render(three(), form)
    assert made.endswith("\n") and not made.endswith("\n\n")
    assert render(three(), form) == made


def test_an_unknown_format_is_refused_with_a_suggestion() -> None:
    with pytest.raises(PipegenError) as caught:
        render(three(), "mermiad")
    (found,) = caught.value.diagnostics
    assert str(found) == "error[PG351]: 'mermiad' is no graph format (did you mean 'mermaid'?)"
    assert found.code in CODES


def test_importing_the_package_loads_no_format() -> None:
    script = "import sys, pipegen.graph; print(sorted(one for one in sys.modules if one.startswith('pipegen.graph')))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['pipegen.graph']"
