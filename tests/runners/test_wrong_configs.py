"""Each wrong config gets the messages that golden/wrong_configs.txt holds: all at once, each with its place."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from wrong_configs import GOLDEN, Wrong, every_case

from pipegen.engine.configs import RUNNERS, load
from pipegen.errors import PipegenError

CASES = every_case()


def said_about(case: Wrong, folder: Path) -> str:
    (folder / "data").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM scratch\n", encoding="utf-8")
    (folder / "runner.yaml").write_text(case.config, encoding="utf-8")
    with pytest.raises(PipegenError) as error:
        load(RUNNERS, case.runner or None, folder / "runner.yaml", root=folder)
    return f"{error.value}\n"


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.runner}, {case.about}")
def test_a_wrong_config_gets_its_messages(case: Wrong, tmp_path: Path, regenerate: bool) -> None:
    said = said_about(case, tmp_path / "project")
    assert str(tmp_path) not in said, "an absolute path"
    assert all(re.match(r"(\S+: )?error\[PG\d{3}\]: ", line) for line in said.splitlines())
    assert said == case.said or regenerate


def test_the_golden_file_is_as_the_messages_are(tmp_path: Path, regenerate: bool) -> None:
    texts = [case.text(said_about(case, tmp_path / str(n))) for n, case in enumerate(CASES)]
    if regenerate:
        GOLDEN.write_text("".join(texts), encoding="utf-8")
    assert GOLDEN.read_text(encoding="utf-8") == "".join(texts)
    assert len(CASES) >= 60
