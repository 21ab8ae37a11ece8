"""The committed DAGs of the examples: what would be generated, and what `airflow dags test` runs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from airflows import Airflow
from command_runs import pipegen

EXAMPLES = Path(__file__).parents[3] / "examples"
WITH_DAGS = sorted(path.parent.name for path in EXAMPLES.glob("*/dags"))


@pytest.mark.parametrize("name", WITH_DAGS)
def test_the_committed_dag_is_what_would_be_generated(name: str, regenerate: bool) -> None:
    project = EXAMPLES / name
    words = ("generate", "--backend", "airflow", "--out", "dags")
    if regenerate:
        assert pipegen(project, *words).code == 0
    said = pipegen(project, *words, "--check")
    assert (said.code, said.err) == (0, "1 file up to date\n")
    assert "nothing wrong" in pipegen(project, "check", "--backend", "airflow", "--strict").err


@pytest.mark.engine
def test_airflow_dags_test_runs_an_example(airflow_3: Airflow, tmp_path: Path) -> None:
    left_out = shutil.ignore_patterns("artifacts", ".dvc", ".pipegen", "__pycache__", "dags")
    project = Path(shutil.copytree(EXAMPLES / "reviews", tmp_path / "reviews", ignore=left_out))
    place = tmp_path / "handed on"
    said = pipegen(
        project,
        "generate",
        "--backend",
        "airflow",
        "--out",
        "dags",
        "--set",
        f"airflow.artifacts.path={place}",
    )
    assert said.code == 0, said.err
    env = {"AIRFLOW__CORE__DAGS_FOLDER": str(project / "dags")}
    done = airflow_3.call("airflow", "dags", "test", "reviews", "--conf", '{"limit": 5}', env=env)
    assert done.returncode == 0, done.stdout + done.stderr
    (metrics,) = place.glob("reviews/*/report/data/metrics.json")
    assert json.loads(metrics.read_text(encoding="utf-8"))["reviews"] == 5
