"""A file is the same whichever other backends are asked for in the same call."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipegen.app.configuring import GivenValues
from pipegen.app.generating import generate

PIPELINE = """
from pipegen import Pipeline, Step


class Fetch(Step):
    def run(self) -> int:
        return 1


nightly = Pipeline("nightly", Fetch())
"""


def test_a_file_does_not_depend_on_the_backends_beside_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "beside.py").write_text(PIPELINE)
    (tmp_path / "values.yaml").write_text("defaults: {image: 'a/b:1'}\n")
    monkeypatch.chdir(tmp_path)
    alone = generate("beside.py", ["cronjob"], GivenValues()).changes
    together = generate("beside.py", ["argo", "cronjob"], GivenValues()).changes
    assert len(together) == 2
    assert alone[0] in together
    assert "--backend argo" not in alone[0].after
