"""Projects of every layout: packages, folders, other working directories, several pipelines, foreign stages."""

from __future__ import annotations

import json

import pytest
from repository import Repository

pytestmark = pytest.mark.engine

STEPS = """
from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import BaseModel

from pipegen import Settings, Step, step


class Row(BaseModel):
    number: int


class SourceSettings(Settings):
    rows: int = 3


class Source(Step):
    settings: SourceSettings

    def run(self) -> Iterator[Row]:
        return (Row(number=number) for number in range(self.settings.rows))


@step(mode="row")
def double(row: Row) -> Row:
    return Row(number=row.number * 2)


class Odd(Step):
    def run(self, rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            yield Row(number=row.number + 1)


class Table(Step):
    def run(self, rows: list[Row]) -> Path:
        folder = self.workdir / "table"
        folder.mkdir()
        lines = ["number,square", *(f"{row.number},{row.number**2}" for row in rows)]
        (folder / "rows.csv").write_text("\\n".join(lines) + "\\n")
        return folder


@step
def measure(rows: list[Row]) -> dict[str, int]:
    return {"rows": len(rows), "sum": sum(row.number for row in rows)}
"""
FLOW = """
from pipegen import Pipeline
from {module} import Odd, Source, Table, double, measure

rows = Odd(rows=double(row=Source()))
flow = Pipeline("flow", Table(rows=rows), measure(rows=rows))
"""
ALL = ["source", "double", "odd", "table", "measure"]


def numbers(repository: Repository, folder: str) -> list[int]:
    return [json.loads(line)["number"] for line in repository.read(f"{folder}/data.jsonl").splitlines()]


def test_steps_from_a_package_in_src(repository: Repository) -> None:
    for name, text in {
        "steps.py": STEPS,
        "__init__.py": "",
        "flows.py": FLOW.format(module="acme.steps"),
    }.items():
        repository.put(f"src/acme/{name}", text)
    repository.generate("acme.flows")
    assert repository.repro() == ALL
    assert numbers(repository, "artifacts/odd") == [1, 3, 5]
    repository.put("src/acme/__init__.py", "x = 1\n")
    assert repository.repro() == ALL, "importing a step runs the package around it"
    repository.put("src/acme/flows.py", repository.read("src/acme/flows.py") + "# no step imports this\n")
    assert repository.repro() == []


def test_steps_from_a_file_in_a_folder(repository: Repository) -> None:
    repository.put("flows/nightly/steps.py", STEPS)
    repository.put("flows/nightly/flow.py", FLOW.format(module="steps"))
    repository.generate("flows/nightly/flow.py")
    assert "flows/nightly/steps.py:Odd" in repository.read("dvc.yaml")
    assert repository.repro() == ALL
    assert repository.repro() == []


@pytest.mark.parametrize(
    ("out", "wdir"),
    [("sub", "."), ("deploy/dvc", "."), (".", "work"), ("sub", "work/deep"), ("work", "work")],
)
def test_stages_run_where_they_are_told_to(repository: Repository, out: str, wdir: str) -> None:
    repository.put("flows/steps.py", STEPS)
    repository.put("flows/flow.py", FLOW.format(module="steps"))
    repository.put("work/deep/.gitkeep", "")
    repository.put("values.yaml", f"dvc: {{wdir: {wdir}, stages: {{measure: {{metrics: [data.json]}}}}}}\n")
    repository.generate("flows/flow.py", "--out", out)
    assert repository.repro(cwd=out) == ALL
    assert numbers(repository, "artifacts/odd") == [1, 3, 5]
    assert repository.repro(cwd=out) == []
    assert repository.repro(cwd=out, SOURCE__ROWS="1") == ALL
    assert '"sum": 1' in repository.ok("dvc", "metrics", "show", "--json", cwd=out).out.replace("\\n", "")
    assert [one.parent for one in repository.path.rglob(".pipegen")] == [repository.path]
    assert repository.ok("pipegen", "generate", "flows/flow.py", "-b", "dvc", "-o", out, "--check").code == 0


def test_a_project_without_marks_of_one_runs_in_a_folder_below(repository: Repository) -> None:
    (repository.path / "pyproject.toml").unlink()
    repository.ok("rm", "-rf", ".git")
    repository.ok("dvc", "config", "core.no_scm", "true")
    repository.put("steps.py", STEPS)
    repository.put("flow.py", FLOW.format(module="steps"))
    repository.put("work/.gitkeep", "")
    repository.put("values.yaml", "dvc: {wdir: work}\n")
    repository.generate("flow.py")
    assert repository.repro() == ALL
    assert repository.repro() == []


def test_metrics_and_plots_are_shown(repository: Repository) -> None:
    repository.put("steps.py", STEPS)
    repository.put("flow.py", FLOW.format(module="steps"))
    repository.put(
        "values.yaml",
        "dvc:\n  stages:\n    measure: {metrics: [data.json]}\n"
        "    table: {plots: [{path: data/rows.csv, x: number, y: [square], title: Squares}]}\n",
    )
    repository.generate("flow.py")
    repository.repro()
    shown = json.loads(repository.ok("dvc", "metrics", "show", "--json").out)
    assert shown[""]["data"] == {"artifacts/measure/data.json": {"data": {"rows": 3, "sum": 9}}}
    plots = json.loads(repository.ok("dvc", "plots", "show", "--json").out)
    assert "Squares" in json.dumps(plots)
    assert "artifacts/table/data/rows.csv" in json.dumps(plots)


PARAMS = (
    "dvc: {stages: {measure: {params: {params.yaml: [train.rate]}, deps: [notes.txt]}}, deps: [uv.lock]}\n"
)


def test_parameters_and_more_files_are_dependencies(repository: Repository) -> None:
    repository.put("steps.py", STEPS)
    repository.put("flow.py", FLOW.format(module="steps"))
    repository.write(
        params_yaml="train: {rate: 1}\nother: 1\n", notes_txt="a", uv_lock="a", values_yaml=PARAMS
    )
    repository.generate("flow.py")
    assert repository.repro() == ALL
    repository.write(params_yaml="train: {rate: 1}\nother: 2\n")
    assert repository.repro() == []
    repository.write(params_yaml="train: {rate: 2}\nother: 2\n")
    assert repository.repro() == ["measure"]
    repository.write(notes_txt="b")
    assert repository.repro() == ["measure"]
    repository.write(uv_lock="b")
    assert repository.repro() == ALL


def test_caching_is_steered_by_step_and_values(repository: Repository) -> None:
    repository.put("steps.py", STEPS)
    flow = FLOW.format(module="steps").replace("Source()", "Source(cache=CACHE)")
    repository.put("flow.py", flow.replace("CACHE", "False"))
    repository.generate("flow.py")
    assert repository.repro() == ALL
    assert repository.repro() == ["source"], "always, but with the same result"
    keyed = flow.replace("CACHE", 'Cache(key=("1",))').replace("Pipeline\n", "Cache, Pipeline\n")
    repository.put("flow.py", keyed)
    repository.generate("flow.py")
    assert repository.repro() == ["source"]
    assert repository.repro() == []
    repository.put("flow.py", keyed.replace('"1"', '"2"'))
    repository.generate("flow.py")
    assert repository.repro() == ["source"]
    stages = "{odd: {frozen: true}, double: {always_changed: true}, table: {cache: false}}"
    repository.put("values.yaml", f"dvc: {{stages: {stages}}}\n")
    repository.generate("flow.py")
    assert repository.repro(SOURCE__ROWS="9") == ["source", "double"]
    assert numbers(repository, "artifacts/odd") == [1, 3, 5]


def test_an_artifact_that_is_not_cached_is_for_git(repository: Repository) -> None:
    repository.write(steps_py=STEPS, flow_py=FLOW.format(module="steps"))
    repository.put("values.yaml", "dvc: {stages: {table: {cache: false}}}\n")
    repository.generate("flow.py")
    assert repository.repro() == ALL
    repository.commit()
    tracked = repository.ok("git", "ls-files", "artifacts").out.split()
    assert "artifacts/table/data/rows.csv" in tracked
    assert not [name for name in tracked if "odd" in name]
    clone = repository.clone()
    assert clone.repro("--allow-missing", "--single-item", "table") == []


def test_the_same_step_twice(repository: Repository) -> None:
    repository.put("steps.py", STEPS)
    repository.put(
        "flow.py",
        "from pipegen import Pipeline\nfrom steps import Source, measure\n\n"
        'few, lots = Source("few"), Source("lots")\n'
        'flow = Pipeline("flow", measure("measure-few", rows=few), measure("measure-lots", rows=lots))\n',
    )
    repository.generate("flow.py")
    assert repository.repro(LOTS__ROWS="5") == ["few", "measure-few", "lots", "measure-lots"]
    assert len(numbers(repository, "artifacts/few")) == 3
    assert len(numbers(repository, "artifacts/lots")) == 5
    assert repository.repro(LOTS__ROWS="6") == ["lots", "measure-lots"]
    assert repository.repro(SOURCE__ROWS="6", LOTS__ROWS="6") == ["few", "measure-few"]


TWO = """
from pipegen import Pipeline
from steps import Source, Table, measure

daily = Pipeline("daily", measure(rows=Source()))
weekly = Pipeline("weekly", Table(rows=Source("weekly-source")), measure("weekly-measure", rows=Source()))
"""


def test_two_pipelines_in_one_file(repository: Repository) -> None:
    repository.write(steps_py=STEPS, flow_py=TWO)
    refused = repository.run("pipegen", "generate", "flow.py", "-b", "dvc")
    assert refused.code == 2
    assert "pipelines 'daily' and 'weekly' both have a stage 'source'" in refused.err
    assert "pipelines.weekly.dvc.prefix" in refused.err
    repository.put("values.yaml", "pipelines: {weekly: {dvc: {prefix: w-}}}\n")
    repository.generate("flow.py")
    assert sorted(repository.repro()) == [
        *("measure", "source", "w-source", "w-table", "w-weekly-measure", "w-weekly-source")
    ]
    assert repository.repro() == []
    assert repository.repro(WEEKLY_SOURCE__ROWS="1") == ["w-weekly-source", "w-table"]


def test_a_pipeline_is_renamed_and_another_removed(repository: Repository) -> None:
    repository.write(steps_py=STEPS, flow_py=TWO, values_yaml="pipelines: {weekly: {dvc: {prefix: w-}}}\n")
    repository.generate("flow.py")
    repository.put("values.yaml", "{}\n")
    repository.put(
        "flow.py", TWO.replace("weekly = Pipeline", "other = 1 or Pipeline").replace('"daily"', '"new"')
    )
    repository.generate("flow.py")
    text = repository.read("dvc.yaml")
    assert "daily" not in text
    assert "weekly" not in text
    assert repository.repro() == ["source", "measure"]


FOREIGN = """\
# Written by hand.
stages:
    prepare:   # makes the input
        cmd: mkdir -p data && echo ready > data/ready.txt
        outs: [data/ready.txt]

# Shown by `dvc metrics`.
metrics:
- numbers.json
"""


def test_stages_of_others_stay_and_run(repository: Repository) -> None:
    repository.write(steps_py=STEPS, flow_py=FLOW.format(module="steps"), numbers_json="{}")
    repository.put("dvc.yaml", FOREIGN)
    repository.put("values.yaml", "dvc: {stages: {source: {deps: [data/ready.txt]}}}\n")
    repository.generate("flow.py")
    head, tail = FOREIGN.split("\n\n")
    text = repository.read("dvc.yaml")
    assert text.startswith(head + "\n    # >>> pipegen: flow\n")
    assert text.endswith("    # <<< pipegen: flow\n\n" + tail)
    assert repository.repro() == ["prepare", *ALL]
    repository.ok("dvc", "stage", "add", "--name", "later", "--deps", "artifacts/measure", "echo later")
    repository.generate("flow.py")
    assert repository.repro() == ["later"]
    again = repository.read("dvc.yaml")
    assert repository.generate("flow.py").read("dvc.yaml") == again


def test_a_pipeline_from_json_runs_as_well(repository: Repository) -> None:
    repository.write(steps_py=STEPS, flow_py=FLOW.format(module="steps"))
    repository.put("flows/flow.json", repository.ok("pipegen", "export", "flow.py").out)
    repository.generate("flows/flow.json")
    assert repository.repro() == ALL
    assert repository.repro() == []
