"""Pipelines run from Python, and in the tests of those who write them."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

import pytest
from engine_project import Project

SCRIPT = """
    class SizeSettings(Settings):
        size: int = 2
        token: SecretStr | None = None

    class Make(Step):
        settings: SizeSettings
        def run(self) -> list[int]:
            print("making", self.settings.size)
            return list(range(self.settings.size))

    @step
    def total(numbers: list[int]) -> int:
        if len(numbers) > 10:
            raise ValueError("too many")
        return sum(numbers)

    flow = Pipeline("flow", Make() >> total(), parameters=[Parameter("size", "make.size", default=2)])

    if __name__ == "__main__":
        result = flow.run(parameters={"size": 4})
        print(result.success, result.value("total"), result.value("make"), result.log("make").strip())
        result = flow.run(env={"FLOW__SIZE": "20"})
        print(result.success, result.tasks["total"].error)
        try:
            result.raise_for_status()
        except Exception as error:
            print(type(error).__name__, "PG778" in str(error), "too many" in str(error))
"""


def test_a_script_runs_its_own_pipeline(project: Project) -> None:
    project.write(SCRIPT)
    done = subprocess.run(
        [sys.executable, "flow.py"], cwd=project.folder, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        "True 6 [0, 1, 2, 3] making 4",
        "False ValueError: too many",
        "PipegenError True True",
    ], done.stderr
    assert len(project.runs()) == 2


def test_threads_do_not_keep_a_pipeline_from_running(project: Project) -> None:
    project.write(SCRIPT)
    (project.folder / "threaded.py").write_text(
        dedent(
            """
            import threading
            from flow import flow
            threading.Thread(target=threading.Event().wait, daemon=True).start()
            print(flow.run().value("total"))
            """
        )
    )
    done = subprocess.run(
        [sys.executable, "threaded.py"], cwd=project.folder, capture_output=True, text=True, check=False
    )
    assert done.stdout == "1\n", done.stderr


def test_users_test_their_own_pipelines(project: Project) -> None:
    project.write(SCRIPT)
    (project.folder / "conftest.py").write_text('pytest_plugins = ["pipegen.testing.fixtures"]\n')
    (project.folder / "test_flow.py").write_text(
        dedent(
            """
            import pytest
            from flow import Make, SizeSettings, flow, total
            from pipegen.errors import PipegenError

            def test_all(run_pipeline):
                result = run_pipeline(flow, parameters={"size": 3})
                assert result.value("total") == 3
                assert run_pipeline(flow, parameters={"size": 3}).tasks["make"].status == "CACHED"

            def test_failure(run_pipeline):
                with pytest.raises(PipegenError, match="too many"):
                    run_pipeline(flow, parameters={"size": 20})
                assert run_pipeline(flow, parameters={"size": 20}, check=False).tasks["total"].status == "FAILED"

            def test_step(runtime_context):
                numbers = runtime_context.put(Make().call(settings=SizeSettings(size=3)))
                assert total.call(numbers=runtime_context.get(numbers)) == 3
            """
        )
    )
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    env = {**os.environ, "PYTEST_ADDOPTS": ""}
    done = subprocess.run(words, cwd=project.folder, capture_output=True, text=True, env=env, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    assert not (project.folder / ".pipegen/history.db").exists()
    assert not (project.folder / ".pipegen/artifacts").exists()


def test_a_call_without_a_guard_is_refused_where_the_module_is_imported(project: Project) -> None:
    project.write(SCRIPT.partition("    if __name__")[0] + "    flow.run()\n")
    said = project.run()
    assert said.code == 2
    assert "PG777" in said.err
    assert 'if __name__ == "__main__":' in said.err
    assert not (project.folder / ".pipegen").exists()


@pytest.mark.parametrize("options", [{"parameters": {"sise": 1}}, {"timeout": "soon"}, {"workers": 0}])
def test_wrong_options_are_refused(project: Project, options: dict[str, object]) -> None:
    project.write(SCRIPT)
    code = f"from flow import flow\nflow.run(**{options!r})"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project.folder, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "PG77" in done.stderr


def test_options_are_taken_as_they_are_meant(project: Project) -> None:
    project.write(SCRIPT)
    code = """
from flow import flow
result = flow.run(env={"FLOW__SIZE": 3}, timeout=90, steps="make", values=[])
print(list(result.tasks), result.value("make"))
for wrong in (lambda: result.log("mke"), lambda: flow.run(parameters={"size": {1}}, env={"A": object()})):
    try:
        wrong()
    except Exception as error:
        print(error)
"""
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=project.folder, capture_output=True, text=True, check=False
    )
    assert done.stdout.splitlines() == [
        "['make'] [0, 1, 2]",
        "error[PG770]: the run has no task 'mke' (did you mean 'make'?)",
        "error[PG772]: parameter 'size' cannot be given a set: it is not JSON (give it text, numbers or lists)",
    ], done.stderr


def test_a_home_elsewhere(project: Project, tmp_path: Path) -> None:
    project.write(SCRIPT)
    home = tmp_path / "elsewhere"
    assert project.run(env={"PIPEGEN_HOME": str(home)}).code == 0
    assert not (project.folder / ".pipegen/artifacts").exists()
    assert (home / "latest/flow/total").exists()
    assert (home / "history.db").exists()
