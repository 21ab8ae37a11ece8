"""Run by Airflow 2's own Python: a DAG ran some hours ago, and Airflow looks at what it missed since.

miss_slas.py FOLDER DAG_ID
"""

from __future__ import annotations

import json
import logging
import sys


def main(folder: str, dag_id: str) -> list[str]:
    import pendulum
    from airflow.dag_processing.processor import DagFileProcessor
    from airflow.models import SlaMiss
    from airflow.models.serialized_dag import SerializedDagModel
    from airflow.utils.session import create_session
    from play import bag_of

    dag = bag_of(folder).dags[dag_id]
    dag.test(execution_date=pendulum.now("UTC").subtract(hours=5).start_of("hour"))
    dag.sync_to_db()
    SerializedDagModel.write_dag(dag)
    DagFileProcessor.manage_slas(folder, dag_id)
    with create_session() as session:
        return sorted({one.task_id for one in session.query(SlaMiss).all() if one.notification_sent})


if __name__ == "__main__":
    logging.disable(logging.INFO)
    print("\n::" + json.dumps(main(*sys.argv[1:])))
