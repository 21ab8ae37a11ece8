"""Run by an Airflow's own Python: reads a folder of DAGs, runs those that are named, and says in JSON how it went.

play.py FOLDER DAG_ID[=CONF]...
"""

from __future__ import annotations

import json
import logging
import sys
import time
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


def main(folder: str, wanted: list[str]) -> dict[str, Any]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        begin = time.process_time()
        bag = bag_of(folder)
        took = time.process_time() - begin
    ours = [str(one.message) for one in caught if str(one.filename).startswith(folder)]
    runs = {}
    for one in wanted:
        dag_id, _, conf = one.partition("=")
        runs[dag_id] = run(bag.dags[dag_id], json.loads(conf or "{}"))
    tasks = {dag_id: sorted(dag.task_ids) for dag_id, dag in bag.dags.items()}
    stats = {str(one.file): one.duration.total_seconds() for one in bag.dagbag_stats}
    return {
        "errors": bag.import_errors,
        "warnings": ours,
        "took": took,
        "stats": stats,
        "tasks": tasks,
        "runs": runs,
    }


if __name__ == "__main__":
    logging.disable(logging.INFO)
    said = main(sys.argv[1], sys.argv[2:])
    print("\n::" + json.dumps(said))
