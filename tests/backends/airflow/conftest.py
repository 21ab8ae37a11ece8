"""Airflows with a database each, one of every version for all tests of a process."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from airflows import Airflow, started

sys.path.append(str(Path(__file__).parents[1] / "argo"))  # for `controller`


@pytest.fixture(scope="session")
def airflow_3(tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    return started("3", tmp_path_factory.mktemp("airflow-3"))


@pytest.fixture(scope="session")
def airflow_2(tmp_path_factory: pytest.TempPathFactory) -> Airflow:
    return started("2", tmp_path_factory.mktemp("airflow-2"))
