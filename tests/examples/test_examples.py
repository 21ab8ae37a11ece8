"""The examples: what is committed is what would be generated, and DVC runs it as it stands."""

from __future__ import annotations

import csv
import hashlib
import hmac
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import jsonschema
import pytest
import yaml
from validators.validate import check

ROOT = Path(__file__).parents[2]
EXAMPLES = sorted(path.parent.name for path in (ROOT / "examples").glob("*/pyproject.toml"))
CLUSTERS = ("argo", "cronjob")
PICTURED = {"two-pipelines": "shop.py:weekly"}
COMMITTED = shutil.ignore_patterns(
    "artifacts", ".dvc", ".pipegen", "dvc.lock", "__pycache__", ".pytest_cache"
)


def run(command: str, cwd: Path, **env: str) -> str:
    """What a line says that must succeed."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    result = subprocess.run(
        ["bash", "-c", command],
        cwd=cwd,
        env={**os.environ, "PATH": path, "PYTHONDONTWRITEBYTECODE": "1", **env},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, f"{command}\n{result.stdout}\n{result.stderr}"
    return result.stdout + result.stderr


def copied(name: str, folder: Path) -> Path:
    """An example as somebody has it who cloned it: a Git repository with all of it committed."""
    project = folder / name
    shutil.copytree(ROOT / "examples" / name, project, ignore=COMMITTED)
    run("git init -q && dvc init -q && git add -A && git commit -qm 'An example'", project)
    return project


def lines(path: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def snapshot(folder: Path) -> dict[str, str]:
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def reviews(project: Path) -> None:
    given = lines(project / "data/reviews.jsonl")
    fetched = lines(project / "artifacts/fetch/data.jsonl")
    assert [one["text"] for one in fetched] == [one["text"] for one in given]
    assert {one["author"] for one in fetched} == {None}
    scores = {str(one["id"]): one["score"] for one in lines(project / "artifacts/score/data.jsonl")}
    assert (scores["5"], scores["9"]) == (0.667, -0.75), (
        "great and extremely comfortable; terrible, loud, flimsy"
    )
    assert scores["10"] == pytest.approx(0.2), "not quiet, but reliable"
    report = (project / "artifacts/report/data/report.md").read_text()
    assert report.startswith("# 16 reviews of 4 products\n\n- fan: ")
    assert json.loads((project / "artifacts/report/data/metrics.json").read_text())["reviews"] == 16


def features(project: Path) -> None:
    import pandas as pd

    rows = pd.read_parquet(project / "artifacts/compare/data.parquet")
    raw = pd.read_csv(project / "data/temperatures.csv", parse_dates=["day"])
    town = raw[raw["station"] == "town"].sort_values("day")["celsius"]
    last = rows[rows["station"] == "town"].iloc[-1]
    assert last["above_week"] == pytest.approx(town.iloc[-1] - town.iloc[-7:].mean(), abs=2e-3)
    assert last["above_month"] == pytest.approx(town.iloc[-1] - town.iloc[-28:].mean(), abs=2e-3)
    assert len(rows) == len(raw) - raw["station"].nunique(), "a mean needs two days"


def streaming(project: Path) -> None:
    counted = lines(project / "artifacts/count/data.jsonl")
    assert sum(int(str(one["hits"])) for one in counted) == 2000
    parsed = lines(project / "artifacts/parse/data.jsonl")
    slowest = [one["milliseconds"] for one in lines(project / "artifacts/slowest/data.jsonl")]
    assert slowest == sorted((one["milliseconds"] for one in parsed), reverse=True)[:5]  # type: ignore[type-var]


def docs_to_index(project: Path) -> None:
    chunks = {str(one["id"]): str(one["text"]) for one in lines(project / "artifacts/split/data.jsonl")}
    assert all(len(text) <= 300 for text in chunks.values())
    index = json.loads((project / "artifacts/index/data.json").read_text())
    assert index["vinegar"] == [name for name, text in chunks.items() if "Vinegar" in text]
    contents = (project / "artifacts/contents/files/contents.md").read_text()
    assert "  - [When it jams](howto/grinder.md)\n" in contents
    collected = snapshot(project / "artifacts/collect/data")
    assert collected == snapshot(project / "library")


def two_pipelines(project: Path) -> None:
    with (project / "data/orders.csv").open(newline="") as file:
        kept = [Decimal(row["amount"]) for row in csv.DictReader(file) if row["refunded"] == "false"]
    for pipeline in ("nightly", "weekly"):
        takings = lines(project / f"artifacts/{pipeline}-add-up/data.jsonl")
        assert sum(Decimal(str(one["amount"])) for one in takings) == sum(kept)
    days = [one["day"] for one in lines(project / "artifacts/weekly-predict/data.jsonl")]
    assert (len(days), days[0]) == (7, "2024-06-24")


EXPECTED: dict[str, Callable[[Path], None]] = {
    "docs-to-index": docs_to_index,
    "features": features,
    "reviews": reviews,
    "streaming": streaming,
    "two-pipelines": two_pipelines,
}


def test_every_example_has_expectations_and_all_that_an_example_needs() -> None:
    assert list(EXPECTED) == EXAMPLES
    for name in EXAMPLES:
        for file in (
            "README.md",
            "values.yaml",
            "dvc.yaml",
            "pyproject.toml",
            "graph.svg",
            "argo",
            "cronjob",
        ):
            assert (ROOT / "examples" / name / file).exists()


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_committed_files_are_what_would_be_generated(name: str, regenerate: bool) -> None:
    project = ROOT / "examples" / name
    if regenerate:
        run("pipegen generate", project)
    assert "up to date" in run("pipegen generate --check", project)
    assert "nothing wrong" in run("pipegen check --backend dvc --strict", project)
    assert "every variable is there and fits" in run("pipegen env --check", project)


@pytest.mark.parametrize("backend", CLUSTERS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_committed_files_for_a_cluster_are_what_would_be_generated(
    name: str, backend: str, regenerate: bool
) -> None:
    project = ROOT / "examples" / name
    if regenerate:
        run(f"pipegen generate --backend {backend} --out {backend}", project)
    said = run(f"pipegen generate --backend {backend} --out {backend} --check", project)
    committed = len(list((project / backend).iterdir()))
    assert said == f"{committed} file{'s' * (committed > 1)} up to date\n"
    assert "nothing wrong" in run(f"pipegen check --backend {backend} --strict", project)


@pytest.mark.engine
@pytest.mark.parametrize("backend", CLUSTERS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_a_cluster_takes_the_committed_files(name: str, backend: str) -> None:
    assert [str(one) for one in check(ROOT / "examples" / name / backend)] == []


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_picture_is_what_graph_draws(name: str, tmp_path: Path, regenerate: bool) -> None:
    project = ROOT / "examples" / name
    drawn = project / "graph.svg" if regenerate else tmp_path / "graph.svg"
    run(f"pipegen graph {PICTURED.get(name, '')} --out {drawn}", project)
    assert drawn.read_text() == (project / "graph.svg").read_text()
    assert "![" in (project / "README.md").read_text()


def test_the_values_at_the_top_belong_to_the_main_example() -> None:
    assert "up to date" in run(
        "pipegen generate examples/reviews/reviews.py -f values.yaml -b dvc --check", ROOT
    )


@pytest.mark.parametrize("name", EXAMPLES)
def test_the_values_fit_the_schema_that_editors_use(name: str) -> None:
    project = ROOT / "examples" / name
    schema = json.loads(run("pipegen values schema", project))
    jsonschema.Draft202012Validator(schema).validate(yaml.safe_load((project / "values.yaml").read_text()))


@pytest.mark.engine
@pytest.mark.parametrize("name", EXAMPLES)
def test_dvc_runs_an_example_and_a_second_time_runs_nothing(name: str, tmp_path: Path) -> None:
    project = copied(name, tmp_path)
    run("dvc repro --quiet", project)
    EXPECTED[name](project)
    before = snapshot(project / "artifacts")
    again = run("dvc repro", project)
    ran = [line for line in again.splitlines() if line.startswith("Running stage")]
    assert all("settings'" in line for line in ran), ran
    assert snapshot(project / "artifacts") == before
    status = run("git status --short", project)
    assert [line for line in status.splitlines() if "artifacts" not in line] == ["?? dvc.lock"]


@pytest.mark.engine
def test_the_reviews_keep_pseudonyms_when_there_is_a_salt(tmp_path: Path) -> None:
    project = copied("reviews", tmp_path)
    run("dvc repro --quiet fetch", project, FETCH__SALT="pepper-and-salt")
    wanted = hmac.new(b"pepper-and-salt", b"ana@example.org", hashlib.sha256).hexdigest()[:12]
    assert lines(project / "artifacts/fetch/data.jsonl")[0]["author"] == wanted
    for path in [*project.rglob("*.yaml"), *project.rglob("*.lock"), *project.rglob("*.json*")]:
        assert "pepper-and-salt" not in path.read_text(encoding="utf-8", errors="replace"), path


MEASURED = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:])
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def test_the_stream_needs_no_more_memory_when_it_is_longer(tmp_path: Path) -> None:
    project = ROOT / "examples/streaming"
    commands = {
        "record": "exec traffic:Record",
        "parse": "exec traffic:parse --in line={}/record",
        "count": "exec traffic:count --in hits={}/parse",
        "slowest": "exec traffic:Slowest --in hits={}/parse",
    }
    peaks: dict[str, list[float]] = {name: [] for name in commands}
    for rows in (1_000, 100_000):
        for name, words in commands.items():
            out = tmp_path / str(rows)
            command = [sys.executable, "-m", "pipegen", *words.format(out).split(), "--out", str(out / name)]
            done = subprocess.run(
                [sys.executable, "-c", MEASURED, *command],
                cwd=project,
                env={**os.environ, "RECORD__ROWS": str(rows), "PYTHONDONTWRITEBYTECODE": "1"},
                capture_output=True,
                text=True,
                check=True,
            )
            code, peak = done.stdout.split()
            assert code == "0", done.stderr
            peaks[name].append(int(peak) / 1024)
    for name, (short, long) in peaks.items():
        assert long < 120, f"{name} needs {long:.0f} MB"
        assert long - short < 15, f"{name} needs {short:.0f} MB for 1,000 rows and {long:.0f} MB for 100,000"
