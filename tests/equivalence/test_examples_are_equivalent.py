"""The examples hand on the same, byte for byte: in forks, in processes, in containers, and by DVC."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from containers.engine import Engine
from containers.places import ROOT, Artifacts, by_dvc, copied, tree

from equivalence.engines import by_folder, by_run, differences, in_containers

pytestmark = pytest.mark.engine

ENV = {"FETCH__SALT": "pepper-and-salt"}  # for the reviews
EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/pyproject.toml"))
# Each target of an example, with what the names of its stages begin with.
SEVERAL = {"two-pipelines": {"shop.py:nightly": "nightly-", "shop.py:weekly": "weekly-"}}


def targets(example: str) -> dict[str, str]:
    return SEVERAL.get(example) or {"": ""}


@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_hands_on_the_same_wherever_it_runs(
    example: str, container_engine: Engine, image_of: Callable[[str], str], tmp_path: Path
) -> None:
    def place(name: str) -> Path:
        return copied(ROOT / "examples" / example, tmp_path / name)

    wanted: Artifacts = {}
    for number, (target, prefix) in enumerate(targets(example).items()):
        forks = by_run(place(f"forks{number}"), target, ENV)
        processes = by_run(place(f"processes{number}"), target, ENV, "--isolation", "process")
        containers = in_containers(
            place(f"containers{number}"), target, ENV, container_engine, image=image_of(example)
        )
        assert (forks.code, processes.code, containers.code) == (0, 0, 0)
        assert differences(processes.artifacts, forks.artifacts) == []
        assert differences(containers.artifacts, forks.artifacts) == []
        wanted |= {f"{prefix}{task}": one for task, one in by_folder(forks.artifacts).items()}
    made = {one.name: tree(one) for one in by_dvc(place("dvc"), ENV).iterdir() if one.is_dir()}
    assert len(made) >= 3
    assert differences(made, wanted) == []
