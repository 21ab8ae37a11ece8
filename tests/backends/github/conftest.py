"""The table of pipelines that every engine runs stands beside these tests."""

from __future__ import annotations

import sys
from pathlib import Path

for folder in (Path(__file__).parents[2], Path(__file__).parents[1] / "dvc", Path(__file__).parent):
    if str(folder) not in sys.path:
        sys.path.append(str(folder))
