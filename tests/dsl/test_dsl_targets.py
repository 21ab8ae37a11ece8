"""What a target may be: modules, files, packages, pyproject.toml, JSON; and what modules may look like."""

from __future__ import annotations

import importlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from written import diagnostics, loaded, refused, write

from pipegen.dsl.project import find

STEPS = """
from pipegen import Pipeline, Step

class Fetch(Step):
    def run(self) -> list[int]: ...

class Score(Step):
    def run(self, rows: list[int]) -> list[float]: ...
"""
TWO = f"""{STEPS}
daily = Pipeline("daily-reviews", Fetch() >> Score())
nightly = Pipeline("nightly", Fetch())
"""


def names(folder: Path, target: str | None = None) -> list[str]:
    return [one.name for one in loaded(folder, target)]


@pytest.mark.parametrize(
    ("target", "found"),
    [
        ("two.py", ["daily-reviews", "nightly"]),
        ("two", ["daily-reviews", "nightly"]),
        ("two.py:nightly", ["nightly"]),
        ("two:nightly", ["nightly"]),
        ("two:daily", ["daily-reviews"]),
        ("two.py:daily-reviews", ["daily-reviews"]),
    ],
)
def test_a_module_may_hold_several_pipelines_and_a_target_may_name_one(
    tmp_path: Path, target: str, found: list[str]
) -> None:
    assert names(write(tmp_path, {"two.py": TWO}), target) == found


def test_one_pipeline_under_two_names_is_one(tmp_path: Path) -> None:
    assert names(write(tmp_path, {"p.py": f"{TWO}\nagain = daily\n"}), "p.py") == ["daily-reviews", "nightly"]


def test_the_name_of_a_pipeline_counts_more_than_that_of_a_variable(tmp_path: Path) -> None:
    code = f"{STEPS}\na = Pipeline('b', Fetch())\nb = Pipeline('a', Fetch() >> Score())\n"
    (found,) = loaded(write(tmp_path, {"p.py": code}), "p.py:a")
    assert (found.name, found.target) == ("a", "p.py:a")


@pytest.mark.parametrize("name", ["a: b", "a.py:b", "x/y", "übung nightly", "a:b:c"])
def test_a_pipeline_of_any_name_can_be_named_again_by_its_target(tmp_path: Path, name: str) -> None:
    write(tmp_path, {"p.py": f"{STEPS}\np = Pipeline({name!r}, Fetch())\n"})
    (found,) = loaded(tmp_path, "p.py")
    assert found.target == f"p.py:{name}"
    assert names(tmp_path, found.target) == [name]


def test_a_module_written_after_its_folder_was_read_is_found_and_no_other_folder_is_read_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importlib, "invalidate_caches", None)  # loads importlib.metadata from Python 3.13 on
    for name in ("sooner", "later"):
        write(tmp_path, {f"{name}.py": TWO})
        os.utime(tmp_path, (1, 1))  # as when the clock is too coarse to tell that a file has come
        assert names(tmp_path, f"{name}:nightly") == ["nightly"]


@pytest.mark.parametrize("kept", ["[{0}, {1}]", "({0}, {1})", "{{'x': {0}, 'y': {1}}}"])
def test_pipelines_kept_in_a_list_or_a_dict_are_found(tmp_path: Path, kept: str) -> None:
    both = kept.format("Pipeline('eu', Fetch())", "Pipeline('us', Fetch())")
    assert names(write(tmp_path, {"p.py": f"{STEPS}\nby_country = {both}\n"}), "p.py") == ["eu", "us"]
    assert names(tmp_path, "p.py:us") == ["us"]


def test_a_pipeline_may_be_built_by_a_function(tmp_path: Path) -> None:
    code = f"{STEPS}\ndef build(name):\n    return Pipeline(name, Fetch() >> Score())\n\np = build('made')\n"
    (found,) = loaded(write(tmp_path, {"p.py": code}), "p.py")
    assert found.origin is not None and (found.origin.file, found.origin.line) == ("p.py", 10)


def test_a_module_may_do_something_when_it_is_run_itself(tmp_path: Path) -> None:
    code = f"{TWO}\nif __name__ == '__main__':\n    raise SystemExit('not now')\n"
    assert names(write(tmp_path, {"p.py": code}), "p.py") == ["daily-reviews", "nightly"]


PACKAGE = {
    "acme/__init__.py": "",
    "acme/steps.py": STEPS,
    "acme/flows/__init__.py": "from acme.flows.daily import daily",
    "acme/flows/daily.py": "from ..steps import Fetch, Pipeline\ndaily = Pipeline('daily', Fetch())",
}


@pytest.mark.parametrize("src", ["", "src/"])
@pytest.mark.parametrize("target", ["acme.flows.daily", "acme.flows", "{src}acme/flows/daily.py:daily"])
def test_a_module_in_a_package_is_found_by_name_and_by_file(tmp_path: Path, src: str, target: str) -> None:
    write(tmp_path, {f"{src}{name}": text for name, text in PACKAGE.items()})
    (found,) = loaded(tmp_path, target.format(src=src))
    assert found.name == "daily"
    assert found.steps["fetch"].entrypoint == "acme.steps:Fetch"
    assert found.steps["fetch"].sources == (f"{src}acme/__init__.py", f"{src}acme/steps.py")


def test_a_folder_without_init_is_a_package_by_name(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"acme/steps.py": STEPS, "acme/p.py": "from acme.steps import *\np = Pipeline('p', Fetch())"},
    )
    (found,) = loaded(tmp_path, "acme.p")
    assert found.steps["fetch"].entrypoint == "acme.steps:Fetch"


def test_a_file_in_a_plain_folder_imports_its_neighbours(tmp_path: Path) -> None:
    files = {"jobs/helpers.py": STEPS, "jobs/p.py": "from helpers import *\np = Pipeline('p', Fetch())"}
    (found,) = loaded(write(tmp_path, files), "jobs/p.py")
    assert found.target == "jobs/p.py:p"
    assert found.steps["fetch"].entrypoint == "jobs/helpers.py:Fetch"


@pytest.mark.parametrize("name", ["statistics", "types", "queue"])
def test_a_file_may_be_called_like_a_module_of_python(tmp_path: Path, name: str) -> None:
    own = sys.modules.get(name)
    (found,) = loaded(write(tmp_path, {f"{name}.py": f"{STEPS}\np = Pipeline('p', Fetch())"}), f"{name}.py")
    assert found.steps["fetch"].entrypoint == f"{name}.py:Fetch"
    assert sys.modules.get(name) is own


def test_a_file_that_another_module_goes_by_is_not_mixed_up_with_it(tmp_path: Path) -> None:
    write(tmp_path, {"xml/__init__.py": "", "xml/p.py": TWO})
    (said,) = refused(lambda: loaded(tmp_path, "xml/p.py"))
    assert "[PG101]" in said or "[PG102]" in said


PYPROJECT = "[project]\nname = 'acme'\n\n[tool.pipegen]\n"


@pytest.mark.parametrize(
    ("table", "found"),
    [
        ('target = "two.py"', ["daily-reviews", "nightly"]),
        ('target = "two.py:nightly"', ["nightly"]),
        ('target = ["two.py:nightly", "flows.one"]', ["nightly", "one"]),
        ('targets = ["flows/one.py", "two.py:nightly"]', ["one", "nightly"]),
        ('target = "far"\npythonpath = "lib"', ["far"]),
        ('target = "far"\npythonpath = ["lib"]', ["far"]),
    ],
)
def test_pyproject_says_which_pipelines_are_meant(tmp_path: Path, table: str, found: list[str]) -> None:
    files = {
        "pyproject.toml": PYPROJECT + table,
        "two.py": TWO,
        "flows/one.py": "from pipegen import *\n@step\ndef one() -> int: ...\np = Pipeline('one', one())",
        "lib/far.py": f"{STEPS}\np = Pipeline('far', Fetch())",
    }
    assert names(write(tmp_path, files)) == found


WRONG_PYPROJECT = {
    'targt = "two.py"': "pyproject.toml:5: [PG107]: [tool.pipegen] has no key 'targt'",
    "target = 5": "pyproject.toml:5: [PG107]: 'target' in [tool.pipegen] must be text or a list of texts",
    'target = "two.py"\npythonpath = "nope"': "pyproject.toml:6: [PG107]: there is no folder 'nope'",
    "target = [": "pyproject.toml:5: [PG107]: pyproject.toml is not valid TOML: invalid value",
    "": "[PG106]: no target was given",
}


@pytest.mark.parametrize("table", WRONG_PYPROJECT)
def test_a_table_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path, table: str) -> None:
    write(tmp_path, {"pyproject.toml": PYPROJECT + table, "two.py": TWO})
    (said,) = refused(lambda: loaded(tmp_path))
    assert said.startswith(WRONG_PYPROJECT[table])


def test_without_a_pyproject_there_is_no_place_of_a_key(tmp_path: Path) -> None:
    assert find(tmp_path).place("values") is None


def test_every_pipeline_of_all_targets_has_a_name_of_its_own(tmp_path: Path) -> None:
    files = {"a.py": TWO, "b.py": TWO, "pyproject.toml": f'{PYPROJECT}targets = ["a.py", "b.py:nightly"]\n'}
    said = refused(lambda: loaded(write(tmp_path, files)))
    assert len(said) == 1 and "[PG133]: two pipelines are called 'nightly'" in said[0]


def test_the_same_target_twice_is_one(tmp_path: Path) -> None:
    files = {"a.py": TWO, "pyproject.toml": f'{PYPROJECT}targets = ["a.py", "a.py:nightly"]\n'}
    assert names(write(tmp_path, files)) == ["daily-reviews", "nightly"]


def test_two_steps_of_one_slug_in_two_pipelines_are_refused_with_both_named(
    tmp_path: Path,
) -> None:
    code = f"{STEPS}\nclass Other(Step):\n    slug = 'fetch'\n    def run(self) -> int: ...\n"
    code += "a = Pipeline('a', Fetch())\nb = Pipeline('b', Other())\n"
    (said,) = diagnostics(lambda: loaded(write(tmp_path, {"p.py": code}), "p.py"))
    assert said.code == "PG128"
    assert said.message == "two steps have the slug 'fetch': p:Other and p:Fetch"
    assert [str(one.origin) for one in said.related] == ["p.py:4"]


def test_a_circle_of_imports_is_told_as_python_tells_it(tmp_path: Path) -> None:
    files = {
        "a.py": f"{STEPS}\nfrom b import score\np = Pipeline('p', score)",
        "b.py": "from a import p\nscore = 1",
    }
    (said,) = refused(lambda: loaded(write(tmp_path, files), "a.py"))
    assert said.startswith("b.py:1: [PG102]: importing 'a' failed: ")


def test_modules_that_import_each_other_late_are_fine(tmp_path: Path) -> None:
    files = {
        "a.py": f"{STEPS}\nimport b\np = Pipeline('p', b.score())",
        "b.py": "def score():\n    import a\n    return a.Fetch() >> a.Score()",
    }
    assert names(write(tmp_path, files), "a.py") == ["p"]


def test_what_a_module_prints_is_not_mixed_with_data(tmp_path: Path) -> None:
    write(tmp_path, {"p.py": f"print('hello')\n{TWO}"})
    words = [sys.executable, "-m", "pipegen", "inspect", "p.py", "--json"]
    done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert [one["name"] for one in json.loads(done.stdout)["pipelines"]] == ["daily-reviews", "nightly"]
    assert done.stderr == "hello\n"


def test_the_folder_a_command_runs_in_does_not_change_what_is_made(tmp_path: Path) -> None:
    write(tmp_path, {"jobs/p.py": TWO})
    texts = set()
    for folder, target in ((tmp_path, "jobs/p.py:daily"), (tmp_path / "jobs", "p.py:daily")):
        words = [sys.executable, "-m", "pipegen", "export", target]
        texts.add(subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True).stdout)
    assert len(texts) == 1 and '"jobs/p.py:daily-reviews"' in texts.pop()


def test_only_what_a_step_imports_is_among_its_sources(tmp_path: Path) -> None:
    files = {
        "lib/__init__.py": "",
        "lib/used.py": "from . import deep",
        "lib/deep.py": "import json, os.path",
        "lib/unused.py": "",
        "steps.py": f"{STEPS}\ndef lazily():\n    from lib import used",
        "p.py": "from steps import *\nimport lib.unused\np = Pipeline('p', Fetch())",
    }
    (found,) = loaded(write(tmp_path, files), "p.py")
    assert found.steps["fetch"].sources == ("lib/__init__.py", "lib/deep.py", "lib/used.py", "steps.py")
