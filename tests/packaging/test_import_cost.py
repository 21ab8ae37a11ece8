"""Start-up is a feature: which modules a command may load before it does anything."""

from __future__ import annotations

import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

from pipegen.cli.commands import COMMANDS

_RUN = """
import sys
before = set(sys.modules)
sys.argv = ["pipegen", *{words!r}]
try:
    {statement}
except SystemExit as end:
    assert not end.code, end.code
finally:
    print("loaded:", *sorted(set(sys.modules) - before), file=sys.stderr)
"""
COMMAND = "from pipegen.cli import main; main()"

# Heavy parts of the standard library that a start-up has no business with.
HEAVY = {"asyncio", "concurrent.futures", "email", "http", "importlib.metadata", "json.tool", "logging"}
HEAVY |= {"multiprocessing", "sqlite3", "ssl", "unittest", "urllib.request", "xml", "zipfile"}
# What only a mistake, a difference, a parameter or a file that is there already needs.
SELDOM = {"json", "textwrap", "unicodedata", "difflib", "shutil", "tempfile", "subprocess", "argparse"}
SELDOM |= {"pipegen.cli.render", "pipegen.cli.typed", "pipegen.backends.dvc.splice"}
LIBRARIES = {"pydantic", "pydantic_core", "typer", "yaml", "jinja2", "rich"}
ORCHESTRATORS = {"dvc", "hera", "kubernetes", "boto3", "networkx", "pandas", "polars", "pyarrow", "numpy"}

PLAIN = """
from pipegen import Pipeline, Step

class Nothing(Step):
    def run(self) -> None:
        pass

nothing = Pipeline("nothing", Nothing())
"""


def modules_of(statement: str, words: list[str], cwd: Path) -> set[str]:
    code = _RUN.format(statement=statement, words=words)
    done = subprocess.run([sys.executable, "-c", code], cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stderr.partition("loaded:")[2].split())


def foreign(modules: set[str]) -> set[str]:
    """The top-level names that do not come with Python."""
    tops = {name.partition(".")[0] for name in modules}
    return {name for name in tops if name not in sys.stdlib_module_names and not name.startswith("_")}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (tmp_path / "plain.py").write_text(PLAIN, encoding="utf-8")
    return tmp_path


def test_import_pipegen_loads_one_module_of_ours_and_nothing_heavy(tmp_path: Path) -> None:
    modules = modules_of("import pipegen", [], tmp_path)
    assert foreign(modules) == {"pipegen"}
    assert {name for name in modules if name.startswith("pipegen")} == {"pipegen"}
    assert modules & (HEAVY | {"dataclasses", "inspect", "pathlib", "subprocess"}) == set()


def test_the_words_for_writing_steps_load_no_library(tmp_path: Path) -> None:
    names = "from pipegen import Cache, Parameter, Pipeline, Resources, Retry, Step, step"
    modules = modules_of(names, [], tmp_path)
    assert foreign(modules) == {"pipegen"}
    assert modules & HEAVY == set()


@pytest.mark.parametrize("words", [["--help"], ["--version"]])
def test_help_loads_typer_and_no_other_library(tmp_path: Path, words: list[str]) -> None:
    modules = modules_of(COMMAND, words, tmp_path)
    assert foreign(modules) <= {
        "pipegen",
        "typer",
        "click",
        "shellingham",
        "annotated_doc",
        "typing_extensions",
    }
    assert modules & HEAVY == set()


def test_help_imports_no_command_and_nothing_below_the_command_line(tmp_path: Path) -> None:
    modules = modules_of(COMMAND, ["--help"], tmp_path)
    ours = {name for name in modules if name.startswith("pipegen.")}
    assert {name.split(".")[1] for name in ours} <= {"cli", "errors", "frozen"}
    assert ours & {module for module, _ in COMMANDS.values()} == set()


def test_exec_of_a_plain_step_loads_no_library(project: Path) -> None:
    words = ["exec", "plain.py:Nothing", "--name", "nothing", "--out", "out/nothing"]
    modules = modules_of(COMMAND, words, project)
    assert foreign(modules) == {"pipegen", "plain"}
    assert modules & (HEAVY | LIBRARIES) == set()
    assert (project / "out" / "nothing" / "artifact.json").is_file()


@pytest.mark.parametrize(
    ("backend", "written"),
    [("dvc", "dvc.yaml"), ("argo", "nothing.workflow.yaml"), ("cronjob", "nothing.job.yaml")],
)
def test_generate_loads_no_orchestrator_and_no_data_library(
    project: Path, backend: str, written: str
) -> None:
    image = [] if backend == "dvc" else ["--set", "defaults.image=registry.example.com/team/app:1.0"]
    modules = modules_of(COMMAND, ["generate", "plain.py", "--backend", backend, *image], project)
    assert foreign(modules) & (ORCHESTRATORS | {"jinja2", "rich", "pydantic"}) == set()
    assert (project / written).is_file()


def test_a_backend_loads_nothing_of_the_others(project: Path) -> None:
    image = ["--set", "defaults.image=registry.example.com/team/app:1.0"]
    modules = modules_of(COMMAND, ["generate", "plain.py", "--backend", "argo", *image], project)
    others = {
        name for name in modules if name.startswith(("pipegen.backends.dvc", "pipegen.backends.cronjob"))
    }
    assert others == set()


@pytest.mark.parametrize(
    ("values", "libraries"), [("", set()), ("dvc: {artifacts: data}\n", {"yaml", "cython_runtime"})]
)
def test_generate_loads_what_a_plain_pipeline_needs_and_no_more(
    project: Path, values: str, libraries: set[str]
) -> None:
    if values:
        (project / "values.yaml").write_text(values, encoding="utf-8")
    modules = modules_of(COMMAND, ["generate", "plain.py", "--backend", "dvc"], project)
    assert foreign(modules) <= {"pipegen", "plain"} | libraries
    assert modules & (HEAVY | SELDOM) == set()
    backends = {name for name in modules if name.startswith("pipegen.backends.")}
    assert {name.split(".")[2] for name in backends} == {"dvc", "command"}
    assert (project / "dvc.yaml").is_file()


@pytest.mark.parametrize(
    "words",
    [
        ["generate", "plain.py", "--backend", "dvc"],
        ["exec", "plain.py:Nothing", "--name", "nothing", "--out", "out/nothing"],
    ],
    ids=["generate", "exec"],
)
def test_frozen_dataclasses_on_the_way_are_the_cheap_ones(project: Path, words: list[str]) -> None:
    modules = modules_of(COMMAND, words, project)
    ours = [import_module(name).__file__ for name in modules if name.partition(".")[0] == "pipegen"]
    assert [file for file in ours if file and "\n@dataclass(frozen" in Path(file).read_text("utf-8")] == []
