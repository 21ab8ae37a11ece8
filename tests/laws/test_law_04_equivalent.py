"""Law 4: a pipeline yields the same artifacts, byte for byte, whoever runs its tasks.

The engines are held to it by their own tests. Here: tasks run one by one by `pipegen exec`, in another
folder, supervised, and by the commands of a generated file, against calling the steps by hand.
"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from sample import FILES, files_of, ok, pipegen, write

from pipegen.app.loading import load
from pipegen.backends.command import exec_words
from pipegen.dsl.project import find
from pipegen.ir import Pipeline
from pipegen.names import folder_names
from pipegen.runtime import artifact

Artifacts = Mapping[str, Mapping[str, bytes]]
ENV = {"FETCH__LIMIT": "25", "FETCH__SIZE": "big"}


def differences(one: Artifacts, other: Artifacts) -> list[str]:
    """Which files of which tasks differ; nothing when all is as it should be."""
    return [
        f"{task}/{path}"
        for task in sorted({*one, *other})
        for path in sorted({*one.get(task, {}), *other.get(task, {})})
        if one.get(task, {}).get(path) != other.get(task, {}).get(path)
    ]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    path, modules = list(sys.path), set(sys.modules)
    yield write(tmp_path_factory.mktemp("equivalent"))
    sys.path[:] = path
    for name in set(sys.modules) - modules:
        if name.partition(".")[0] in ("acme", "flow"):
            del sys.modules[name]


@pytest.fixture(scope="module")
def pipeline(project: Path) -> Pipeline:
    (found,) = load(str(project / "flow.py"), find(project))
    return found


def by_exec(folder: Path, pipeline: Pipeline, *more: str) -> dict[str, dict[str, bytes]]:
    """Run every task by the command that manifests call."""
    names = folder_names(task.name for task in pipeline.tasks)
    for task in pipeline.tasks:
        words = exec_words(pipeline, task, lambda name: f"out/{names[name]}", f"out/{names[task.name]}")
        ok(pipegen(folder, *words, *more, env=ENV))
    return artifacts(folder / "out", names)


def artifacts(folder: Path, names: Mapping[str, str]) -> dict[str, dict[str, bytes]]:
    return {task: files_of(folder / name) for task, name in names.items()}


def by_commands(folder: Path, text: str) -> dict[str, dict[str, bytes]]:
    """Run the stages of a dvc.yaml in order, as a shell does."""
    stages = yaml.safe_load(text)["stages"]
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"
    for stage in stages.values():
        subprocess.run(stage["cmd"], shell=True, cwd=folder, env={"PATH": path, **ENV}, check=True)
    return {
        name: files_of(folder / "artifacts" / name)
        for name in stages
        if (folder / "artifacts" / name).is_dir()
    }


@pytest.fixture(scope="module")
def executed(project: Path, pipeline: Pipeline) -> dict[str, dict[str, bytes]]:
    return by_exec(project, pipeline)


def test_every_task_hands_on_what_it_returns_when_it_is_called_by_hand(
    project: Path, pipeline: Pipeline, executed: Artifacts
) -> None:
    steps: Any = importlib.import_module("acme.steps")
    settings = steps.FetchSettings(limit=25, size="big")
    reviews = list(steps.Fetch().call(settings=settings))
    small = steps.Score().call(reviews)
    big = steps.Score().call([steps.upper.call(one) for one in reviews])
    by_hand = {
        "fetch": reviews,
        "small scores": small,
        "big_scores": big,
        "merge": steps.Merge().call([small, big]),
    }
    names = folder_names(task.name for task in pipeline.tasks)
    types: dict[str, Any] = {"fetch": list[steps.Review], "merge": dict[str, float]}
    for task, value in by_hand.items():
        found = artifact.read(project / "out" / names[task], types.get(task, list[float]))
        assert found == value, task


def test_another_folder_and_another_run_make_the_same(
    tmp_path: Path, pipeline: Pipeline, executed: Artifacts
) -> None:
    assert differences(by_exec(write(tmp_path / "other place"), pipeline), executed) == []


def test_supervised_tasks_make_the_same(tmp_path: Path, pipeline: Pipeline, executed: Artifacts) -> None:
    made = by_exec(write(tmp_path), pipeline, "--grace", "1s")
    assert differences(made, executed) == []
    (first,) = [task for task in pipeline.tasks if task.name == "fetch"]
    assert first.options.retry is not None and first.options.timeout is not None  # so it is


def test_the_commands_of_a_generated_file_make_the_same(
    tmp_path: Path, pipeline: Pipeline, executed: Artifacts
) -> None:
    write(tmp_path)
    ok(pipegen(tmp_path, "generate", "flow.py", "--backend", "dvc"))
    made = by_commands(tmp_path, (tmp_path / "dvc.yaml").read_text(encoding="utf-8"))
    names = folder_names(task.name for task in pipeline.tasks)
    assert differences(made, {names[task]: files for task, files in executed.items()}) == []


PLANTED: dict[str, Callable[[str], str]] = {
    "the time": lambda steps: steps.replace("{self.settings.size}", "{__import__('time').time_ns()}"),
    "the folder": lambda steps: steps.replace("{self.settings.size}", "{__import__('os').getcwd()}"),
    "chance": lambda steps: steps.replace("{number % 7}", "{__import__('random').random()}"),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_steps_that_make_something_else_elsewhere_are_noticed(
    tmp_path: Path, pipeline: Pipeline, executed: Artifacts, planted: str
) -> None:
    files = {**FILES, "src/acme/steps.py": PLANTED[planted](FILES["src/acme/steps.py"])}
    assert files != FILES
    first = pipeline.tasks[0]
    made = []
    for name in ("one", "two"):
        folder = write(tmp_path / name, files)
        ok(pipegen(folder, *exec_words(pipeline, first, str, "out"), env=ENV))
        made.append({"fetch": files_of(folder / "out")})
    assert differences(*made)


ROWS = """
from pipegen import Pipeline, step

@step
def numbers() -> list[int]:
    return [1, 2, 3]

@step
def double(number: int) -> int:
    return 2 * number

p = Pipeline("p", numbers() >> double(mode="row"))
"""


def test_a_step_that_is_placed_row_by_row_is_called_once_for_each_row(tmp_path: Path) -> None:
    write(tmp_path, {"pyproject.toml": FILES["pyproject.toml"], "rows.py": ROWS})
    ok(pipegen(tmp_path, "generate", "rows.py", "--backend", "dvc"))
    made = by_commands(tmp_path, (tmp_path / "dvc.yaml").read_text(encoding="utf-8"))
    assert made["double"]["data.jsonl"].split() == [b"2", b"4", b"6"]


def test_the_checker_sees_a_missing_task_and_a_changed_byte(executed: Artifacts) -> None:
    assert differences({name: files for name, files in executed.items() if name != "merge"}, executed)
    changed = {name: {path: data + b" " for path, data in files.items()} for name, files in executed.items()}
    assert len(differences(changed, executed)) == sum(map(len, executed.values()))


def test_an_artifact_tells_nothing_of_where_and_when_it_was_made(executed: Artifacts) -> None:
    for files in executed.values():
        manifest = json.loads(files["artifact.json"])
        assert not {"time", "created", "host", "user", "path"} & set(manifest)
