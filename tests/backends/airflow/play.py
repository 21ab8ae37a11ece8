"""Run by an Airflow's own Python: reads a folder of DAGs, runs those that stdin names, and says in JSON how it went.

play.py FOLDER, and on stdin a DAG_ID[=CONF] in each line; a file that came since is read then.
"""

from __future__ import annotations

import json
import logging
import sys
import warnings
from typing import Any


def bag_of(folder: str) -> Any:
    try:
        from airflow.dag_processing.dagbag import DagBag
    except ImportError:  # Airflow 2
        from airflow.models.dagbag import DagBag
    return DagBag(folder)


def run(dag: Any, conf: dict[str, Any]) -> dict[str, Any]:
    ran = dag.test(run_conf=conf)
    instances = ran.get_task_instances()
    return {
        "state": str(getattr(ran.state, "value", ran.state)),
        "run_id": ran.run_id,
        "tasks": {one.task_id: str(getattr(one.state, "value", one.state)) for one in instances},
        "tries": {one.task_id: one.try_number for one in instances},
    }


def read(folder: str) -> dict[str, Any]:
    """What becomes of the files when Airflow reads them."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        bag = bag_of(folder)
    return {
        "errors": bag.import_errors,
        "warnings": [str(one.message) for one in caught if str(one.filename).startswith(folder)],
        "stats": {str(one.file): one.duration.total_seconds() for one in bag.dagbag_stats},
        "tasks": {dag_id: sorted(dag.task_ids) for dag_id, dag in bag.dags.items()},
    }


def played(folder: str, line: str) -> dict[str, Any]:
    dag_id, _, conf = line.partition("=")
    return run(bag_of(folder).dags[dag_id], json.loads(conf or "{}"))


def say(found: dict[str, Any]) -> None:
    print("\n::" + json.dumps(found), flush=True)


if __name__ == "__main__":
    logging.disable(logging.INFO)
    say(read(sys.argv[1]))
    for line in sys.stdin:
        say(played(sys.argv[1], line.strip()))
