"""Another company's store, installed for real: it passes the published suite, and runs are remembered in it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from installing import Venv, make_venv, ok, once, run

pytestmark = pytest.mark.engine

PLUGIN = Path(__file__).parent / "plugin_store"
SUITE = """
import pytest
from acme_history import FolderStore
from pipegen.testing import StoreConformance


class TestFolder(StoreConformance):
    @pytest.fixture
    def store(self, tmp_path):
        return FolderStore(tmp_path)

    @pytest.fixture
    def again(self, tmp_path):
        return FolderStore(tmp_path)
"""
# What a careless store does, and the test that finds it.
MISTAKES = [
    ("            fcntl.flock(file, fcntl.LOCK_EX)\n", "", "test_threads_lose_nothing"),
    (", reverse=True)", ")", "test_runs_are_listed_newest_first"),
    ("[:limit]", "", "test_a_limit_keeps_the_newest"),
    (" or run.task(task.name) is None", "", "test_updating_an_unknown_run_or_task_is_a_key_error"),
    ("pipeline in (None, one.pipeline)", "pipeline is None or pipeline in one.pipeline",
     "test_runs_are_listed_by_pipeline"),
]  # fmt: skip


@pytest.fixture(scope="module")
def installed(shared: Path, wheel: Path) -> Venv:
    """pipegen, the plugin and pytest in an environment of their own."""
    venv = shared / "with-store"
    return Venv(once(venv, lambda: make_venv(venv, wheel, PLUGIN, "pytest")))


def suite(installed: Venv, folder: Path, *words: str) -> tuple[int, str]:
    (folder / "test_folder.py").write_text(SUITE, encoding="utf-8")
    python = installed.path / "bin" / "python"
    done = run([python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_folder.py", *words], folder)
    return done.code, done.out + done.err


def test_it_passes_the_suite(installed: Venv, tmp_path: Path) -> None:
    code, said = suite(installed, tmp_path)
    assert code == 0, said
    assert "skipped" not in said
    assert int(said.split(" passed")[0].split()[-1]) > 40


@pytest.mark.parametrize(("right", "wrong", "test"), MISTAKES, ids=[test for _, _, test in MISTAKES])
def test_the_suite_finds_a_careless_store(
    installed: Venv, tmp_path: Path, right: str, wrong: str, test: str
) -> None:
    source = (PLUGIN / "src/acme_history/__init__.py").read_text(encoding="utf-8")
    assert right in source
    (tmp_path / "acme_history.py").write_text(source.replace(right, wrong), encoding="utf-8")
    code, said = suite(installed, tmp_path, "-k", test)
    assert code == 1, said
    assert f"TestFolder::{test}" in said


def test_runs_are_remembered_in_it(installed: Venv, project: Path) -> None:
    listed = json.loads(ok(installed.pipegen("backends", "list", "--json", cwd=project)).out)
    assert any(one["name"] == "folder" and one["works"] for one in listed)
    told = {"PIPEGEN_HISTORY_URL": "folder:remembered"}
    pipegen = installed.path / "bin" / "pipegen"
    ok(run([pipegen, "run", "reviews.py"], project, **told))
    assert len(list((project / "remembered").glob("*.run"))) == 1
    assert not (project / ".pipegen/history.db").exists()
    runs = json.loads(ok(run([pipegen, "runs", "list", "--json"], project, **told)).out)
    assert [one["status"] for one in runs] == ["SUCCESS"]
    assert "no run yet" in ok(run([pipegen, "runs", "list"], project)).err
    (project / "values.yaml").write_text(
        "run:\n  store: {type: folder, url: 'folder:elsewhere'}\n", encoding="utf-8"
    )
    ok(run([pipegen, "run", "reviews.py"], project))
    assert len(list((project / "elsewhere").glob("*.run"))) == 1


def test_without_pytest_the_suite_says_what_it_needs(alone: Venv, tmp_path: Path) -> None:
    done = alone.python("import pipegen.testing", cwd=tmp_path)
    assert done.code == 1
    assert "ImportError: pipegen.testing needs pytest: pip install pytest" in done.err
