"""The laws look at generated files with what the tests of single backends have for that."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "backends" / "argo"))  # for `controller`
sys.path.append(str(Path(__file__).parents[1] / "backends" / "airflow"))  # for `dag_reading`
