"""A file of the project that is found in the place of a library is named, whoever needs the library."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

NEEDS = {
    "the pipeline needs it": ("pydantic", "", "PG102", "reviews.py:4"),
    "a library needs it": ("typing_extensions", "", "PG102", "reviews.py:"),
    "a module of it is imported": ("requests", "import requests.adapters", "PG102", "reviews.py:1"),
    "pipegen needs it": ("yaml", "", "PG141", "yaml.py"),
}


@pytest.mark.parametrize("case", NEEDS)
def test_the_hint_is_to_rename_the_file(project: Path, case: str) -> None:
    library, first, code, place = NEEDS[case]
    source = project / "reviews.py"
    source.write_text(f"{first}\n{source.read_text(encoding='utf-8')}", encoding="utf-8")
    (project / "values.yaml").write_text("defaults: {timeout: 5m}\n", encoding="utf-8")
    (project / f"{library}.py").write_text("rows = []\n", encoding="utf-8")
    # in a process of its own, which has not loaded any library yet
    words = [sys.executable, "-P", "-m", "pipegen", "generate", "reviews.py", "--backend", "dvc", "--stdout"]
    done = subprocess.run(words, cwd=project, capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.startswith(place) and f"error[{code}]" in done.stderr
    assert f"'{library}.py' hides the library '{library}'" in done.stderr
    assert ": rename the file" in " ".join(done.stderr.split()) and "Traceback" not in done.stderr


def test_a_file_of_a_name_of_its_own_is_not_suspected(project: Path) -> None:
    source = project / "reviews.py"
    source.write_text(f"from rows import one\n{source.read_text(encoding='utf-8')}", encoding="utf-8")
    (project / "rows.py").write_text("two = []\n", encoding="utf-8")
    words = [sys.executable, "-P", "-m", "pipegen", "check", "reviews.py"]
    done = subprocess.run(words, cwd=project, capture_output=True, text=True)
    assert "PG102" in done.stderr and "hides" not in done.stderr
