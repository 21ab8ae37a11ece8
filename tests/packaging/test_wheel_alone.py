"""The wheel with its core dependencies alone, used from a folder of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from installing import Venv, ok

import pipegen

pytestmark = pytest.mark.engine


def test_it_says_its_version(alone: Venv, tmp_path: Path) -> None:
    assert ok(alone.pipegen("--version", cwd=tmp_path)).out.strip() == f"pipegen {pipegen.__version__}"


def test_it_explains_itself(alone: Venv, tmp_path: Path) -> None:
    said = ok(alone.pipegen("--help", cwd=tmp_path)).out
    for command in ("generate", "check", "exec", "inspect", "graph", "env", "values", "backends", "init"):
        assert command in said


def test_it_lists_its_backends(alone: Venv, tmp_path: Path) -> None:
    said = json.loads(ok(alone.pipegen("backends", "list", "--json", cwd=tmp_path)).out)
    assert "dvc" in json.dumps(said)


def test_what_it_generates_runs_line_by_line(alone: Venv, project: Path) -> None:
    ok(alone.pipegen("generate", "reviews.py", "--backend", "dvc", cwd=project))
    stages = yaml.safe_load((project / "dvc.yaml").read_text(encoding="utf-8"))["stages"]
    for stage in stages.values():  # written in an order that runs
        ok(alone.shell(stage["cmd"], cwd=project))
    artifacts = list(project.rglob("artifact.json"))
    assert len(artifacts) == 2
    values = [path.read_text(encoding="utf-8").strip() for path in project.rglob("count/*") if path.is_file()]
    assert "3" in values


def test_what_is_generated_is_up_to_date_at_once(alone: Venv, project: Path) -> None:
    ok(alone.pipegen("generate", "reviews.py", "--backend", "dvc", cwd=project))
    ok(alone.pipegen("generate", "reviews.py", "--backend", "dvc", "--check", cwd=project))


def test_a_project_that_init_makes_compiles(alone: Venv, tmp_path: Path) -> None:
    ok(alone.pipegen("init", "acme", cwd=tmp_path))
    ok(alone.pipegen("check", cwd=tmp_path / "acme"))
    ok(alone.pipegen("generate", "--backend", "dvc", cwd=tmp_path / "acme"))


@pytest.mark.parametrize("form", ["text", "mermaid", "dot", "svg", "html"])
def test_it_draws(alone: Venv, project: Path, form: str) -> None:
    assert "count" in ok(alone.pipegen("graph", "reviews.py", "--format", form, cwd=project)).out


def test_python_dash_m_is_the_same_command(alone: Venv, tmp_path: Path) -> None:
    code = "import runpy, sys; sys.argv = ['pipegen', '--version']; runpy.run_module('pipegen', run_name='__main__')"
    assert ok(alone.python(code, cwd=tmp_path)).out.strip() == f"pipegen {pipegen.__version__}"


def test_every_module_can_be_imported_without_the_extras(alone: Venv, tmp_path: Path) -> None:
    code = """
import importlib, pkgutil, pipegen
for module in pkgutil.walk_packages(pipegen.__path__, "pipegen."):
    if not module.name.endswith("__main__") and not module.name.startswith("pipegen.testing"):  # needs pytest
        importlib.import_module(module.name)
"""
    ok(alone.python(code, cwd=tmp_path))
