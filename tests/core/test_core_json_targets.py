"""A pipeline document stands wherever a target stands: exported, edited, and generated from without any code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from pipegen import registry

MODULE = '''
from collections.abc import Iterator
from pydantic import SecretStr
from pipegen import Parameter, Pipeline, Retry, Settings, Step, step

class FetchSettings(Settings):
    limit: int = 100
    token: SecretStr = SecretStr("hunter2")

class Fetch(Step):
    """Download the reviews."""
    settings: FetchSettings
    retry = Retry(2, "5s")
    def run(self) -> Iterator[str]: ...

@step(mode="row")
def score(row: str) -> float: ...

class Merge(Step):
    def run(self, parts: list[list[float]]) -> float: ...

fetch = Fetch(timeout="5m")
merged = [score("eu", row=fetch), score("us", row=fetch)] >> Merge()
p = Pipeline("p", merged, description="Two countries", parameters=[Parameter("limit", "fetch.limit", default=5)])
'''


def pipegen(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pipegen", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def ok(folder: Path, *words: str) -> str:
    done = pipegen(folder, *words)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A project that holds the code, and one that holds only what was exported from it."""
    for name in ("code", "data"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").write_text("[project]\nname = 'acme'\n", encoding="utf-8")
    (tmp_path / "code" / "flow.py").write_text(MODULE, encoding="utf-8")
    ok(tmp_path / "code", "export", "flow.py", "--out", str(tmp_path / "data" / "p.json"))
    return tmp_path


def edit(path: Path, **changes: Any) -> None:
    document = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**document, **changes}), encoding="utf-8")


def test_an_export_of_an_export_is_byte_equal(folder: Path) -> None:
    first = (folder / "data" / "p.json").read_text(encoding="utf-8")
    second = ok(folder / "data", "export", "p.json")
    # where the document came from is the one thing that it says of itself
    assert second == first.replace('"target": "flow.py:p"', '"target": "p.json"')
    (folder / "data" / "p.json").write_text(second, encoding="utf-8")
    assert ok(folder / "data", "export", "p.json") == second


def test_what_is_exported_fits_the_schema_that_is_published(folder: Path) -> None:
    schema = json.loads(ok(folder / "data", "export", "--schema"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(
        json.loads((folder / "data" / "p.json").read_text(encoding="utf-8"))
    )


def test_a_document_holds_no_secret(folder: Path) -> None:
    assert "hunter2" not in (folder / "data" / "p.json").read_text(encoding="utf-8")


def test_generating_from_a_document_makes_what_generating_from_code_makes(folder: Path) -> None:
    made = [ok(folder / name, "generate", target, "-b", "dvc", "--stdout") for name, target in SOURCES]
    plain = [
        "\n".join(line for line in one.splitlines() if "flow.py" not in line and "p.json" not in line)
        for one in made
    ]
    assert plain[0] == plain[1] != ""


SOURCES = (("code", "flow.py"), ("data", "p.json"))


def test_an_edited_document_is_generated_from_as_it_stands(folder: Path) -> None:
    path = folder / "data" / "p.json"
    document = json.loads(path.read_text(encoding="utf-8"))
    extra = {"name": "asia", "step": "score", "inputs": [{"name": "row", "sources": ["fetch"]}]}
    tasks = [*document["tasks"], extra]
    for one in tasks:
        if one["name"] == "merge":
            one["inputs"][0]["sources"].append("asia")
    edit(path, tasks=tasks)
    made = ok(folder / "data", "generate", "p.json", "--backend", "dvc", "--stdout")
    assert "  asia:" in made and "parts=artifacts/asia" in made


COMMANDS = {
    "generate --backend dvc --stdout": "stages:",
    "check": "",
    "check --json": '"ok": true',
    "inspect": "Download the reviews.",
    "inspect --json": '"slug": "score"',
    "graph": "fetch",
    "graph --format svg": "<svg",
    "env": "FETCH__LIMIT",
    "env --format env": "# FETCH__LIMIT=100",
    "env --json": '"FETCH__LIMIT"',
    "export": '"pipegen": 1',
}


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_takes_a_document_where_it_takes_a_target_and_needs_no_code(
    folder: Path, command: str
) -> None:
    name, *words = command.split()
    from_document = ok(folder / "data", name, "p.json", *words)
    assert COMMANDS[command] in from_document
    if name in ("inspect", "env", "graph"):
        assert from_document == ok(folder / "code", name, "flow.py", *words) or "--json" in words


@pytest.mark.parametrize("target", ["../data/p.json", "p.json"])
def test_a_document_may_be_the_target_of_a_project(folder: Path, target: str) -> None:
    text = f"[project]\nname = 'acme'\n\n[tool.pipegen]\ntarget = '{target}'\n"
    (folder / "data" / "pyproject.toml").write_text(text, encoding="utf-8")
    assert "merge" in ok(folder / "data", "inspect")


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "an unknown key": ({"shedule": None}, "error[PG193]: shedule: is not known"),
    "a cycle": (
        {"tasks": [{"name": "a", "step": "score", "inputs": [{"name": "row", "sources": ["a"]}]}]},
        "error[PG153]: task 'a' feeds itself",
    ),
    "an input that the step does not have": (
        {"tasks": [{"name": "a", "step": "fetch", "inputs": [{"name": "row", "sources": ["a"]}]}]},
        "error[PG121]: task 'a' of step 'fetch' has no input 'row'",
    ),
    "a schedule that cannot be read": ({"schedule": {"cron": "soon"}}, "error[PG161]"),
    "no tasks": ({"tasks": [], "parameters": []}, "error[PG130]: pipeline 'p' has no tasks"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_mistake_in_a_document_is_said_in_words_with_its_place(folder: Path, case: str) -> None:
    changes, problem = WRONG[case]
    edit(folder / "data" / "p.json", **changes)
    done = pipegen(folder / "data", "check", "p.json")
    assert (done.returncode, "Traceback" in done.stderr) in ((1, False), (2, False))
    assert problem in done.stderr + done.stdout


def test_every_backend_compiles_a_document_or_says_why_not(folder: Path) -> None:
    for name in registry.names():
        done = pipegen(folder / "data", "generate", "p.json", "--backend", name, "--stdout")
        assert "Traceback" not in done.stderr
        assert done.stdout if done.returncode == 0 else "error[" in done.stderr
