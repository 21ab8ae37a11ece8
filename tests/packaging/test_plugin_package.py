"""Another company's package, installed for real, is as good as what is built in."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from installing import Venv, make_venv, ok, once

pytestmark = pytest.mark.engine

PLUGIN = Path(__file__).parent / "plugin_backend"

GRIDS = """
from acme_pipegen.grid import Grid
from pipegen import Pipeline, Step


class Draw(Step):
    def run(self) -> Grid:
        return Grid([[1, 2], [3, 4]])


class Add(Step):
    def run(self, grid: Grid) -> int:
        return sum(sum(row) for row in grid.rows)


sums = Pipeline("sums", Draw() >> Add())
"""


@pytest.fixture(scope="module")
def extended(shared: Path, wheel: Path) -> Venv:
    """pipegen and the plugin package in an environment of their own."""
    venv = shared / "extended"
    return Venv(once(venv, lambda: make_venv(venv, wheel, PLUGIN)))


@pytest.fixture
def grids(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (tmp_path / "sums.py").write_text(GRIDS, encoding="utf-8")
    return tmp_path


def test_its_backend_is_listed(extended: Venv, tmp_path: Path) -> None:
    listed = json.loads(ok(extended.pipegen("backends", "list", "--json", cwd=tmp_path)).out)
    shell = next(one for one in listed if one["name"] == "shell")
    assert shell["works"]
    assert shell["summary"] == "a script that runs the tasks in order"
    assert "shell" in ok(extended.pipegen("backends", "list", cwd=tmp_path)).out


def test_its_config_has_a_schema(extended: Venv, tmp_path: Path) -> None:
    schema = json.loads(ok(extended.pipegen("backends", "schema", "shell", cwd=tmp_path)).out)
    assert schema["properties"]["shell"]["enum"] == ["sh", "bash"]


def test_a_config_that_is_created_for_it_is_valid(extended: Venv, tmp_path: Path) -> None:
    ok(extended.pipegen("backends", "create", "shell", "--out", "shell.yaml", cwd=tmp_path))
    assert "The folder for artifacts." in (tmp_path / "shell.yaml").read_text(encoding="utf-8")
    ok(extended.pipegen("backends", "validate", "shell.yaml", cwd=tmp_path))


WRONG = [
    ("type: shell\nshel: sh\n", "did you mean 'shell'?"),
    ("type: shell\nshell: fish\n", "fish"),
    ("type: shell\nartifacts: /tmp\n", "/tmp"),
    ("type: shel\n", "did you mean 'shell'?"),
]


@pytest.mark.parametrize(("text", "said"), WRONG)
def test_a_wrong_config_is_refused_with_the_place(
    extended: Venv, tmp_path: Path, text: str, said: str
) -> None:
    (tmp_path / "shell.yaml").write_text(text, encoding="utf-8")
    done = extended.pipegen("backends", "validate", "shell.yaml", cwd=tmp_path)
    assert done.code == 2
    assert said in done.err
    assert f"shell.yaml:{text.count(chr(10))}:" in done.err


def test_generate_uses_its_backend_and_exec_its_codec(extended: Venv, grids: Path) -> None:
    ok(extended.pipegen("generate", "sums.py", "--backend", "shell", cwd=grids))
    ok(extended.pipegen("generate", "sums.py", "--backend", "shell", "--check", cwd=grids))
    ok(extended.shell("sh sums.sh", cwd=grids))
    made = json.loads((grids / "artifacts/draw/artifact.json").read_text(encoding="utf-8"))
    assert made["codec"] == "grid"
    assert next((grids / "artifacts/draw").rglob("grid.txt")).read_text(encoding="utf-8") == "1 2\n3 4\n"
    assert next((grids / "artifacts/add").rglob("data.json")).read_text(encoding="utf-8").strip() == "10"


def test_its_section_of_values_is_read_and_checked(extended: Venv, grids: Path) -> None:
    (grids / "values.yaml").write_text("shell:\n  artifacts: made\n", encoding="utf-8")
    ok(extended.pipegen("generate", "sums.py", "--backend", "shell", cwd=grids))
    assert "--out made/draw" in (grids / "sums.sh").read_text(encoding="utf-8")
    (grids / "values.yaml").write_text("shell:\n  artefacts: made\n", encoding="utf-8")
    done = extended.pipegen("generate", "sums.py", "--backend", "shell", cwd=grids)
    assert done.code == 2
    assert "did you mean 'artifacts'?" in done.err


def test_what_its_backend_cannot_do_is_refused_in_its_words(extended: Venv, grids: Path) -> None:
    scheduled = GRIDS.replace('Pipeline("sums", ', 'Pipeline("sums", schedule="0 4 * * *", ').replace(
        'schedule="0 4 * * *", Draw() >> Add()', 'Draw() >> Add(), schedule="0 4 * * *"'
    )
    (grids / "sums.py").write_text(scheduled, encoding="utf-8")
    done = extended.pipegen("generate", "sums.py", "--backend", "shell", cwd=grids)
    assert done.code == 2
    assert "a script has no clock" in done.err
    assert not (grids / "sums.sh").exists()


def test_its_runner_is_chosen_by_the_type_of_a_config_and_does_what_that_says(
    extended: Venv, grids: Path
) -> None:
    ok(extended.pipegen("backends", "create", "noted", "--out", "noted.yaml", cwd=grids))
    text = (grids / "noted.yaml").read_text(encoding="utf-8")
    assert text.startswith("type: noted\n# The file that each task is noted in.\nfile: notes.txt\n")
    ok(extended.pipegen("backends", "validate", "noted.yaml", cwd=grids))
    ok(extended.pipegen("run", "sums.py", "--runner-config", "noted.yaml", cwd=grids))
    assert (grids / "notes.txt").read_text(encoding="utf-8") == "draw 1\nadd 1\n"
    (grids / "values.yaml").write_text("run: {runner: {type: noted, file: more.txt}}\n", encoding="utf-8")
    ok(extended.pipegen("run", "sums.py", "--force", "--runner-set", "timeout=60", cwd=grids))
    assert (grids / "more.txt").read_text(encoding="utf-8") == "draw 1\nadd 1\n"


def test_its_runner_is_listed_and_has_a_schema(extended: Venv, tmp_path: Path) -> None:
    listed = json.loads(
        ok(extended.pipegen("backends", "list", "--kind", "runner", "--json", cwd=tmp_path)).out
    )
    assert ("noted", True) in [(one["name"], one["works"]) for one in listed]
    schema = json.loads(ok(extended.pipegen("backends", "schema", "noted", cwd=tmp_path)).out)
    assert schema["properties"]["type"]["const"] == "noted"
    whole = json.loads(ok(extended.pipegen("values", "schema", cwd=tmp_path)).out)
    assert whole["$defs"]["run.runner.noted"]["properties"]["file"]["type"] == ["string", "number", "boolean"]


WRONG_RUNNER = [
    (
        "type: noted\nfil: x\n",
        ["noted.yaml:1:1: error[PG221]", "noted.yaml:2:1: error[PG220]", "did you mean 'file'?"],
    ),
    ("type: noted\nfile: x\ntimeout: 1\n", ["noted.yaml:3:10: error[PG224]", "the smallest is 60"]),
    ("type: notd\n", ["noted.yaml:1:7: error[PG720]", "did you mean 'noted'?"]),
]


@pytest.mark.parametrize(("text", "said"), WRONG_RUNNER)
def test_a_wrong_config_of_its_runner_is_refused_with_the_places(
    extended: Venv, grids: Path, text: str, said: list[str]
) -> None:
    (grids / "noted.yaml").write_text(text, encoding="utf-8")
    done = extended.pipegen("run", "sums.py", "--runner-config", "noted.yaml", cwd=grids)
    assert done.code == 2
    assert all(one in done.err for one in said), done.err
    assert not (grids / "notes.txt").exists()


def test_its_post_processor_is_chosen_by_the_type_of_a_config_and_does_what_that_says(
    extended: Venv, grids: Path
) -> None:
    ok(extended.pipegen("backends", "create", "pages", "--out", "pages.yaml", cwd=grids))
    text = (grids / "pages.yaml").read_text(encoding="utf-8")
    assert text.startswith("type: pages\n")
    assert "\nto: page.md\n" in text
    assert "\ntitle: Results\n" in text
    assert "\n# required: true\n" in text
    ok(extended.pipegen("backends", "validate", "pages.yaml", cwd=grids))
    ok(extended.pipegen("run", "sums.py", "--processor-config", "pages.yaml", cwd=grids))
    assert (grids / "page.md").read_text(encoding="utf-8") == "# Results of sums\ndraw: 2\nadd: 2\nadd\n"
    values = (
        "run: {processors: [{type: pages, title: Sums, to: more.md}, {type: pages, title: x, to: no/x}]}\n"
    )
    (grids / "values.yaml").write_text(values, encoding="utf-8")
    done = extended.pipegen("run", "sums.py", "--json", cwd=grids)
    assert done.code == 1
    first, second = json.loads(done.out)["processors"]
    assert (first["ok"], first["message"], first["details"]) == (True, "wrote more.md", {"lines": 2})
    assert (second["ok"], second["code"]) == (False, "PG757")
    assert "FileNotFoundError" in second["message"]
    assert (grids / "more.md").is_file()


def test_its_post_processor_and_its_store_are_listed_and_have_schemas(extended: Venv, tmp_path: Path) -> None:
    for kind, name in (("processor", "pages"), ("store", "kept")):
        words = ("backends", "list", "--kind", kind, "--json")
        listed = json.loads(ok(extended.pipegen(*words, cwd=tmp_path)).out)
        assert (name, True) in [(one["name"], one["works"]) for one in listed]
        schema = json.loads(ok(extended.pipegen("backends", "schema", name, cwd=tmp_path)).out)
        assert schema["properties"]["type"]["const"] == name
    whole = json.loads(ok(extended.pipegen("values", "schema", cwd=tmp_path)).out)
    assert {"run.processor.pages", "run.store.kept"} <= set(whole["$defs"])


def test_a_wrong_config_of_its_post_processor_is_refused_before_anything_runs(
    extended: Venv, grids: Path
) -> None:
    (grids / "pages.yaml").write_text("type: pages\ntitel: x\nwhen: never\n", encoding="utf-8")
    done = extended.pipegen("run", "sums.py", "--processor-config", "pages.yaml", cwd=grids)
    assert done.code == 2
    for said in ("pages.yaml:1:1: error[PG221]", "pages.yaml:2:1: error[PG220]", "did you mean 'title'?",
                 "pages.yaml:3:7: error[PG223]"):  # fmt: skip
        assert said in done.err
    assert not (grids / ".pipegen/artifacts").exists()


def test_a_store_is_the_one_that_is_named_also_where_two_share_a_config(extended: Venv, grids: Path) -> None:
    for kind, path in (("kept", "kept/one.db"), ("sqlite", "one.db")):
        (grids / "values.yaml").write_text(
            f"run: {{store: {{type: {kind}, path: one.db}}}}\n", encoding="utf-8"
        )
        ok(extended.pipegen("run", "sums.py", cwd=grids))
        assert (grids / path).is_file()
        assert len(json.loads(ok(extended.pipegen("runs", "list", "--json", cwd=grids)).out)) == 1
    assert not (grids / ".pipegen/history.db").exists()


def test_without_the_package_its_codec_is_named(alone: Venv, extended: Venv, grids: Path) -> None:
    ok(extended.pipegen("exec", "sums.py:Draw", "--name", "draw", "--out", "draw", cwd=grids))
    (grids / "plain.py").write_text(
        "from pipegen import Step\n\nclass Take(Step):\n    def run(self, grid: str) -> None: ...\n",
        encoding="utf-8",
    )
    words = ["exec", "plain.py:Take", "--name", "take", "--in", "grid=draw", "--out", "take"]
    done = alone.pipegen(*words, cwd=grids)
    assert done.code == 2
    assert "'grid'" in done.err
    assert "Traceback" not in done.err
