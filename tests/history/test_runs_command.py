"""`pipegen runs`: list, show and logs, over records that a store holds and runs that really ran."""

from __future__ import annotations

import fcntl
import json
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from command_runs import Said, pipegen

from pipegen.engine.history.opening import open_store
from pipegen.engine.places import Places
from pipegen.engine.records import RunRecord, TaskRecord

UTC = {"TZ": "UTC"}
AT = 1_800_000_000.0
FIRST, SECOND, THIRD = "20270115-080000-aaaa01", "20270115-090000-aaaa02", "20270116-080000-bbbb03"


def log(run: str, task: str, attempt: int) -> str:
    return f".pipegen/runs/{run}/logs/{task}.{attempt}.log"


RUNS = [
    RunRecord(
        FIRST,
        "reviews",
        "reviews.py:reviews",
        "SUCCESS",
        AT,
        AT + 2.5,
        (
            TaskRecord(
                "fetch", "SUCCESS", 1, AT, AT + 1, "", "ab" * 32, 1234, "c" * 64, log(FIRST, "fetch", 1)
            ),
            TaskRecord("score", "CACHED", 0, AT + 1, AT + 1, "", "cd" * 32),
        ),
        {"limit": "20"},
    ),
    RunRecord(
        SECOND,
        "reviews",
        "reviews.py:reviews",
        "FAILED",
        AT + 3600,
        AT + 3700,
        (
            TaskRecord(
                "fetch", "FAILED", 2, AT + 3600, AT + 3700, "RuntimeError: boom", log=log(SECOND, "fetch", 2)
            ),
            TaskRecord("score", "SKIPPED"),
        ),
    ),
    RunRecord(THIRD, "nightly", "nightly.py:nightly", "RUNNING", AT + 86400, None, (TaskRecord("fetch"),)),
]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    return tmp_path


@pytest.fixture
def past(project: Path) -> Path:
    """A project with three runs behind it."""
    store = open_store(None, project)
    for run in RUNS:
        store.save_run(run)
    store.close()
    for run, attempts in ((FIRST, 1), (SECOND, 2)):
        Places(project).logs(run).mkdir(parents=True)
        for attempt in range(1, attempts + 1):
            (project / log(run, "fetch", attempt)).write_text(f"line of {attempt}\n", encoding="utf-8")
    return project


def runs(folder: Path, *words: str, **env: str) -> Said:
    return pipegen(folder, "runs", *words, env={**UTC, **env})


def test_a_project_without_runs_says_how_to_start_one_and_stays_as_it_is(project: Path) -> None:
    for words in ([], ["--pipeline", "p"], ["--json"]):
        assert runs(project, "list", *words).code == 0
    assert runs(project, "list").err == "no run yet; pipegen run starts one\n"
    assert runs(project, "list", "--json").data == []
    assert runs(project, "gc").err == "nothing to delete: 0 runs and 0 B stay\n"
    assert [one.name for one in project.iterdir()] == ["pyproject.toml"]


TABLE = f"""\
run                     pipeline  status   began                took     tasks
{THIRD}  nightly   RUNNING  2027-01-16 08:00:00  -        0 of 1
{SECOND}  reviews   FAILED   2027-01-15 09:00:00  1m 40s   0 of 2, 1 failed, 1 skipped
{FIRST}  reviews   SUCCESS  2027-01-15 08:00:00  2.5 s    2 of 2
"""


def test_runs_are_listed_newest_first(past: Path) -> None:
    assert " ".join(runs(past, "list").out.split()) == " ".join(TABLE.split())


LISTED: list[tuple[list[str], list[str]]] = [
    ([], [THIRD, SECOND, FIRST]),
    (["--limit", "2"], [THIRD, SECOND]),
    (["--pipeline", "reviews"], [SECOND, FIRST]),
    (["--pipeline", "reviews", "--limit", "1"], [SECOND]),
    (["--status", "SUCCESS"], [FIRST]),
    (["--status", "SUCCESS", "--limit", "1"], [FIRST]),
    (["--status", "CANCELLED"], []),
    (["--pipeline", "weekly"], []),
]


@pytest.mark.parametrize(("words", "ids"), LISTED)
def test_listed_runs_can_be_narrowed_down(past: Path, words: list[str], ids: list[str]) -> None:
    data: Any = runs(past, "list", *words, "--json").data
    assert [one["id"] for one in data] == ids
    said = runs(past, "list", *words)
    assert [line.split()[0] for line in said.out.splitlines()[1:]] == ids
    assert bool(said.err) == (not ids)


def test_a_list_as_json_counts_tasks(past: Path) -> None:
    data: Any = runs(past, "list", "--json").data
    assert data[1]["tasks"] == {"FAILED": 1, "SKIPPED": 1}
    assert (data[1]["seconds"], data[2]["parameters"]) == (100.0, {"limit": "20"})


def test_a_run_that_was_killed_is_listed_as_interrupted(past: Path) -> None:
    Places(past).run(THIRD).mkdir(parents=True)
    with Places(past).run_lock(THIRD).open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert "RUNNING" in runs(past, "list").out
    assert "INTERRUPTED" in runs(past, "list").out
    data: Any = runs(past, "list", "--status", "INTERRUPTED", "--json").data
    assert [one["id"] for one in data] == [THIRD]


PAGE = f"""\
run        {SECOND}
pipeline   reviews
target     reviews.py:reviews
status     FAILED
began      2027-01-15 09:00:00
took       1m 40s

task   status   attempts  took    rows  error
fetch  FAILED   2         1m 40s  -     RuntimeError: boom
score  SKIPPED  0         -       -     -

task   artifact  log
fetch  -         .pipegen/runs/{SECOND}/logs/fetch.2.log
"""


def test_a_run_is_shown_with_its_tasks(past: Path) -> None:
    assert runs(past, "show", SECOND).out == PAGE
    assert runs(past, "show", "20270115-09").out == PAGE
    shown = runs(past, "show", FIRST).out
    assert f".pipegen/artifacts/ab/{'ab' * 32}" in shown
    assert "1,234" in shown and "limit=20" in shown
    assert runs(past, "show", "last").out.splitlines()[0].split()[1] == THIRD


def test_a_narrow_terminal_gets_what_fits(past: Path) -> None:
    for words in (["list"], ["show", SECOND]):
        said = runs(past, *words, COLUMNS="40")
        assert max(map(len, said.out.replace(f"  log: {log(SECOND, 'fetch', 2)}", "").splitlines())) <= 40


def test_colours_are_for_those_who_want_them(past: Path) -> None:
    assert "\x1b" not in runs(past, "show", SECOND).out
    assert "\x1b[31;1mFAILED" in runs(past, "show", SECOND, NO_COLOR="", FORCE_COLOR="1").out


def test_what_a_name_holds_cannot_move_the_cursor(project: Path) -> None:
    store = open_store(None, project)
    task = TaskRecord("\x1b[2Jx", "FAILED", 1, error="\x1b]0;title\x07")
    store.save_run(RunRecord("1", "p\x1b[1m", "t\x1b", "FAILED", AT, AT, (task,), {"a": "\x1b"}, "\x1b[2J"))
    store.close()
    for words in (["list"], ["show", "1"]):
        assert "\x1b" not in runs(project, *words).out


def test_a_run_as_json_holds_everything(past: Path) -> None:
    data: Any = runs(past, "show", FIRST, "--json").data
    assert data["tasks"][0]["items"] == 1234
    assert data["tasks"][0]["seconds"] == 1.0
    assert set(data) == {*RunRecord.__slots__, "seconds"}
    assert set(data["tasks"][0]) == {*TaskRecord.__slots__, "seconds"}


def test_logs_of_a_run_stand_under_headings(past: Path) -> None:
    assert runs(past, "logs", SECOND).out == (
        "==> fetch, attempt 1 <==\nline of 1\n\n==> fetch, attempt 2 <==\nline of 2\n"
    )
    assert runs(past, "logs", FIRST, "fetch").out == "line of 1\n"
    assert runs(past, "logs", SECOND, "fetch", "--attempt", "1").out == "line of 1\n"
    assert runs(past, "logs", THIRD).err == "nothing was written\n"


def test_logs_as_json_are_told_apart_by_task_and_attempt(past: Path) -> None:
    assert json.loads(runs(past, "logs", SECOND, "--json").out) == [
        {"task": "fetch", "attempt": 1, "text": "line of 1\n"},
        {"task": "fetch", "attempt": 2, "text": "line of 2\n"},
    ]
    assert json.loads(runs(past, "logs", THIRD, "--json").out) == []
    assert "--follow and --json cannot go together" in runs(past, "logs", THIRD, "--json", "-f").err


def test_without_a_name_it_is_the_newest_run(past: Path) -> None:
    assert runs(past, "show").out == runs(past, "show", "last").out
    assert runs(past, "logs").err == runs(past, "logs", "last").err == "nothing was written\n"


def test_what_is_no_text_is_printed_as_it_is(past: Path) -> None:
    content = "ü".encode()[:1] + b"\x00\xff\n"
    (past / log(FIRST, "fetch", 1)).write_bytes(content)
    words = [sys.executable, "-m", "pipegen", "runs", "logs", FIRST, "fetch"]
    assert subprocess.run(words, cwd=past, capture_output=True, check=True).stdout == content


WRONG = [
    (["show", "2027"], "PG776", "'2027' is the beginning of 3 runs"),
    (["show", "nothing"], "PG776", "there is no run 'nothing'"),
    (["logs", FIRST, "fetsch"], "PG712", "has no task 'fetsch'\n  hint: did you mean 'fetch'?"),
    (["logs", FIRST, "score"], "PG712", "has no log: it was cached and did not run"),
    (["logs", SECOND, "score"], "PG712", "has no log: it was skipped"),
    (["logs", THIRD, "fetch"], "PG712", "has no log: it has not begun"),
    (
        ["logs", SECOND, "fetch", "--attempt", "3"],
        "PG712",
        "task 'fetch' has 2 attempts, and none of number 3",
    ),
    (["list", "--limit", "0"], "PG713", "--limit 0: at least one is shown"),
    (["list", "--status", "SUCESS"], "PG186", "did you mean 'SUCCESS'?"),
    (["gc", "--keep=-1"], "PG713", "--keep -1: no fewer than 0 runs can be kept"),
    (["gc", "--older-than", "month"], "PG713", "--older-than: 'month' is not a duration"),
    (["gc", "--max-size", "10"], "PG713", "--max-size: '10' has no unit"),
    (["gc", "--max-size", "9" * 400], "PG713", "is not a size"),
    (["gc", "--max-size", "10 apples"], "PG713", "--max-size: '10 apples' is not a size"),
    (["lost"], "PG184", "'pipegen runs' has no command 'lost'"),
]


@pytest.mark.parametrize(("words", "code", "said"), WRONG)
def test_what_cannot_be_done_is_told(past: Path, words: list[str], code: str, said: str) -> None:
    done = runs(past, *words)
    assert done.code == 2
    assert done.out == ""
    assert f"error[{code}]: " in done.err
    assert said in done.err
    assert "  hint: " in done.err


def test_a_log_that_was_removed_is_told(past: Path) -> None:
    (past / log(FIRST, "fetch", 1)).unlink()
    said = runs(past, "logs", FIRST, "fetch")
    assert said.code == 2
    assert "error[PG712]: the log of task 'fetch' is gone: .pipegen/runs/" in said.err


def test_why_there_is_nothing_to_show(past: Path) -> None:
    for one in past.glob(".pipegen/runs/*/logs/*"):
        one.unlink()
    assert runs(past, "logs", FIRST).err == f"the logs of run '{FIRST}' are gone\n"
    assert runs(past, "logs", THIRD).err == "nothing was written\n"
    store = open_store(None, past)
    store.save_run(RunRecord("again", "p", "", "SUCCESS", AT, AT, (TaskRecord("fetch", "CACHED"),)))
    store.close()
    assert "every task was cached" in runs(past, "logs", "again").err


def test_the_history_is_where_values_or_the_variable_say(past: Path) -> None:
    store = open_store("sqlite:///other.db", past)
    store.save_run(RunRecord("elsewhere", "p", "", "SUCCESS", AT))
    store.close()
    assert "elsewhere" in runs(past, "list", PIPEGEN_HISTORY_URL="sqlite:///other.db").out
    (past / "values.yaml").write_text("run:\n  store: {type: sqlite, path: other.db}\n", encoding="utf-8")
    assert "elsewhere" in runs(past, "list").out
    (past / "values.yaml").write_text("run:\n  store: memory\n", encoding="utf-8")
    assert runs(past, "list").err == "no run yet; pipegen run starts one\n"
    said = runs(past, "list", PIPEGEN_HISTORY_URL="nowhere:")
    assert said.code == 0  # values are stronger
    (past / "values.yaml").unlink()
    said = runs(past, "list", PIPEGEN_HISTORY_URL="nowhere:")
    assert (said.code, "error[PG720]: there is no store 'nowhere'" in said.err) == (2, True)


def test_a_pipeline_narrows_what_last_means_and_brings_its_own_history(past: Path) -> None:
    assert runs(past, "show", "--pipeline", "reviews").out == PAGE
    said = runs(past, "logs", "last", "fetch", "--pipeline", "reviews", "--attempt", "1")
    assert said.out == "line of 1\n"
    ended = runs(past, "show", "last", "--pipeline", "night")
    assert (ended.code, "there is no run of pipeline 'night' yet" in ended.err) == (2, True)
    (past / "values.yaml").write_text(
        "pipelines: {apart: {run: {store: {type: sqlite, path: apart.db}}}}\n", encoding="utf-8"
    )
    store = open_store("sqlite:///apart.db", past)
    store.save_run(RunRecord("elsewhere", "apart", "apart.py:apart", "SUCCESS", AT, AT))
    store.close()
    assert runs(past, "show", "elsewhere").code == 2
    assert "elsewhere" in runs(past, "show", "--pipeline", "apart").out
    assert runs(past, "logs", "elsewhere", "--pipeline", "apart").err == "nothing was written\n"
    said = runs(past, "report", "--pipeline", "apart", "-o", "apart.html")
    assert "wrote apart.html: apart, run elsewhere, SUCCESS" in said.err


PIPELINE = """
import time
from pathlib import Path

from pipegen import Pipeline, Retry, Step

class Slow(Step):
    retry = Retry(limit=1)

    def run(self) -> int:
        print("slow 0", flush=True)
        while not Path("seen").exists():
            time.sleep(0.02)
        print("slow 1", flush=True)
        return 1

class Flaky(Step):
    retry = Retry(limit=1)

    def run(self, slow: int) -> int:
        print("flaky", flush=True)
        raise RuntimeError("boom")

slow = Slow()
reviews = Pipeline("reviews", slow >> Flaky())
"""


@pytest.fixture
def started(project: Path) -> Iterator[Path]:
    """A project in which a run has just begun."""
    (project / "reviews.py").write_text(PIPELINE, encoding="utf-8")
    words = [sys.executable, "-m", "pipegen", "run", "reviews.py"]
    with subprocess.Popen(
        words, cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while not list(project.glob(".pipegen/runs/*/logs/slow.1.log")) and process.poll() is None:
            time.sleep(0.02)
        yield project
        process.kill()


def following(folder: Path, *words: str) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "pipegen", "runs", "logs", "last", "-f", *words]
    return subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, text=True)


def test_logs_are_followed_until_the_run_ends(started: Path) -> None:
    with following(started) as everything, following(started, "slow") as alone:
        assert everything.stdout is not None and alone.stdout is not None
        begin = [everything.stdout.readline() for _ in range(2)], alone.stdout.readline()
        assert begin == (["==> slow, attempt 1 <==\n", "slow 0\n"], "slow 0\n")
        (started / "seen").touch()  # the task goes on only after its first line was shown
        text = everything.stdout.read()
        assert alone.stdout.read() == "slow 1\n"
    assert (everything.returncode, alone.returncode) == (0, 0)
    assert text.startswith("slow 1\n\n==> flaky, attempt 1 <==\n")
    assert text.index("==> flaky, attempt 1 <==") < text.index("==> flaky, attempt 2 <==")
    assert "FAILED" in runs(started, "list").out


def test_following_a_run_that_has_ended_ends_at_once(past: Path) -> None:
    assert runs(past, "logs", SECOND, "fetch", "-f").out.endswith("line of 2\n")
