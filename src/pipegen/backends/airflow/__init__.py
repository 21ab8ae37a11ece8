"""Airflow: a DAG file with an operator for each task."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pipegen.backend import Capabilities, Context
from pipegen.backends.airflow.capabilities import COMMON, can_with
from pipegen.backends.airflow.config import AirflowConfig
from pipegen.backends.airflow.steps import operators, step_configs
from pipegen.emit.files import File
from pipegen.errors import refuse
from pipegen.ir import Pipeline


class AirflowBackend:
    """Compiles a pipeline to the file of one DAG."""

    name: ClassVar[str] = "airflow"
    summary: ClassVar[str] = "a DAG for Airflow 2.10 and later"
    config: ClassVar[type] = AirflowConfig
    can: ClassVar[Capabilities] = COMMON

    def capabilities(self, config: AirflowConfig) -> Capabilities:
        """What can be had by the operators that values choose."""
        return can_with(operators(config))

    def lower(self, pipeline: Pipeline, config: AirflowConfig, context: Context) -> Sequence[File]:
        from pipegen.backends.airflow.document import dag_file
        from pipegen.backends.airflow.problems import every_problem

        steps = step_configs(pipeline, config)
        refuse(every_problem(pipeline, config, steps))
        return [dag_file(pipeline, config, steps, context)]
