"""The benchmarks measure what they say, and say no when a goal is missed."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from bench import report, rows, sizes
from bench.measure import Command, CommandError, Cost, cost_of, interleaved

CHEAP, DEAR = Cost(0.01, 10), Cost(9.0, 900)
ALL_ROWS = {goal.row for goal in rows.goals(peers=True)} | {
    rows.FLOOR,
    rows.MODULE,
    rows.LAYERS_1K,
    rows.ARGO_1K,
    rows.AIRFLOW_1K,
    rows.GITLAB_1K,
    rows.GITHUB_100,
}


def python(code: str, folder: Path) -> Command:
    return Command(code[:20], [sys.executable, "-c", code], folder)


def test_a_command_that_works_more_costs_more(tmp_path: Path) -> None:
    idle = cost_of(python("pass", tmp_path))
    busy = cost_of(python("x = bytearray(100_000_000)\nfor _ in range(3_000_000): pass", tmp_path))
    assert busy.cpu > idle.cpu
    assert busy.rss > 100


def test_the_time_of_children_counts(tmp_path: Path) -> None:
    inner = "for _ in range(5_000_000): pass"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)"
    assert cost_of(python(outer, tmp_path)).cpu > cost_of(python("import subprocess", tmp_path)).cpu + 0.05


def test_bytecode_is_cached_whatever_the_environment_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    (tmp_path / "mine.py").touch()
    cost_of(python("import mine", tmp_path))
    assert list((tmp_path / "__pycache__").iterdir())


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="out of luck"):
        cost_of(python("import sys; sys.exit('out of luck')", tmp_path))


def test_a_failing_command_does_not_stop_the_others(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    costs = interleaved([python("import nonsense", tmp_path), python("pass", tmp_path)], rounds=1)
    assert list(costs) == ["pass"]
    assert "No module named 'nonsense'" in capfd.readouterr().err


def test_every_goal_can_be_met_and_missed() -> None:
    for goal in rows.goals(peers=True):
        others = dict.fromkeys(ALL_ROWS, CHEAP)
        low, high = others | {goal.row: CHEAP}, others | {goal.row: DEAR}
        assert goal.met(high) is goal.least, goal.text
        assert goal.met(low) is not goal.least, goal.text


def test_a_goal_whose_command_failed_is_missed() -> None:
    costs = {rows.FLOOR: CHEAP}
    assert len(report.missed(costs, rows.goals(peers=True))) == len(rows.goals(peers=True))


def test_the_page_keeps_what_stands_around_the_table(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    page.write_text(f"# Mine\n\n{report.BEGIN}\nold\n{report.END}\n\nAfter.\n", encoding="utf-8")
    table = report.rows({rows.FLOOR: CHEAP}, [])
    report.write_markdown(page, report.markdown(table, [], 3))
    text = page.read_text(encoding="utf-8")
    assert text.startswith(f"# Mine\n\n{report.BEGIN}\n")
    assert text.endswith(f"{report.END}\n\nAfter.\n")
    assert "old" not in text
    assert f"| {rows.FLOOR} | 0.010 | 1.00 | 10 |  |  |" in text


def test_json_says_what_was_asked_and_found() -> None:
    costs = dict.fromkeys(ALL_ROWS, CHEAP)
    said = json.loads(report.as_json(costs, rows.goals(peers=False)))
    assert said["results"][rows.FLOOR] == {"cpu_seconds": 0.01, "rss_megabytes": 10}
    assert {"row": rows.HELP, "goal": "<= 1.2 F", "figure": 1.0, "met": True} in said["goals"]


def size(row: str, bytes_: int, accepted: str = "yes", limit: int | None = None) -> sizes.Size:
    return sizes.Size(row, 1_000, 3, bytes_, 5_000, accepted, limit)


def test_a_file_is_small_enough_only_when_a_cluster_takes_it() -> None:
    assert size("ours", 400_000, limit=400).met
    assert not size("ours", 400_001, limit=400).met
    assert not size("ours", 100_000, "no: spec.templates: Too many: 201", 400).met
    assert size("a peer's", 900_000, "no: spec.templates: Too many: 1001").met, "nothing is asked of it"


def test_what_is_written_stands_in_a_table_of_its_own() -> None:
    found = sizes.rows([size("ours", 329_400, limit=400)])
    page = report.markdown([], found, 3)
    assert "| ours | 1,000 | 3 | 329 | 5.0 | yes | <= 400 | yes |" in page
    assert "ours             1,000          3           329" in report.text(sizes.HEAD, found)


@pytest.mark.engine
def test_the_definitions_decide_what_is_accepted() -> None:
    def workflow(tasks: int) -> dict[str, object]:
        dag = {"tasks": [{"name": f"t{n}", "template": "one"} for n in range(tasks)]}
        templates = [{"name": "main", "dag": dag}, {"name": "one", "container": {"image": "a"}}]
        spec = {"entrypoint": "main", "templates": templates}
        return {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Workflow",
            "metadata": {"name": "a"},
            "spec": spec,
        }

    assert sizes.verdict([workflow(200)]) == "yes"
    assert sizes.verdict([workflow(201)]) == "no: 201 tasks in a DAG"
