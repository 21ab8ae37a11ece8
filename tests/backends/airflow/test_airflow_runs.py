"""Real Airflow, 3 and 2.10, runs what is generated, and it hands on what `pipegen run` hands on, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from airflows import Airflow, Player
from command_runs import pipegen
from containers.places import Artifacts, tree
from dag_reading import read
from equivalence.engines import by_folder, by_run, differences
from equivalence.flows import FLOWS, Flow

pytestmark = pytest.mark.engine

# What differs between flows stands in the variables of the worker, where only their own tasks read it.
_OF_WORKERS = ("GREET__", "FLAKY__")


def conf(flow: Flow) -> str:
    """The params of the run, which `pipegen run` is told by variables."""
    return '{"times": 3}' if flow.target == "rules.py:parameters" else ""


class Playing:
    """One process of Airflow, which plays what tests ask for; each process of tests asks for its part alone."""

    def __init__(self, player: Player, folder: Path) -> None:
        self.player, self.artifacts = player, folder / "artifacts"
        self.project = folder / "flows"
        self.played: dict[str, Any] = {}

    def run(self, flow: Flow) -> Any:
        if flow.target not in self.played:
            dag_id = generated(self.project, self.artifacts, flow)
            self.played[flow.target] = {"dag_id": dag_id, **self.player.run(dag_id, conf(flow))}
        return self.played[flow.target]

    def made(self, flow: Flow) -> Artifacts:
        ran = self.run(flow)
        folder = self.artifacts / ran["dag_id"] / ran["run_id"]
        return {place.name: tree(place) for place in folder.iterdir() if (place / "artifact.json").exists()}


def generated(project: Path, artifacts: Path, flow: Flow) -> str:
    """Write the DAG of a flow; returns its id."""
    env = {name: text for name, text in flow.given.items() if not name.startswith((*_OF_WORKERS, "PARAM"))}
    values = project / "values.json"
    section = {"artifacts": {"path": str(artifacts)}, "provided": ["*"]}
    values.write_text(json.dumps({"defaults": {"env": env}, "airflow": section}), encoding="utf-8")
    before = set(project.glob("dags/*.py"))
    said = pipegen(project, "generate", flow.target, "--backend", "airflow", "-o", "dags", "-f", values.name)
    assert said.code == 0, said.err
    (made,) = set(project.glob("dags/*.py")) - before
    return str(read(made.read_text(encoding="utf-8")).named["dag_id"])


@contextmanager
def playing(airflow: Airflow, folder: Path) -> Iterator[Playing]:
    project = FLOWS[0].copied(folder)
    (project / "dags").mkdir()
    env = {
        name: text.format(folder=folder)
        for flow in FLOWS
        for name, text in flow.given.items()
        if name.startswith(_OF_WORKERS)
    }
    with airflow.playing(project / "dags", env) as player:
        yield Playing(player, folder)


@pytest.fixture(scope="module")
def on_3(airflow_3: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    with playing(airflow_3, tmp_path_factory.mktemp("on-3")) as found:
        yield found


@pytest.fixture(scope="module")
def on_2(airflow_2: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playing]:
    with playing(airflow_2, tmp_path_factory.mktemp("on-2")) as found:
        yield found


@pytest.mark.parametrize("version", ["on_3", "on_2"])
@pytest.mark.parametrize("flow", FLOWS, ids=str)
def test_airflow_makes_what_the_engine_makes(
    flow: Flow, version: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    playing: Playing = request.getfixturevalue(version)
    env = flow.env(tmp_path)
    if "FLAKY__ATTEMPTS" in env:
        (tmp_path / "attempts").write_text("")
    ran = by_run(flow.copied(tmp_path), flow.target, env)
    assert differences(playing.made(flow), by_folder(ran.artifacts)) == []
    assert playing.run(flow)["state"] == ("success" if flow.code == 0 else "failed")
    for task, number in flow.attempts.items():
        assert playing.run(flow)["tries"][task] == number


def test_tasks_end_in_the_states_that_the_engine_knows(on_3: Playing) -> None:
    triggers = next(one for one in FLOWS if one.target == "rules.py:triggers")
    failing = next(one for one in FLOWS if one.target == "rules.py:failing")
    states = on_3.run(triggers)["tasks"]
    assert {name: states[name] for name in ("broken", "never", "rescue", "afterwards")} == {
        "broken": "failed",
        "never": "upstream_failed",
        "rescue": "success",
        "afterwards": "success",
    }
    after = on_3.run(failing)["tasks"]
    assert (after["alert"], after["tidy"], after["pipegen.result"]) == (
        "success",
        "success",
        "upstream_failed",
    )


@pytest.mark.parametrize("version", ["airflow_3", "airflow_2"])
def test_files_import_without_an_error_or_a_warning_in_less_than_a_second(
    version: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    project = FLOWS[0].copied(tmp_path)
    ids = {generated(project, tmp_path / "artifacts", flow) for flow in FLOWS}
    airflow: Airflow = request.getfixturevalue(version)
    with airflow.playing(project / "dags") as player:
        assert player.found["errors"] == {} and player.found["warnings"] == []
        assert set(player.found["tasks"]) == ids
        assert sorted(player.found["stats"].values())[-2] < 1  # the first one loads Airflow's own modules
