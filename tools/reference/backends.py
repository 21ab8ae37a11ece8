"""The page about backends: what each makes of each feature of a pipeline."""

from __future__ import annotations

from pipegen import registry
from pipegen.app import installed
from reference.tables import code, table

INTRO = """\
# Backends and features

Every feature that a pipeline can ask for, and what each installed backend makes of it. *Native*: the
target has it. *Carried*: the task's own command does it. *Refused*: it cannot be had there; generating
stops and says why, until the feature is named under `ignore` in the backend's section of
[values.yaml](values.md). `pipegen backends list --features` prints the same for what you have installed.

"""


def page() -> str:
    known = [registry.backend(name) for name in registry.names()]
    made = table(("backend", "makes"), [(code(one.name), one.summary) for one in known])
    rows = [
        (code(feature), *(f"*{cell['how']}*: {cell['note']}" for cell in row.values()))
        for feature, row in installed.capabilities().items()
    ]
    return f"{INTRO}{made}\n## Features\n\n" + table(("feature", *(one.name for one in known)), rows)
