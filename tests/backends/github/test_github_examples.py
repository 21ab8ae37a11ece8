"""The committed workflows of the examples are what would be generated, and run as they stand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command_runs import pipegen
from containers.places import ROOT, copied, tree
from equivalence.engines import differences
from machine import Machine

WORKFLOWS = {"streaming": "traffic.yml", "docs-to-index": "notes.yml"}


@pytest.mark.parametrize("name", WORKFLOWS)
def test_the_committed_workflow_is_what_would_be_generated(name: str, regenerate: bool) -> None:
    project = ROOT / "examples" / name
    if regenerate:
        assert pipegen(project, "generate", "--backend", "github").code == 0
    said = pipegen(project, "generate", "--backend", "github", "--check")
    assert (said.code, said.err + said.out) == (0, "1 file up to date\n")
    assert pipegen(project, "check", "--backend", "github", "--strict").code == 0


@pytest.mark.parametrize("name", WORKFLOWS)
def test_it_hands_on_what_the_local_engine_makes(name: str, tmp_path: Path) -> None:
    project = copied(ROOT / "examples" / name, tmp_path / "github")
    text = (project / ".github/workflows" / WORKFLOWS[name]).read_text(encoding="utf-8")
    machine = Machine(project, event="push", installs=False).run(text)
    assert set(machine.results.values()) == {"success"}, "\n".join(machine.log)
    there = {one: tree(machine.unpacked(one, tmp_path / "made")) for one in machine.artifacts}
    local = copied(ROOT / "examples" / name, tmp_path / "local")
    data: Any = pipegen(local, "run", "--json").data
    here = {task: tree(local / one["artifact"]) for task, one in data["tasks"].items()}
    if name == "docs-to-index":  # one job, one artifact with a folder for each task
        ((top, _),) = there.items()
        there = {one: tree(tmp_path / "made" / top / one) for one in here}
    assert differences(there, here) == []
