"""Every code has its page, and a command without values pays nothing for them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pipegen.values
from pipegen.values.codes import CODES

SOURCES = sorted(Path(pipegen.values.__file__).parent.glob("*.py"))


def test_the_codes_in_use_are_those_with_a_page() -> None:
    used = {
        code
        for path in SOURCES
        if path.name != "codes.py"
        for code in re.findall(r'"(PG\d+)"', path.read_text(encoding="utf-8"))
    }
    assert used == set(CODES)
    assert all("PG201" <= code <= "PG249" for code in CODES)


def test_every_page_has_a_short_title_and_says_why_and_what_to_do() -> None:
    titles = [title for title, _ in CODES.values()]
    assert len(set(titles)) == len(titles)
    for title, explanation in CODES.values():
        assert len(title) <= 50
        assert not title.endswith(".")
        assert 1 <= len(re.findall(r"\.(?:\s|$)", explanation)) <= 5


def loaded_by(code: str) -> set[str]:
    script = f"import sys\n{code}\nprint(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_without_values_nothing_is_loaded_to_read_them() -> None:
    loaded = loaded_by(
        "from pipegen.values import apply, document, kinds, layers\n"
        "from pipegen.ir import Pipeline\n"
        "values = document.read_values(layers.load(), {'a': type('A', (), {'__dataclass_fields__': {}})})\n"
        "values.section('a', 'p')\n"
        "apply.apply(Pipeline('p', (), {}), values)\n"
    )
    ours = {name for name in loaded if name.startswith("pipegen.values.")}
    assert not loaded & {"yaml", "pydantic", "typer", "jinja2", "difflib", "zoneinfo", "json"}
    assert ours == {
        f"pipegen.values.{name}" for name in ("apply", "document", "kinds", "layers", "nodes", "unset")
    }


def test_reading_values_loads_a_yaml_parser_and_nothing_else_that_is_large(tmp_path: Path) -> None:
    (tmp_path / "values.yaml").write_text("defaults: {timeout: 1h, image: app}\n")
    loaded = loaded_by(
        "from pathlib import Path\n"
        "from pipegen.values import document, layers\n"
        f"document.read_values(layers.load([Path({str(tmp_path / 'values.yaml')!r})]), {{}})\n"
    )
    assert "yaml" in loaded
    assert not loaded & {"pydantic", "typer", "jinja2", "difflib", "zoneinfo", "jsonschema"}
