"""The same artifacts whoever runs a pipeline: `flows` is the table of pipelines, `engines` runs them."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parents[1] / "backends" / "dvc"))  # for `repository`
