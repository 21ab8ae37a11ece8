"""`pipegen targets`: the portability report."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from command_runs import Said, pipegen

from pipegen import registry

FLOW = """
from pipegen import Pipeline, Retry, Step


class Fetch(Step):
    retry = Retry(limit=2)
    def run(self) -> str: ...


class Score(Step):
    timeout = "1h"
    def run(self, one: str) -> str: ...


class Clean(Step):
    def run(self) -> None: ...


fetch = Fetch(image="app:1")
flow = Pipeline("flow", fetch >> Score(image="app:1"), schedule="0 4 * * *", on_exit=Clean(image="app:1"))
"""


@pytest.fixture
def flow(project: Path) -> Path:
    (project / "flow.py").write_text(FLOW, encoding="utf-8")
    return project


def reports_of(said: Said) -> list[dict[str, Any]]:
    assert isinstance(said.data, list)
    return said.data


def fates(folder: Path, *words: str) -> dict[str, dict[str, str]]:
    """By feature and backend: what becomes of it."""
    said = pipegen(folder, "targets", "flow.py", "--json", *words)
    assert said.code in (0, 1), said.err
    report = reports_of(said)[0]
    return {
        one["feature"]: {name: cell["how"] for name, cell in one["backends"].items()}
        for one in report["features"]
    }


THREE = ("-b", "argo", "-b", "cronjob", "-b", "dvc")


def test_each_feature_has_its_fate_on_every_installed_backend(flow: Path) -> None:
    assert {tuple(sorted(one)) for one in fates(flow).values()} == {tuple(sorted(registry.names()))}
    assert fates(flow, *THREE) == {
        "schedule": {"argo": "native", "cronjob": "native", "dvc": "refused"},
        "on_exit": {"argo": "native", "cronjob": "refused", "dvc": "refused"},
        "retry": {"argo": "native", "cronjob": "carried", "dvc": "carried"},
        "timeout": {"argo": "native", "cronjob": "carried", "dvc": "carried"},
        "image": {"argo": "native", "cronjob": "native", "dvc": "refused"},
    }


def test_who_uses_a_feature_is_named_with_the_place(flow: Path) -> None:
    said = pipegen(flow, "targets", "flow.py", "--json")
    report = reports_of(said)[0]
    uses = {one["feature"]: [each["owner"] for each in one["used_by"]] for one in report["features"]}
    assert uses["retry"] == ["task 'fetch'"]
    assert uses["image"] == ["task 'fetch'", "task 'score'", "task 'clean'"]
    places = [each["place"] for one in report["features"] for each in one["used_by"]]
    assert all(place.startswith("flow.py:") for place in places)


def test_what_values_leave_out_is_said_and_is_not_refused(flow: Path) -> None:
    (flow / "values.yaml").write_text("dvc: {ignore: [schedule, image, on_exit]}\n", encoding="utf-8")
    found = fates(flow, "--backend", "dvc")
    assert {found[name]["dvc"] for name in ("schedule", "image", "on_exit")} == {"left out"}
    assert pipegen(flow, "targets", "flow.py", "--backend", "dvc").code == 0
    assert pipegen(flow, "targets", "flow.py", "--backend", "cronjob").code == 1


ANSWERS = [
    (("--backend", "argo"), 0),
    (("--backend", "argo", "--strict"), 0),
    (("--backend", "cronjob"), 1),
    (("--backend", "argo", "--backend", "dvc"), 1),
    ((), 1),
    (("--backend", "nowhere"), 2),
]


@pytest.mark.parametrize(("words", "code"), ANSWERS)
def test_the_exit_code_is_the_answer_of_the_backends_that_are_asked(
    flow: Path, words: tuple[str, ...], code: int
) -> None:
    assert pipegen(flow, "targets", "flow.py", *words).code == code


def test_strict_refuses_what_a_steps_own_command_carries(flow: Path) -> None:
    text = (flow / "flow.py").read_text(encoding="utf-8").replace(', on_exit=Clean(image="app:1")', "")
    (flow / "flow.py").write_text(text, encoding="utf-8")
    assert pipegen(flow, "targets", "flow.py", "-b", "cronjob").code == 0
    assert pipegen(flow, "targets", "flow.py", "-b", "cronjob", "--strict").code == 1


def test_what_only_compiling_shows_is_a_refusal_too(project: Path) -> None:
    said = pipegen(project, "targets", "reviews.py", "--backend", "argo")
    assert said.code == 1
    assert "have no image (set defaults.image in values.yaml" in " ".join(said.out.split())
    assert said.err == "argo: 1 native, 2 refused\n"


def test_the_report_fits_into_80_columns(flow: Path) -> None:
    narrow = {"COLUMNS": "80"}
    assert max(map(len, pipegen(flow, "targets", "flow.py", env=narrow).out.splitlines())) <= 80
    said = pipegen(flow, "targets", "flow.py", *THREE, env=narrow)
    lines = said.out.splitlines()
    assert lines[:3] == [
        "pipeline flow",
        "feature   used by              argo    cronjob  dvc",
        "schedule  the pipeline         native  native   refused",
    ]
    assert "dvc      schedule  refused  DVC runs when it is called; it has no scheduler" in said.out


def test_a_pipeline_that_uses_nothing_special_runs_everywhere(two: Path) -> None:
    said = pipegen(two, "targets", "two.py", "--backend", "dvc")
    assert said.code == 0
    assert said.out.count("which every backend has") == 2
