"""The jobs' own shell steps are run in clean folders, and hand on the same bytes as `pipegen run`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from command_runs import pipegen
from containers.places import tree
from equivalence.engines import by_run, differences
from equivalence.flows import FLOWS, Flow
from machine import Machine

from pipegen.names import folder_names

MORE = {  # what GitHub needs to be told, beside what a pipeline says
    "rules.py:options": ["--set=github.ignore=[labels]"],
}
INSTALLED = "--set=github.install=[true]"  # pipegen is there already


def generated(project: Path, target: str, *words: str) -> str:
    said = pipegen(project, "generate", target, "--backend", "github", "--stdout", INSTALLED, *words)
    assert said.code == 0, said.err
    return said.out


def names_of(project: Path, target: str) -> dict[str, str]:
    """The job of each task."""
    from pipegen.backends.github.jobs import job_names

    said: Any = pipegen(project, "export", target)
    from pipegen.ir_json import from_json
    from pipegen.link import link

    return job_names(link(from_json(said.out, "p.json")))


@pytest.mark.parametrize("flow", FLOWS, ids=str)
def test_it_makes_what_the_local_engine_makes(flow: Flow, tmp_path: Path) -> None:
    (tmp_path / "local").mkdir()
    wanted = by_run(flow.copied(tmp_path / "local"), flow.target, flow.env(tmp_path / "local")).artifacts
    (tmp_path / "jobs").mkdir()
    machine = made(flow, tmp_path / "jobs")
    names = names_of(machine.repository, flow.target)
    there = {
        task: tree(machine.unpacked(job, tmp_path / "artifacts"))
        for task, job in names.items()
        if job in machine.artifacts
    }
    assert differences(there, wanted) == [], "\n".join(machine.log)
    (tmp_path / "job").mkdir()
    machine = made(flow, tmp_path / "job", "--set=github.layout=job")
    assert machine.results == {"pipeline": "failure" if flow.code else "success"}
    ((name, _),) = machine.artifacts.items()
    top = machine.unpacked(name, tmp_path / "artifacts")
    folders = folder_names(names)
    in_one = {task: tree(top / folder) for task, folder in folders.items() if (top / folder).exists()}
    assert differences(in_one, wanted) == [], "\n".join(machine.log)
    assert {one.name for one in top.iterdir()} <= set(folders.values())


def made(flow: Flow, folder: Path, *words: str) -> Machine:
    """A workflow of the flow, run in a repository of its own; secrets come from GitHub's store alone."""
    project, env = flow.copied(folder), flow.env(folder)
    secrets = {name: text for name, text in env.items() if name.endswith("__TOKEN")}
    machine = Machine(project, secrets=secrets, environment={**env, **dict.fromkeys(secrets, "not this")})
    if flow.target == "rules.py:parameters":
        machine.inputs = {"times": env["PARAMETERS__TIMES"]}
    provided = ",".join(name for name in env if name not in secrets)
    said = (
        f"--set=github.provided=[{provided}]",
        "--set=github.summary=false",
        *MORE.get(flow.target, ()),
        *words,
    )
    return machine.run(generated(project, flow.target, *said))


FLOW = """
from pipegen import Parameter, Pipeline, Settings, Step, step


class AskSettings(Settings):
    text: str = "from the code"
    number: int = 1
    token: str = "none"


class Ask(Step):
    settings: AskSettings

    def run(self) -> dict[str, str | int]:
        return dict(self.settings)


@step
def fails() -> int:
    raise ValueError("on purpose")


@step(trigger="all_done")
def collects(number: int | None = None) -> str:
    return f"got {number}"


@step
def follows(text: str) -> str:
    return text


@step
def told() -> str:
    return "told"


p = Pipeline(
    "p",
    Ask("ask me", env={"EXTRA": "${{ secrets.X }} $HOME `id`"}),
    schedule="0 4 * * *",
    parameters=[
        Parameter("text", "ask me.text", default="stated"),
        Parameter("odd", "ask me.token", default="${{ x }}"),
        Parameter("number", "ask me.number", default=7),
    ],
)
handled = Pipeline("handled", fails() >> collects() >> follows(), on_failure=told("told"))
ended = Pipeline("ended", fails(), on_failure=told("told"), on_exit=told("always"))
"""


def machine_for(folder: Path, target: str, **more: Any) -> Machine:
    (folder / "flow.py").write_text(FLOW, encoding="utf-8")
    (folder / "pyproject.toml").write_text("[project]\nname = 'flow'\n", encoding="utf-8")
    return Machine(folder, **more).run(generated(folder, f"flow.py:{target}"))


@pytest.mark.parametrize(
    ("event", "inputs", "wanted"),
    [
        ("schedule", {}, {"text": "stated", "number": 7, "token": "${{ x }}"}),
        ("workflow_dispatch", {}, {"text": "stated", "number": 7, "token": "${{ x }}"}),
        ("workflow_dispatch", {"text": "", "number": ""}, {"text": "", "number": 7, "token": "${{ x }}"}),
        (
            "workflow_dispatch",
            {"text": "$(id)", "number": "3"},
            {"text": "$(id)", "number": 3, "token": "${{ x }}"},
        ),
        ("push", {}, {"text": "stated", "number": 7, "token": "${{ x }}"}),
    ],
)
@pytest.mark.parametrize("shells", [("bash", "-e"), ("sh", "-e")], ids=["bash", "sh"])
def test_inputs_arrive(tmp_path: Path, event: str, inputs: Any, wanted: Any, shells: Any) -> None:
    project = tmp_path / "project"
    project.mkdir()
    machine = machine_for(project, "p", event=event, inputs=inputs, shells=shells)
    assert machine.results == {"ask-me": "success"}, "\n".join(machine.log)
    made = machine.unpacked("ask-me", tmp_path / "artifacts")
    assert json.loads((made / "data.json").read_text(encoding="utf-8")) == wanted
    assert machine.summary.startswith("```mermaid\nflowchart LR\n")


def test_a_failure_that_is_handled_goes_no_further(tmp_path: Path) -> None:
    machine = machine_for(tmp_path, "handled")
    assert machine.results == {
        "fails": "failure", "collects": "success", "follows": "success", "told": "skipped",
    }  # fmt: skip


def test_handlers_run_after_a_failure(tmp_path: Path) -> None:
    machine = machine_for(tmp_path, "ended")
    assert machine.results == {"fails": "failure", "told": "success", "always": "success"}
