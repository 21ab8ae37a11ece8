"""How the command line is read, and what every command keeps to: streams, exit codes, JSON."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from command_runs import Said, pipegen
from hypothesis import example, given
from hypothesis import strategies as st

from pipegen.cli import typed
from pipegen.cli.boundary import run
from pipegen.cli.commands import COMMANDS, Command, load
from pipegen.cli.mistakes import mistakes
from pipegen.cli.words import Slot, read, slots
from pipegen.engine.history.opening import open_store
from pipegen.engine.records import RunRecord


def commands() -> Iterator[tuple[str, Command]]:
    """Every command with its whole name; exec reads its line by itself."""
    for name in COMMANDS:
        found = load(name)
        if isinstance(found, Mapping):
            yield from ((f"{name} {part}", function) for part, function in found.items())
        elif name != "exec":
            yield name, found


FUNCTIONS = dict(commands())
PIPEGEN = [sys.executable, "-m", "pipegen"]


def words_of(slot: Slot) -> st.SearchStrategy[list[str]]:
    """Ways to write one option or argument."""
    texts = st.text("abc=.:/, äß_-", max_size=6)
    values = st.sampled_from([one.value for one in slot.kind]) if hasattr(slot.kind, "__members__") else texts
    if not slot.word.names:
        return texts.filter(lambda text: text != "").map(lambda text: [text])
    flags = st.sampled_from(slot.word.names)
    if slot.kind is bool:
        return flags.map(lambda flag: [flag])
    apart = st.tuples(flags, values).map(list)
    joined = st.tuples(flags, values).map(
        lambda both: ["=".join(both) if both[0].startswith("--") else "".join(both)]
    )
    return apart | joined


@st.composite
def lines(draw: st.DrawFn) -> tuple[str, list[str]]:
    """A command and what may stand after it, now and then something that may not."""
    name = draw(st.sampled_from(sorted(FUNCTIONS)))
    own = slots(FUNCTIONS[name])
    chosen = draw(st.lists(st.sampled_from(own), max_size=5)) if own else []
    words = [word for slot in chosen for word in draw(words_of(slot))]
    return name, words + draw(st.sampled_from([[], [], ["--"], ["--unknown"], ["-"], ["x"]]))


@given(lines())
@example(("generate", ["--out", "--check"]))
@example(("generate", ["-bdvc", "-b=dvc", "--set", "-x=1"]))
@example(("generate", ["--", "--check"]))
@example(("graph", ["--format", "svg", "--format=dot"]))
def test_the_quick_reader_takes_a_line_as_typer_does_or_leaves_it_alone(line: tuple[str, list[str]]) -> None:
    name, words = line
    ours = read(FUNCTIONS[name], words)
    if ours is None:
        return
    theirs = typed.parse([*name.split(), *words])
    assert theirs.keywords == ours  # type: ignore[attr-defined]
    assert list(mistakes(name, FUNCTIONS[name], words)) == []


@given(lines())
def test_any_line_is_read_or_refused_in_words(line: tuple[str, list[str]]) -> None:
    from pipegen.errors import PipegenError

    name, words = line
    if read(FUNCTIONS[name], words) is not None or list(mistakes(name, FUNCTIONS[name], words)):
        return
    try:
        assert callable(typed.parse([*name.split(), *words]))
    except PipegenError as error:
        assert all(one.hint for one in error.diagnostics)


@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_help_of_a_command_names_every_option_and_says_what_it_is_for(name: str, tmp_path: Path) -> None:
    for flag in ("--help", "-h"):
        said = pipegen(tmp_path, *name.split(), flag)
        assert (said.code, said.err) == (0, "")
    assert said.out.startswith(f"Usage: pipegen {name} ")
    assert "<list" not in said.out
    unwrapped = " ".join(said.out.split())
    for slot in slots(FUNCTIONS[name]):
        assert all(flag in said.out for flag in slot.word.names)
        assert slot.word.help in unwrapped or slot.word.help.replace("-", "- ") in unwrapped


def test_pipegen_alone_shows_all_commands(tmp_path: Path) -> None:
    alone = pipegen(tmp_path)
    assert (alone.code, alone.err) == (0, "")
    assert alone == pipegen(tmp_path, "--help")
    assert all(f"\n  {name} " in alone.out for name in COMMANDS)
    for name in ("values", "backends"):
        assert pipegen(tmp_path, name) == pipegen(tmp_path, name, "--help")


def test_python_m_pipegen_is_the_same_command(tmp_path: Path) -> None:
    done = subprocess.run([*PIPEGEN, "--version"], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert Said(0, done.stdout, done.stderr) == pipegen(tmp_path, "--version")
    wrong = subprocess.run([*PIPEGEN, "genrate"], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert Said(wrong.returncode, wrong.stdout, wrong.stderr) == pipegen(tmp_path, "genrate")


def test_mistakes_in_a_line_are_told_together(tmp_path: Path) -> None:
    said = pipegen(tmp_path, "generate", "--bakend=x", "--chek", "--out", "--json=yes")
    assert said.code == 2
    assert [line for line in said.err.splitlines() if "error[" in line] == [
        "error[PG185]: 'pipegen generate' has no option '--bakend'",
        "error[PG185]: 'pipegen generate' has no option '--chek'",
        "error[PG186]: '--json' takes no value",
        "error[PG186]: '--out' lacks its value",
    ]
    assert said.err.endswith("4 errors; `pipegen explain CODE` says more about a code\n")


@pytest.mark.parametrize("words", [("--verson",), ("--bogus", "generate"), ("--",), ("-x",)])
def test_a_mistake_before_the_command_is_told_in_the_same_form(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    said = pipegen(tmp_path, *words)
    assert said.code in (0, 2)
    assert "Usage" not in said.err and "Value error" not in said.err
    assert said.code == 0 or said.err.startswith("error[PG18")


ANSWERS = {
    "done": (0, ["check", "reviews.py"]),
    "the answer is no": (1, ["check", "wrong.py"]),
    "stale": (1, ["generate", "reviews.py", "--backend", "dvc", "--check"]),
    "variables are missing": (1, ["env", "reviews.py", "--check"]),
    "the input is wrong": (2, ["inspect", "wrong.py"]),
    "there is nothing to check": (2, ["check", "elsewhere.py"]),
    "the line is wrong": (2, ["check", "--bogus"]),
}


@pytest.mark.parametrize("case", ANSWERS)
def test_the_exit_code_tells_done_from_no_and_from_wrong_input(case: str, project: Path) -> None:
    code, words = ANSWERS[case]
    (project / "wrong.py").write_text("from pipegen import Pipeline\n\np = Pipeline('p')\n", encoding="utf-8")
    said = pipegen(project, *words)
    assert said.code == code
    assert bool(said.out) == (case == "stale")
    assert said.err


def test_strict_makes_a_warning_an_error(project: Path) -> None:
    (project / "warned.py").write_text(WARNED, encoding="utf-8")
    warned = pipegen(project, "check", "warned.py")
    assert (warned.code, warned.out) == (0, "")
    assert "warning[PG168]" in warned.err
    assert pipegen(project, "check", "warned.py", "--strict").code == 1


WARNED = """
from pipegen import Pipeline, Step


class Fetch(Step):
    def run(self) -> str: ...


class Tell(Step):
    trigger = "all_done"

    def run(self, text: str) -> None: ...


warned = Pipeline("warned", Fetch() >> Tell())
"""


def test_ctrl_c_ends_a_command_with_130_and_without_a_word(project: Path) -> None:
    slow = "import time\nprint('begun', flush=True)\ntime.sleep(60)\n"
    (project / "slow.py").write_text(slow, encoding="utf-8")
    running = subprocess.Popen(
        [*PIPEGEN, "check", "slow.py"], cwd=project, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert running.stderr is not None
    assert running.stderr.readline() == "begun\n"
    running.send_signal(signal.SIGINT)
    out, err = running.communicate(timeout=30)
    assert (running.returncode, out, err) == (130, "", "")


JSON = [
    ["generate", "reviews.py", "--backend", "dvc", "--json"],
    ["generate", "reviews.py", "--backend", "dvc", "--json", "--check"],
    ["check", "reviews.py", "--json"],
    ["check", "elsewhere.py", "--json"],
    ["check", "broken.py", "--json"],
    ["diff", "reviews.py", "--backend", "dvc", "--json"],
    ["targets", "reviews.py", "--json"],
    ["inspect", "reviews.py", "--json"],
    ["env", "reviews.py", "--json"],
    ["env", "reviews.py", "--format", "json"],
    ["env", "reviews.py", "--check", "--json"],
    ["values", "show", "--json"],
    ["values", "show", "--origin", "--json"],
    ["values", "schema"],
    ["backends", "list", "--json"],
    ["backends", "list", "--features", "--json"],
    ["backends", "schema", "dvc"],
    ["export", "reviews.py"],
    ["export", "--schema"],
    ["explain", "--json"],
    ["explain", "PG126", "--json"],
    ["runs", "list", "--json"],
    ["runs", "show", "last", "--json"],
    ["runs", "logs", "last", "--json"],
    ["runs", "gc", "--json"],
]


@pytest.mark.parametrize("words", JSON, ids=" ".join)
def test_json_is_json_and_nothing_else_is_on_stdout(words: list[str], project: Path) -> None:
    (project / "broken.py").write_text("def\n", encoding="utf-8")
    (project / "values.yaml").write_text("dvc: {artifacts: out}\n", encoding="utf-8")
    if words[0] == "runs":
        store = open_store(None, project)
        store.save_run(RunRecord("1", "reviews", "reviews.py:reviews", "SUCCESS", 1.0))
        store.close()
    said = pipegen(project, *words)
    assert said.code in (0, 1, 2)
    assert json.loads(said.out) not in (None, "")
    assert said.err == ""


def test_each_command_with_a_json_option_is_held_to_it() -> None:
    with_json = {
        name for name, function in FUNCTIONS.items() if any("--json" in s.word.names for s in slots(function))
    }
    tried = {" ".join(words) for words in JSON}
    in_tests_of_clusters = {"apply", "drift"}
    assert {
        name for name in with_json if not any(line.startswith(name) for line in tried)
    } == in_tests_of_clusters


def test_check_tells_a_program_what_it_tells_a_person(project: Path) -> None:
    source = project / "reviews.py"
    source.write_text(source.read_text(encoding="utf-8") + "\nfetch >> Score('late')\n", encoding="utf-8")
    said = pipegen(project, "check", "reviews.py", "--json")
    assert said.code == 1
    assert said.data == {
        "ok": False,
        "pipelines": [],
        "diagnostics": [
            {
                "code": "PG129",
                "severity": "error",
                "message": "'late' is fed by a task of a pipeline, but no pipeline runs it",
                "hint": "pass it to Pipeline(...) as one more sink, or remove it",
                "file": "reviews.py",
                "line": 36,
                "column": None,
                "related": [],
            }
        ],
    }


def test_a_reader_that_leaves_early_is_no_error(project: Path) -> None:
    many = "\n".join(f"t{n} = Fetch('t{n}')" for n in range(2000))
    text = f"from pipegen import Pipeline, Step\n\n\nclass Fetch(Step):\n    def run(self) -> str: ...\n\n\n{many}\n"
    text += f"many = Pipeline('many', {', '.join(f't{n}' for n in range(2000))})\n"
    (project / "many.py").write_text(text, encoding="utf-8")
    for command in ("export many.py", "inspect many.py", "generate many.py --backend dvc --stdout"):
        line = f"{sys.executable} -m pipegen {command} | head -1"
        done = subprocess.run(["bash", "-c", line], cwd=project, capture_output=True, text=True, check=True)
        assert (done.stderr, done.stdout.count("\n")) == ("", 1)


def test_output_that_cannot_be_written_is_told_in_one_line(project: Path) -> None:
    line = f"{sys.executable} -m pipegen export reviews.py > /dev/full"
    done = subprocess.run(["bash", "-c", line], cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error[PG198]: the output cannot be written: no space left on device")


def test_letters_that_the_terminal_lacks_are_written_as_escapes(project: Path) -> None:
    (project / "names.py").write_text(
        "from pipegen import Pipeline, Step\n\n\nclass Tell(Step):\n    def run(self) -> str: ...\n\n\n"
        "names = Pipeline('Übung', Tell('評価'))\n",
        encoding="utf-8",
    )
    env = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [*PIPEGEN, "graph", "names.py"], cwd=project, env=env, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u8a55\\u4fa1" in done.stdout


def test_a_command_can_be_called_from_python(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["explain", "PG126"]) == 0
    assert capsys.readouterr().out.startswith("PG126: types do not fit\n")
