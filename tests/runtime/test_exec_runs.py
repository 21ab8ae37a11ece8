"""`pipegen exec` runs one task: what goes in, what comes out, and by which exit code it ends."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

import pytest
from task_runs import Project


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


def test_a_chain_of_tasks_of_every_kind(project: Project) -> None:
    assert project.task("Fetch", FETCH__LIMIT="4").code == 0
    assert project.task("Double", "--in", "review=out/Fetch").code == 0
    assert project.task("Total", "--in", "reviews=out/Double", "--in", "more=out/Fetch").code == 0
    assert project.value("Double") == [{"id": 0}, {"id": 2}, {"id": 4}, {"id": 6}]
    assert project.value("Total") == 18
    assert project.left_beside() == []


def test_several_artifacts_are_collected_or_chained(project: Project) -> None:
    for name in ("one", "two"):
        project.exec("steps:Fetch", "--name", name, "--out", f"out/{name}", FETCH__LIMIT="2")
        project.exec("steps:Total", "--in", f"reviews=out/{name}", "--out", f"out/{name}-total")
    several = ["--in", "reviews=out/one", "--in", "reviews=out/two", "--chain", "reviews"]
    assert project.task("Total", *several).code == 0
    assert project.value("Total") == 2
    several = ["--in", "parts=out/one-total", "--in", "parts=out/two-total", "--collect", "parts"]
    assert project.task("Merge", *several).code == 0
    assert project.value("Merge") == [1, 1]


def test_a_function_step_gets_its_settings_and_keeps_its_stdout(project: Project) -> None:
    found = project.task("hello")
    assert (found.code, found.out, found.err) == (0, "from the step\n", "")
    assert project.task("shout", "--in", "text=out/hello", SHOUT__LIMIT="2").code == 0
    assert project.value("shout") == "HELLO!!"


def test_a_file_is_a_target_too(project: Project) -> None:
    assert project.exec("steps.py:hello", "--out", "out/hello").code == 0
    assert project.value("hello") == "hello"


def test_the_task_name_decides_the_variables_and_the_producer(project: Project) -> None:
    words = ("steps:Fetch", "--name", "fetch-eu", "--out", "out/eu")
    assert project.exec(*words, FETCH__LIMIT="1", FETCH_EU__LIMIT="2").code == 0
    assert project.value("eu") == [{"id": 0}, {"id": 1}]
    assert '"producer": "fetch-eu"' in (project.folder / "out/eu/artifact.json").read_text()


def test_variables_come_from_files_under_the_real_ones(project: Project) -> None:
    (project.folder / "a.env").write_text("FETCH__LIMIT=1\nFETCH__TOKEN=x # secret\n")
    (project.folder / "b.env").write_text("FETCH__LIMIT=2\n")
    files = ("--env-file", "a.env", "--env-file", "b.env")
    project.task("Fetch", *files)
    assert len(project.value("Fetch")) == 2  # type: ignore[arg-type]
    project.task("Fetch", *files, FETCH__LIMIT="3")
    assert len(project.value("Fetch")) == 3  # type: ignore[arg-type]


def test_variables_of_a_file_do_not_reach_the_process(project: Project) -> None:
    (project.folder / ".env").write_text("ENVIRONMENT__TOKEN=x\n")
    assert project.task("Environment", "--env-file", ".env", ENVIRONMENT__LIMIT="1").code == 0
    assert project.value("Environment") == ["ENVIRONMENT__LIMIT"]


def test_pipeline_parameters_set_settings(project: Project) -> None:
    parameter = ("--param", "limit=REVIEWS_LIMIT", "--default", "limit=1")
    project.task("Fetch", *parameter)
    assert len(project.value("Fetch")) == 1  # type: ignore[arg-type]
    project.task("Fetch", *parameter, REVIEWS_LIMIT="2", FETCH__LIMIT="3")
    assert len(project.value("Fetch")) == 2  # type: ignore[arg-type]


CHOICES = [
    ({"LIMIT": "2"}, "[1, 2]", ""),
    ({"LIMIT": "3"}, "[1, 2]", "LIMIT is none of the choices of field 'limit' of task 'fetch'"),
    ({"LIMIT": "true"}, "[1, 2]", "LIMIT is none of the choices of field 'limit'"),
    ({"LIMIT": "true"}, "[true]", "'LIMIT' must be a whole number"),
    ({"LIMIT": "2"}, '["2"]', ""),
    ({"FETCH__LIMIT": "3"}, "[1, 2]", ""),
    ({}, "[1, 2]", ""),
    ({"LIMIT": "2"}, '{"2": 2}', "option --choices of 'limit': '{\"2\": 2}' is not a list"),
    ({"LIMIT": "2"}, "1, 2", "option --choices of 'limit': '1, 2' is not JSON"),
]


@pytest.mark.parametrize(("given", "choices", "said"), CHOICES)
def test_a_variable_that_sets_none_of_the_choices_is_refused_before_the_step_runs(
    project: Project, given: dict[str, str], choices: str, said: str
) -> None:
    words = ("--param", "limit=LIMIT", "--default", "limit=1", "--choices", f"limit={choices}")
    found = project.task("Fetch", *words, **given)
    assert found.code == (2 if said else 0), found.err
    assert said in found.err
    assert bool(said) != (project.folder / "out/Fetch").exists()


def test_a_variable_that_is_none_of_the_choices_and_wrong_is_told_once(project: Project) -> None:
    words = ("--param", "limit=LIMIT", "--default", "limit=1", "--choices", "limit=[1, 2]")
    said = project.task("Fetch", *words, LIMIT="true").err
    assert said.count("error[") == 1, said


def test_the_scratch_folder_is_beside_the_output_and_gone_afterwards(project: Project) -> None:
    assert project.task("Scratches", "--retry", "1").code == 0
    workdir, same, *names = project.value("Scratches")  # type: ignore[misc]
    assert (workdir, names) == (same, ["a"])
    assert Path(workdir).parent.parent == project.folder / "out"
    assert project.left_beside() == []


def test_a_row_step_takes_its_other_inputs_whole(project: Project) -> None:
    project.task("Fetch")
    project.exec("steps:Total", "--in", "reviews=out/Fetch", "--out", "out/factor")
    words = ("--in", "review=out/Fetch", "--in", "factor=out/factor")
    assert project.task("Double", *words).code == 0
    assert project.value("Double") == [{"id": 0}, {"id": 3}, {"id": 6}]


def test_retries_go_on_until_it_succeeds(project: Project) -> None:
    found = project.task("Flaky", "--retry", "4", "--backoff", "0.01s")
    assert (found.code, project.value("Flaky")) == (0, 3)
    assert "attempt 2 of 5 failed (RuntimeError: try 2); next in 0.02s" in found.err


def test_a_failed_run_leaves_the_artifact_that_was_there(project: Project) -> None:
    project.exec("steps:Fetch", "--out", "out/Broken")
    before = project.value("Broken")
    assert project.task("Broken").code == 1
    assert project.value("Broken") == before
    assert project.left_beside() == []


CODES = [
    ("success", ["steps:hello"], {}, 0, ""),
    ("the step raises", ["steps:Broken"], {}, 1, "ValueError: told you"),
    ("after retries", ["steps:Broken", "--retry", "1"], {}, 1, "failed: ValueError: told you"),
    ("sys.exit in a step", ["steps:Quits"], {}, 1, "SystemExit: 0"),
    ("killed", ["steps:Dies", "--retry", "1"], {}, 1, "killed by signal 9; out of memory?"),
    ("output does not fit", ["steps:WrongType"], {}, 1, "error[PG3"),
    ("timeout", ["steps:Hangs", "--timeout", "0.5s", "--grace", "1s"], {}, 124, "timed out after 0.5s"),
    ("no such step", ["steps:Fetsh"], {}, 2, "did you mean 'Fetch'?"),
    ("no such module", ["stebs:Fetch", "--retry", "5"], {}, 2, "error[PG101]"),
    ("no such option", ["steps:Fetch", "--retries=1"], {}, 2, "did you mean '--retry'?"),
    (
        "wrong setting",
        ["steps:Fetch", "--retry", "5", "--backoff", "60s"],
        {"FETCH__LIMIT": "0"},
        2,
        "must be >= 1",
    ),
    ("unknown variable", ["steps:Fetch"], {"FETCH__LIMITS": "1"}, 2, "did you mean 'FETCH__LIMIT'?"),
    ("missing input", ["steps:Total"], {}, 2, "input 'reviews' of task 'total' is not given"),
    ("unknown input", ["steps:hello", "--in", "x=y"], {}, 2, "the step takes no inputs"),
    ("no such artifact", ["steps:Total", "--in", "reviews=nowhere"], {}, 2, "there is no folder 'nowhere'"),
    ("missing env file", ["steps:hello", "--env-file", "none.env"], {}, 2, "error[PG309]"),
]


@pytest.mark.parametrize(("_why", "words", "environ", "code", "said"), CODES, ids=[one[0] for one in CODES])
def test_the_exit_code_tells_who_is_to_blame(
    project: Project, _why: str, words: list[str], environ: dict[str, str], code: int, said: str
) -> None:
    found = project.exec(*words, "--out", "out/it", **environ)
    assert (found.code, said in found.err) == (code, True), found.err
    assert ("Traceback" in found.err) == (code == 1 and "PG3" not in said and words[0] != "steps:Dies")
    assert project.left_beside() == []


def test_everything_wrong_is_said_at_once(project: Project) -> None:
    (project.folder / "out/shout").mkdir(parents=True)
    (project.folder / "out/shout/mine.txt").touch()
    found = project.task("shout", "--in", "texts=x", SHOUT__LIMIT="0", SHOUT__TOKN="hush")
    assert [line[:12] for line in found.err.splitlines() if line.startswith("error")] == [
        "error[PG303]",
        "error[PG304]",
        "error[PG310]",
        "error[PG311]",
        "error[PG327]",
    ]
    assert "hush" not in found.err


def test_an_input_that_is_damaged_is_not_the_fault_of_the_step(project: Project) -> None:
    project.task("Fetch")
    data = project.folder / "out/Fetch/data.jsonl"
    data.write_text(data.read_text().replace("1", "7"))
    for step, name in (("Total", "reviews"), ("Double", "review")):
        assert project.task(step, "--in", f"{name}=out/Fetch", "--retry", "3").code == 2


def test_an_output_place_that_cannot_be_made_is_refused(project: Project) -> None:
    (project.folder / "out").write_text("a file")
    found = project.task("hello")
    assert (found.code, "error[PG315]" in found.err) == (2, True)


def test_a_traceback_shows_the_users_frames_alone(project: Project) -> None:
    found = project.task("Broken")
    assert [line.strip() for line in found.err.splitlines() if line.startswith("  File")] == [
        f'File "{project.folder}/steps.py", line {line}, in {name}'
        for line, name in _lines(
            project, ('{}["nothing"]', "helper"), ("yield helper()", "run"), ("raise Val", "helper")
        )
    ]
    assert "The above exception was the direct cause" in found.err


def _lines(project: Project, *wanted: tuple[str, str]) -> list[tuple[int, str]]:
    source = (project.folder / "steps.py").read_text().splitlines()
    return [(next(n for n, line in enumerate(source, 1) if text in line), name) for text, name in wanted]


def test_a_secret_in_settings_is_masked_when_a_step_prints_them(project: Project) -> None:
    found = project.task("Leaks", LEAKS__TOKEN="hush-hush")
    assert found.code == 1
    assert "hush" not in found.err


def wait_for(path: Path) -> None:
    until = time.monotonic() + 30
    while not path.exists() and time.monotonic() < until:
        time.sleep(0.01)
    assert path.exists()


def gone(pid: int) -> bool:
    for _ in range(100):
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.02)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
@pytest.mark.parametrize("words", [(), ("--retry", "3", "--timeout", "1h")], ids=["in process", "supervised"])
def test_a_signal_lets_the_step_clean_up(project: Project, number: int, words: tuple[str, ...]) -> None:
    process = project.start("steps:Hangs", "--out", "out/it", *words)
    wait_for(project.folder / "hanging")
    process.send_signal(number)
    pid = int((project.folder / "grandchild").read_text())
    if not words:  # in process, what a step starts is its own to stop
        os.kill(pid, signal.SIGKILL)
    out, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert (project.folder / "cleaned").exists()
    assert (out, err) == (
        "cleaned up\n",
        f"pipegen: hangs: failed: stopped by {signal.Signals(number).name}\n",
    )
    assert project.left_beside() == []
    assert gone(pid)


def test_a_timeout_takes_the_grandchildren_along(project: Project) -> None:
    found = project.task("Hangs", "--timeout", "1s", "--grace", "1s")
    assert (found.code, found.out) == (124, "cleaned up\n")
    assert gone(int((project.folder / "grandchild").read_text()))


def test_a_step_that_ignores_signals_is_killed_after_the_grace_period(project: Project) -> None:
    process = project.start("steps:Stubborn", "--out", "out/it", "--retry", "1", "--grace", "0.3s")
    wait_for(project.folder / "hanging")
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=30)
    assert process.returncode == 143
    assert project.left_beside() == []


def test_what_a_killed_task_left_is_cleared_by_the_next(project: Project) -> None:
    process = project.start("steps:Hangs", "--out", "out/Hangs")
    wait_for(project.folder / "hanging")
    process.kill()
    os.kill(int((project.folder / "grandchild").read_text()), signal.SIGKILL)
    process.communicate()
    assert len(project.left_beside()) == 1
    (project.folder / "hanging").unlink()
    process = project.start("steps:Hangs", "--out", "out/Hangs")
    wait_for(project.folder / "hanging")
    assert len(project.left_beside()) == 1  # that of the task which runs now
    process.terminate()
    os.kill(int((project.folder / "grandchild").read_text()), signal.SIGKILL)
    process.communicate()
    assert project.left_beside() == []


def test_two_tasks_of_one_name_do_not_clear_each_others_scratch(project: Project) -> None:
    process = project.start("steps:Hangs", "--name", "same", "--out", "out/one")
    wait_for(project.folder / "hanging")
    assert project.exec("steps:Scratches", "--name", "same", "--out", "out/two").code == 0
    assert len(project.left_beside()) == 1
    process.terminate()
    os.kill(int((project.folder / "grandchild").read_text()), signal.SIGKILL)
    process.communicate()
    assert project.left_beside() == []
