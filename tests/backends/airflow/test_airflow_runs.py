"""Real Airflow, 3 and 2.10, runs what is generated, and it hands on what `pipegen run` hands on, byte for byte."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from airflows import Airflow
from command_runs import pipegen
from containers.places import Artifacts, tree
from dag_reading import read
from equivalence.engines import by_folder, by_run, differences
from equivalence.flows import FLOWS, Flow

pytestmark = pytest.mark.engine

# What differs between flows stands in the variables of the worker, where only their own tasks read it.
_OF_WORKERS = ("GREET__", "FLAKY__")
# Tables need a minute of their own to import; `parameters` is run with params of the run below.
CHOSEN = tuple(one for one in FLOWS if one.target != "tables.py:frames")
ON_3 = ("data.py:files", "data.py:by_row", "rules.py:retried", "rules.py:parameters", "rules.py:triggers",
        "rules.py:on_exit", "rules.py:failing", "rules.py:options")  # fmt: skip


def conf(flow: Flow) -> str:
    """The params of the run, which `pipegen run` is told by variables."""
    return '={"times": 3}' if flow.target == "rules.py:parameters" else ""


def generated(project: Path, artifacts: Path, flow: Flow) -> str:
    """Write the DAG of a flow; returns its id."""
    env = {name: text for name, text in flow.given.items() if not name.startswith((*_OF_WORKERS, "PARAM"))}
    values = project / "values.json"
    section = {"artifacts": {"path": str(artifacts)}, "provided": ["*"]}
    values.write_text(json.dumps({"defaults": {"env": env}, "airflow": section}), encoding="utf-8")
    before = set(project.glob("dags/*"))
    said = pipegen(project, "generate", flow.target, "--backend", "airflow", "-o", "dags", "-f", values.name)
    assert said.code == 0, said.err
    (made,) = set(project.glob("dags/*")) - before
    return str(read(made.read_text(encoding="utf-8")).named["dag_id"])


class Played:
    """All flows in one process of Airflow."""

    def __init__(self, airflow: Airflow, folder: Path, flows: tuple[Flow, ...]) -> None:
        self.flows, self.artifacts = flows, folder / "artifacts"
        project = flows[0].copied(folder)
        self.ids = {flow.target: generated(project, self.artifacts, flow) for flow in flows}
        env = {
            name: text.format(folder=folder)
            for flow in flows
            for name, text in flow.given.items()
            if name.startswith(_OF_WORKERS)
        }
        self.said = airflow.play(
            project / "dags", *(self.ids[one.target] + conf(one) for one in flows), env=env
        )

    def run(self, flow: Flow) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.said["runs"][self.ids[flow.target]]
        return found

    def made(self, flow: Flow) -> Artifacts:
        folder = self.artifacts / self.ids[flow.target] / self.run(flow)["run_id"]
        return {place.name: tree(place) for place in folder.iterdir() if (place / "artifact.json").exists()}


@pytest.fixture(scope="module")
def on_3(airflow_3: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Played:
    flows = tuple(one for one in CHOSEN if one.target in ON_3)
    return Played(airflow_3, tmp_path_factory.mktemp("on-3"), flows)


@pytest.fixture(scope="module")
def on_2(airflow_2: Airflow, tmp_path_factory: pytest.TempPathFactory) -> Played:
    return Played(airflow_2, tmp_path_factory.mktemp("on-2"), CHOSEN)


def check(flow: Flow, played: Played, folder: Path) -> None:
    env = flow.env(folder)
    if "FLAKY__ATTEMPTS" in env:
        (folder / "attempts").write_text("")
    ran = by_run(flow.copied(folder), flow.target, env)
    assert differences(played.made(flow), by_folder(ran.artifacts)) == []
    assert played.run(flow)["state"] == ("success" if flow.code == 0 else "failed")
    for task, number in flow.attempts.items():
        assert played.run(flow)["tries"][task] == number


@pytest.mark.parametrize("flow", [one for one in CHOSEN if one.target in ON_3], ids=str)
def test_airflow_3_makes_what_the_engine_makes(flow: Flow, on_3: Played, tmp_path: Path) -> None:
    check(flow, on_3, tmp_path)


@pytest.mark.parametrize("flow", CHOSEN, ids=str)
def test_airflow_2_makes_what_the_engine_makes(flow: Flow, on_2: Played, tmp_path: Path) -> None:
    check(flow, on_2, tmp_path)


def test_tasks_end_in_the_states_that_the_engine_knows(on_3: Played) -> None:
    triggers = next(one for one in on_3.flows if one.target == "rules.py:triggers")
    failing = next(one for one in on_3.flows if one.target == "rules.py:failing")
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


@pytest.mark.parametrize("version", ["on_3", "on_2"])
def test_files_import_without_an_error_or_a_warning_in_less_than_a_second(
    version: str, request: pytest.FixtureRequest
) -> None:
    played: Played = request.getfixturevalue(version)
    assert played.said["errors"] == {}
    assert played.said["warnings"] == []
    assert sorted(played.said["stats"].values())[-2] < 1  # the first one loads Airflow's own modules
