"""`pipegen check --deep`: the target's own library reads the files as well."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_runs import pipegen

PROGRAM = """
from pipegen import Pipeline, Step

class Nothing(Step):
    def run(self) -> None:
        pass

nothing = Pipeline("nothing", Nothing())
"""
IMAGE = ("--set", "defaults.image=a/b:1")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "acme"\n', encoding="utf-8")
    (tmp_path / "p.py").write_text(PROGRAM, encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("kind", ["Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"])
def test_hera_reads_and_writes_what_is_generated_without_loss(project: Path, kind: str) -> None:
    said = pipegen(project, "check", "p.py", "-b", "argo", "--deep", *IMAGE, "--set", f"argo.kind={kind}")
    assert (said.code, said.err) == (0, "1 pipeline with 1 task: nothing wrong\n")


@pytest.mark.parametrize("layout", ["kustomize", "helm"])
def test_folders_and_charts_are_read_too(project: Path, layout: str) -> None:
    sets = ("--set", f"argo.companions.layout={layout}", "--set", "argo.generate_name=false")
    assert pipegen(project, "check", "p.py", "-b", "argo", "--deep", *IMAGE, *sets).code == 0
    wrong = ("--set", "argo.object_patch={spec: {imagee: x}}")
    assert pipegen(project, "check", "p.py", "-b", "argo", "--deep", *IMAGE, *sets, *wrong).code == 1


@pytest.mark.parametrize(
    ("patch", "words"),
    [
        ("{spec: {imagee: x}}", "spec.imagee is a field that they do not know"),
        ("{spec: {parallelism: '2'}}", "spec.parallelism is taken for 2, but is '2'"),
        ("{spec: {entrypoint: [a]}}", "spec.entrypoint is refused: input should be a valid string"),
    ],
)
def test_what_a_patch_gets_wrong_is_found_with_its_place(project: Path, patch: str, words: str) -> None:
    patched = ("--set", f"argo.object_patch={patch}")
    assert pipegen(project, "check", "p.py", "-b", "argo", *IMAGE, *patched).code == 0
    said = pipegen(project, "check", "p.py", "-b", "argo", "--deep", "--json", *IMAGE, *patched)
    assert said.code == 1
    (found,) = json.loads(said.out)["diagnostics"]
    assert (found["code"], found["file"]) == ("PG572", "p.py")
    assert found["message"] == f"Hera's models of Argo: in nothing.workflow.yaml, {words}"


def test_a_backend_without_a_deep_check_says_so(project: Path) -> None:
    said = pipegen(project, "check", "p.py", "-b", "dvc", "--deep")
    assert said.code == 2
    assert said.err.startswith("error[PG574]: there is no deep check for 'dvc'\n")


def test_without_hera_it_says_what_to_install(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "hera.py").write_text("raise ImportError('not here')\n", encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(project))
    said = pipegen(project, "check", "p.py", "-b", "argo", "--deep", *IMAGE)
    assert said.code == 2
    assert said.err.startswith("error[PG573]: a deep check for argo takes Hera, which is not installed\n")
    assert "the extra 'argo'" in said.err
