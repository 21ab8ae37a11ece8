"""Twenty pipelines hand on the same, byte for byte: in forks, in processes, in containers, and by DVC."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from command_runs import pipegen
from containers.engine import Engine

from equivalence.engines import Ran, by_folder, by_run, differences, in_containers, with_dvc
from equivalence.flows import FLOWS, Flow

flows = pytest.mark.parametrize("flow", FLOWS, ids=str)


@pytest.fixture
def wanted(flow: Flow, tmp_path: Path) -> Ran:
    """What forks of the engine make of a pipeline."""
    folder = tmp_path / "forks"
    folder.mkdir()
    return as_told(flow, by_run(flow.copied(folder), flow.target, flow.env(folder)))


def as_told(flow: Flow, ran: Ran) -> Ran:
    """A run that went as the table says, whatever it made."""
    assert ran.code == flow.code
    assert ran.artifacts
    assert {name: number for name, number in ran.attempts.items() if number > 1} == flow.attempts
    return ran


@flows
def test_new_interpreters_make_what_forks_make(flow: Flow, wanted: Ran, tmp_path: Path) -> None:
    ran = by_run(flow.copied(tmp_path), flow.target, flow.env(tmp_path), "--isolation", "process")
    assert differences(as_told(flow, ran).artifacts, wanted.artifacts) == []


@pytest.mark.engine
@flows
def test_containers_make_what_forks_make(
    flow: Flow, wanted: Ran, container_engine: Engine, image_of: Callable[[str], str], tmp_path: Path
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    where = {"image": image_of("features"), "code": "project"}  # it has pandas
    project = flow.copied(tmp_path)
    ran = in_containers(project, flow.target, flow.env(shared), container_engine, shared, **where)
    assert differences(as_told(flow, ran).artifacts, wanted.artifacts) == []


@pytest.mark.engine
@pytest.mark.parametrize("flow", [one for one in FLOWS if one.dvc_can], ids=str)
def test_dvc_makes_what_forks_make(flow: Flow, wanted: Ran, tmp_path: Path) -> None:
    ignored = [f"--set=dvc.ignore=[{','.join(flow.refused)}]"] if flow.refused else []
    made = with_dvc(flow.copied(tmp_path), flow.target, flow.env(tmp_path), *ignored)
    before = {name: one for name, one in wanted.artifacts.items() if name not in flow.handlers}
    assert differences(made, by_folder(before)) == []


@pytest.mark.parametrize("flow", [one for one in FLOWS if one.refused], ids=str)
def test_what_dvc_cannot_express_it_refuses(flow: Flow, tmp_path: Path) -> None:
    said = pipegen(flow.copied(tmp_path), "generate", "--backend", "dvc", "--stdout", flow.target)
    assert (said.code, said.out) == (2, "")
    assert all(
        f": dvc cannot do {feature}: DVC stops at the first failure" in said.err for feature in flow.refused
    )
    assert said.err.count("error[PG171]: ") == len(flow.refused)


def test_there_are_twenty() -> None:
    assert len({flow.target for flow in FLOWS}) == 20
