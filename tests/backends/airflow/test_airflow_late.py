"""What is late: SLAs in Airflow 2, deadline alerts in Airflow 3, each in a file for that version alone."""

from __future__ import annotations

import ast
import json
import sqlite3
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from airflows import Airflow
from dag_pipelines import pipeline, task, text_of

from pipegen.errors import PipegenError
from pipegen.ir import Schedule

HERE = Path(__file__).parent
ALERTS = """
from pathlib import Path

async def late(**told):
    pass

def missed(dag, tasks, *more):
    Path(__file__).with_name("missed").write_text(f"{dag.dag_id}: {tasks}")
"""
HOURLY = pipeline(task("quick"), schedule=Schedule("@hourly"))
OF_3 = "version: '3', late: [{after: 2h, call: 'alerts:late'}, {after: 90m, call: 'alerts:late', since: due}]"
OF_2 = "version: '2', steps: {quick: {sla: 1h}}, sla_miss: 'alerts:missed'"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "dags").mkdir()
    (tmp_path / "alerts.py").write_text(ALERTS)
    return tmp_path / "dags"


def written(folder: Path, section: str) -> dict[str, str]:
    """Write the DAG, whose command does nothing; returns the variables that its Airflow needs.

    No other test has one of that name, for Airflow takes no new version of a DAG within half a minute.
    """
    text = text_of(HOURLY, f"airflow: {{dag_id: may-be-late, command: ['true'], {section}}}")
    (folder / "it_dag.py").write_text(text, encoding="utf-8")
    return {"AIRFLOW__CORE__DAGS_FOLDER": str(folder), "PYTHONPATH": f"{folder.parent}:{HERE}"}


@pytest.mark.engine
def test_airflow_3_notes_by_when_a_run_has_to_be_done(airflow_3: Airflow, folder: Path) -> None:
    env = written(folder, OF_3)
    due = "2026-01-01T00:00:00+00:00"
    for words in (("reserialize",), ("trigger", "may-be-late", "--logical-date", due)):
        done = airflow_3.call("airflow", "dags", *words, env=env)
        assert done.returncode == 0, done.stdout + done.stderr
    query = """select d.deadline_time, r.queued_at, r.logical_date from deadline d
               join dag_run r on r.id = d.dagrun_id where r.dag_id = 'may-be-late' order by d.deadline_time"""
    with sqlite3.connect(airflow_3.home / "airflow.db") as database:
        rows = [tuple(map(datetime.fromisoformat, row)) for row in database.execute(query)]
    assert [(str(time - logical), logical.isoformat()) for time, _, logical in rows[:1]] == [
        ("1:30:00", "2026-01-01T00:00:00")
    ]
    assert [str(time - queued) for time, queued, _ in rows[1:]] == ["2:00:00"]


@pytest.mark.engine
def test_airflow_2_calls_the_function_when_a_task_is_late(airflow_2: Airflow, folder: Path) -> None:
    env = written(folder, OF_2)
    done = airflow_2.call("python", str(HERE / "miss_slas.py"), str(folder), "may-be-late", env=env)
    said = [line for line in done.stdout.splitlines() if line.startswith("::")]
    assert said and json.loads(said[-1][2:]) == ["quick"], done.stdout + done.stderr
    assert (folder.parent / "missed").read_text().startswith("may-be-late: quick on ")


@pytest.mark.parametrize(("version", "module"), [("2", "airflow.sdk"), ("3", "airflow.models.param")])
def test_a_file_for_one_version_imports_nothing_of_the_other(version: str, module: str) -> None:
    text = text_of(pipeline(), f"airflow: {{version: '{version}', provided: ['*']}}")
    imported = {one.module for one in ast.walk(ast.parse(text)) if isinstance(one, ast.ImportFrom)}
    assert module not in imported and "except" not in text


REFUSED: dict[str, tuple[Any, str, str]] = {
    "an SLA in a file that both may read": (
        HOURLY,
        "sla: 1h",
        "PG853 airflow.sla is for Airflow 2, and Airflow 2 and 3 may read this file",
    ),
    "an SLA for Airflow 3": (
        HOURLY,
        "version: '3', sla: 1h",
        "PG853 airflow.sla is for Airflow 2, and Airflow 3 reads this file",
    ),
    "a deadline alert for Airflow 2": (
        HOURLY,
        "version: '2', late: [{after: 1h, call: 'a:b'}]",
        "PG853 airflow.late is for Airflow 3, and Airflow 2 reads this file",
    ),
    "an SLA without a schedule": (
        pipeline(),
        "version: '2', sla: 1h",
        "PG854 Airflow looks at an sla in runs by schedule alone, and pipeline 'reviews' has no schedule",
    ),
    "a function for SLAs that there are not": (
        HOURLY,
        "version: '2', sla_miss: 'a:b'",
        "PG854 airflow.sla_miss is called when a task misses its sla, and no task has one",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_no_airflow_would_look_at_is_refused(case: str) -> None:
    made, section, wanted = REFUSED[case]
    with pytest.raises(PipegenError) as refused:
        text_of(made, f"airflow: {{provided: ['*'], {section}}}")
    assert wanted in [f"{one.code} {one.message}" for one in refused.value.diagnostics]
