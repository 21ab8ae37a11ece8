"""A secret in the code or in values is refused before anything is made of it or shown, at its place."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_runs import pipegen

from pipegen import registry

FLOW = """from pydantic import SecretStr

from pipegen import Parameter, Pipeline, Settings, Step


class FetchSettings(Settings):
    token: SecretStr


class Fetch(Step):
    settings: FetchSettings

    def run(self) -> int:
        return 1


flow = Pipeline("flow", Fetch(image="a:1", OPTIONS), parameters=[Parameter("key", "fetch.token"MORE)])
"""
IN_CODE = {
    "a variable": ("env={'FETCH__TOKEN': 'hunter2'}", ""),
    "a default": ("", ", default='hunter2'"),
    "a choice": ("", ", choices=['hunter2']"),
}
IN_VALUES = [
    "defaults: {env: {FETCH__TOKEN: hunter2}}",
    "steps: {fetch: {env: {FLOW__KEY: hunter2}}}",
    "pipelines: {flow: {parameters: {key: {default: hunter2}}}}",
    "pipelines: {flow: {parameters: {key: {choices: [hunter2]}}}}",
]
SHOWING = ("export", "env", "env --format kubernetes", "inspect --json", "graph", "fingerprint")


def write(folder: Path, options: str = "", more: str = "", values: str = "{}") -> None:
    (folder / "pyproject.toml").touch()
    text = FLOW.replace("OPTIONS", options).replace("MORE", more)
    (folder / "flow.py").write_text(text, encoding="utf-8")
    (folder / "values.yaml").write_text(f"{values}\n", encoding="utf-8")


@pytest.mark.parametrize("case", IN_CODE)
def test_a_secret_in_the_code_is_shown_by_no_command(tmp_path: Path, case: str) -> None:
    write(tmp_path, *IN_CODE[case])
    compiling = (f"generate --stdout --backend {name}" for name in registry.names())
    for command in (*SHOWING, *compiling):
        first, *rest = command.split()
        said = pipegen(tmp_path, first, "flow.py", *rest)
        assert said.code == 2
        assert "flow.py:17: error[PG140]: " in said.err
        assert "hunter2" not in said.out + said.err


@pytest.mark.parametrize("values", IN_VALUES)
def test_a_secret_in_values_is_refused_where_it_stands(tmp_path: Path, values: str) -> None:
    write(tmp_path, values=values)
    for backend in registry.names():
        said = pipegen(tmp_path, "generate", "flow.py", "--backend", backend, "--stdout")
        assert said.code == 2
        assert "values.yaml:1:" in said.err and "error[PG140]" in said.err
        assert "hunter2" not in said.out + said.err
