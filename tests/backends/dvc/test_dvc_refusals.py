"""What the DVC backend refuses, and how it says so."""

from __future__ import annotations

import pytest
from pipelines import generated, pipeline, task

from pipegen.backends.dvc.config import DvcConfig, StageConfig
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Cache, Options, Pipeline


def refusals(one: Pipeline, config: DvcConfig | None = None) -> tuple[Diagnostic, ...]:
    with pytest.raises(PipegenError) as caught:
        generated(one, config)
    return caught.value.diagnostics


def test_stages_of_unknown_tasks_are_all_named() -> None:
    found = refusals(
        pipeline(), DvcConfig(stages={"scor": StageConfig(), "fetch": StageConfig(), "x": StageConfig()})
    )
    assert [one.code for one in found] == ["PG501", "PG501"]
    assert "'scor', which is no task of pipeline 'reviews'" in found[0].message
    assert found[0].hint == "did you mean 'score'?"


@pytest.mark.parametrize("command", [(), ("",)])
def test_an_empty_command_is_refused(command: tuple[str, ...]) -> None:
    (found,) = refusals(pipeline(), DvcConfig(command=command))
    assert found.code == "PG506"


def test_a_null_character_is_refused() -> None:
    (found,) = refusals(pipeline("p", task("report", options=Options(cache=Cache(key=("a\0b",))))))
    assert found.code == "PG505"


def test_a_command_that_no_system_runs_is_refused() -> None:
    names = [f"part-{number}" for number in range(6000)]
    (found,) = refusals(
        pipeline("p", *(task(name, "report") for name in names), task("all", "report", *names))
    )
    assert found.code == "PG508"
    assert "stage 'all' has 178" in found.message
    assert generated(
        pipeline("p", *(task(name, "report") for name in names[:3000]), task("all", "report", *names[:3000]))
    )
