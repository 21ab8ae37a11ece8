"""Generated pods, run by a real container engine: see `engine` for how to use it elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

for _backend in ("argo", "cronjob", "dvc"):  # for `controller`, `kubelet` and `repository`
    sys.path.append(str(Path(__file__).parents[1] / "backends" / _backend))
