"""What artifacts cost: memory stays flat, and nothing is imported that is not needed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROWS = 300_000
STREAM = f"""
import re, resource, sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from pydantic import BaseModel
from pipegen.runtime import artifact
class Row(BaseModel):
    id: int
    text: str
    score: float | None = None
def make() -> Iterator[Row]:
    for n in range({ROWS}):
        yield Row(id=n, text=f"some text number {{n}}", score=n / 7 if n % 3 else None)
def change(rows: Iterable[Row]) -> Iterator[Row]:
    for row in rows:
        row.id += 1
        yield row
place = Path(sys.argv[1])
if sys.argv[2] == "write":
    artifact.write(place / "a", make(), Iterator[Row], "a")
elif sys.argv[2] == "read and write":
    artifact.write(place / "b", change(artifact.read(place / "a", Iterator[Row], name="rows")), Iterator[Row], "b")
elif sys.argv[2] == "read":
    assert sum(row.id for row in artifact.read(place / "b", Iterable[Row], name="rows")) == {ROWS * (ROWS + 1) // 2}
else:
    rows = artifact.read(place / "b", list[Row], name="rows")
if sys.platform == "linux":  # what ru_maxrss says is at least what the parent process had
    print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) // 1024)
else:
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024**2)
"""
IMPORTS = """
import sys
from pathlib import Path
from pipegen.runtime import artifact
place = Path(sys.argv[1])
(place / "file").write_text("x")
for value, annotation in {cases}:
    artifact.write(place / "a", value, annotation, "fetch")
    artifact.read(place / "a", annotation)
heavy = {{"pydantic", "pydantic_core", "pandas", "polars", "pyarrow", "numpy"}}
print(*sorted(heavy & set(sys.modules)))
"""


def run(code: str, *words: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", code, *words], capture_output=True, text=True, check=True
    ).stdout


def test_memory_stays_flat_however_many_items_pass_through(tmp_path: Path) -> None:
    for what in ("write", "read and write", "read"):
        assert int(run(STREAM, str(tmp_path), what)) < 120
    assert int(run(STREAM, str(tmp_path), "as a list")) > 120  # the limit is one that would be noticed


@pytest.mark.parametrize(
    ("cases", "loaded"),
    [
        (
            "[(None, None), (b'x', bytes), (place / 'file', Path), (b'x', bytes | None), (None, Path | None)]",
            "",
        ),
        ("[(5, int), ([1], list[int])]", "pydantic pydantic_core"),
    ],
)
def test_only_what_is_needed_is_imported(cases: str, loaded: str, tmp_path: Path) -> None:
    assert run(IMPORTS.format(cases=cases), str(tmp_path)).split() == loaded.split()
