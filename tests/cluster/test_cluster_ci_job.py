"""The job that `pipegen init --ci` writes brings every kind of object into a cluster, push after push."""

from __future__ import annotations

import shlex

import pytest
import yaml
from apiserver import Place

pytestmark = pytest.mark.engine

KINDS = [
    ("argo", "reviews.py:adhoc", "bare.yaml", "workflows", 2),  # its name is completed: each push is a run
    ("cronjob", "reviews.py:reviews", "values.yaml", "cronjobs", 1),
]


@pytest.mark.parametrize(("backend", "target", "values", "kind", "number"), KINDS)
def test_what_is_pushed_twice_is_applied_twice(
    place: Place, backend: str, target: str, values: str, kind: str, number: int
) -> None:
    config = place.folder / "pyproject.toml"
    said = f'target = "{target}"\nvalues = ["{values}"]\nbackend = "{backend}"\n'
    config.write_text(f'[project]\nname = "acme"\n[tool.pipegen]\n{said}', encoding="utf-8")
    assert place.pipegen("init", "--ci", "github").code == 0
    jobs = yaml.safe_load((place.folder / ".github/workflows/pipegen.yml").read_text(encoding="utf-8"))[
        "jobs"
    ]
    *_, line = (step["run"] for step in jobs["apply"]["steps"] if "run" in step)
    for _ in range(2):
        done = place.pipegen(*shlex.split(line)[1:])
        assert done.code == 0, done.err
    assert len(place.names(kind)) == number
