"""More parameters than a form of GitHub takes, and graphs that its pages draw."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from command_runs import pipegen
from machine import Machine
from workflow_pipelines import FETCH, data_of, pipeline, refused, task

from pipegen.ir import Parameter, Setting
from pipegen.ir import Task as Placed

FLOW = """
from pathlib import Path

from pipegen import Parameter, Pipeline, Settings, Step


class AskSettings(Settings):
    number: int = 1
    ratio: float = 0.5
    on: bool = False
    text: str = "of the code"
    many: list[int] = [1]


class Ask(Step):
    settings: AskSettings

    def run(self) -> dict[str, object]:
        return dict(self.settings)


fields = ("number", "ratio", "on", "text", "many")
asks = [Ask(f"a{n}") for n in range(6)]
p = Pipeline("p", *asks, parameters=[
    Parameter(f"{field}{n}", f"a{n}.{field}", default=AskSettings.model_fields[field].default)
    for n in range(6) for field in fields
])
"""
GENERATE = ("generate", "flow.py", "--backend", "github", "--stdout", "--set=github.install=[true]")
OF_THE_CODE = {"number": 1, "ratio": 0.5, "on": False, "text": "of the code", "many": [1]}


@pytest.mark.parametrize(
    ("event", "inputs", "wanted"),
    [
        ("schedule", {}, OF_THE_CODE),
        ("workflow_dispatch", {}, OF_THE_CODE),
        ("workflow_dispatch", {"more": "{}"}, OF_THE_CODE),
        (
            "workflow_dispatch",
            {
                "more": '{"number5": 7, "ratio5": 0.25, "on5": true, "text5": "${{ x }} é \\"", "many5": [3, 4]}'
            },
            {"number": 7, "ratio": 0.25, "on": True, "text": '${{ x }} é "', "many": [3, 4]},
        ),
        (
            "workflow_dispatch",
            {"more": '{"number5": 0, "many5": []}'},
            {**OF_THE_CODE, "number": 0, "many": []},
        ),
    ],
)
def test_more_inputs_than_a_form_takes_arrive_as_json(
    tmp_path: Path, event: str, inputs: Any, wanted: Any
) -> None:
    project = tmp_path / "project"
    project.mkdir()
    (project / "flow.py").write_text(FLOW, encoding="utf-8")
    said = pipegen(project, *GENERATE)
    assert said.code == 0, said.err
    machine = Machine(project, event=event, inputs=inputs).run(said.out)
    assert set(machine.results.values()) == {"success"}, "\n".join(machine.log)
    made = machine.unpacked("a5", tmp_path / "artifacts")
    assert json.loads((made / "data.json").read_text(encoding="utf-8")) == wanted


@pytest.mark.parametrize(
    ("kind", "default", "wanted"),
    [
        ("'b' | 'a'", "a", {"type": "choice", "default": "a", "options": ["b", "a"]}),
        ("'only'", "only", {"type": "choice", "default": "only", "options": ["only"]}),
        (
            "\"it's\" | 'a | b'",
            "a | b",
            {"type": "choice", "default": "a | b", "options": ["it's", "a | b"]},
        ),
        ("'a' | None", None, {"description": "one of a", "type": "string"}),
        ("'a' | 1", "a", {"type": "string"}),
        ("'' | 'a'", "a", {"description": "one of , a", "type": "string", "default": "a"}),
        ("'a' | int", "a", {"type": "string"}),
    ],
)
def test_a_setting_that_names_its_texts_is_a_choice(kind: str, default: Any, wanted: Any) -> None:
    setting = Setting("mode", kind, required=False, default=default)
    step = replace(FETCH, settings=(setting,))
    given = Parameter("mode", (("fetch", "mode"),), default, True)
    one = pipeline("p", task("fetch"), steps={"fetch": step}, parameters=(given,))
    assert data_of(one)["on"]["workflow_dispatch"]["inputs"] == {"mode": wanted}


def exposing(number: int, first: str = "l0") -> Any:
    tasks = [task(f"f{n}", "fetch") for n in range(number)]
    names = [first, *(f"l{n}" for n in range(1, number))]
    parameters = [Parameter(name, ((f"f{n}", "limit"),), 1, True) for n, name in enumerate(names)]
    return pipeline("p", *tasks, parameters=tuple(parameters))


def test_a_form_has_25_inputs_at_most() -> None:
    assert FETCH.settings[1].name == "limit"
    assert len(data_of(exposing(25))["on"]["workflow_dispatch"]["inputs"]) == 25
    inputs = data_of(exposing(40))["on"]["workflow_dispatch"]["inputs"]
    assert list(inputs)[-2:] == ["l23", "more"] and len(inputs) == 25
    assert (
        inputs["more"]["description"]
        == f"A JSON object of more parameters: {', '.join(f'l{n}' for n in range(24, 40))}"
    )


def test_the_last_input_has_a_name_of_its_own() -> None:
    one = data_of(exposing(30, "MORE"))
    assert list(one["on"]["workflow_dispatch"]["inputs"])[-1] == "more_"
    env = one["jobs"]["f29"]["steps"][-2]["env"]
    assert env["P__L29"] == "${{ fromJSON(github.event.inputs.more_ || '{}')['l29'] }}"
    assert refused(exposing(30, "MORE")) == []


@pytest.mark.parametrize(("tasks", "is_drawn"), [(41, True), (42, False)])
def test_a_graph_of_more_edges_than_github_draws_is_left_out(tasks: int, is_drawn: bool) -> None:
    last = tuple(task(f"l{n}", "report", *(f"f{m}" for m in range(10))) for n in range(tasks - 1))
    one: tuple[Placed, ...] = (*(task(f"f{n}", "fetch") for n in range(10)), *last)
    names = [step.get("name") for step in data_of(pipeline("p", *one))["jobs"]["f0"]["steps"]]
    assert ("Draw the graph" in names) == is_drawn
