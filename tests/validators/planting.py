"""Documents that a cluster takes, and one mistake at a time to plant in them."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

HERE = Path(__file__).parent
ACCEPTED = HERE / "accepted"
GONE = object()


class Mistake(NamedTuple):
    """What to plant where, which validator has to refuse it, and a part of what it then says."""

    file: str
    name: str
    at: str
    put: Any
    refused_by: str
    saying: str


def mistakes() -> Iterator[Mistake]:
    """All that is listed in the folder of mistakes."""
    for path in sorted((HERE / "mistakes").iterdir()):
        for row in yaml.safe_load(path.read_text()):
            yield Mistake(path.stem, **{"put": GONE, **row})


def accepted(name: str) -> list[dict[str, Any]]:
    """The documents of one of the files that are accepted."""
    return list(yaml.safe_load_all((ACCEPTED / f"{name}.yaml").read_text()))


def planted(documents: list[dict[str, Any]], at: str, value: Any) -> list[dict[str, Any]]:
    """The documents with another value at a path like `0.spec.templates.2`, which starts at a document."""
    changed = copy.deepcopy(documents)
    holder: Any = changed
    *steps, last = [int(step) if step.isdigit() else step for step in at.split(".")]
    for step in steps:
        holder = holder[step]
    if value is GONE:
        del holder[last]
    elif isinstance(holder, list) and last == len(holder):
        holder.append(value)
    else:
        holder[last] = value
    return changed


def chain(length: int) -> list[dict[str, Any]]:
    """Tasks of a DAG, each after the one before it."""
    tasks = [
        {
            "name": f"t{n}",
            "template": "c0",
            "arguments": {"parameters": [{"name": "run", "value": f"acme.steps:Step{n}"}]},
        }
        for n in range(length)
    ]
    return [task | {"dependencies": [f"t{n - 1}"]} if n else task for n, task in enumerate(tasks)]
