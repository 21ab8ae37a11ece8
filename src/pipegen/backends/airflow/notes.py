"""What whoever brings the DAG to Airflow should know: comments at the top of the file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from pipegen.backends.airflow.config import AirflowConfig
from pipegen.backends.airflow.steps import Steps, operator_of, said_configs
from pipegen.backends.kubernetes.config import ClusterConfig
from pipegen.backends.kubernetes.secrets import needs_secret
from pipegen.ir import Pipeline

_PLAIN = AirflowConfig()


def comments(pipeline: Pipeline, config: AirflowConfig, steps: Steps) -> Iterator[str]:
    kinds = {operator_of(one) for one in steps.values()}
    where = config.artifacts
    if where.s3 is not None:
        yield f"Artifacts go to {where.s3}: tasks need boto3, and credentials as any tool for S3 reads them."
    elif where.path == _PLAIN.artifacts.path and kinds - {"kubernetes"}:
        yield f"Artifacts go to {where.path}, which workers on one machine share. For several machines set"
        yield "airflow.artifacts.path to a folder that all of them see."
    variables = sorted({key for one in steps.values() for key in one.variables.values()})
    connections = sorted({ref.id for one in steps.values() for ref in one.connections.values()})
    if variables and kinds - {"kubernetes"}:
        yield f"Needs Variables: {_shown(variables)}"
    if connections and kinds - {"kubernetes"}:
        yield f"Needs Connections: {_shown(connections)}"
    if kinds == {"kubernetes"}:
        yield from needs_secret(pipeline, cast(ClusterConfig, config), said_configs(pipeline, config))


def _shown(names: list[str]) -> str:
    return ", ".join(names[:5]) + (f" and {len(names) - 5} more" if len(names) > 5 else "")
