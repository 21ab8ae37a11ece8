"""Settings that values give as plain text are checked when files are generated, not when a run fails."""

from __future__ import annotations

from pathlib import Path

import pytest
from command_runs import Said, pipegen

STEPS = """
from pydantic import BaseModel, Field

from pipegen import Pipeline, Settings, Step


class Api(BaseModel):
    url: str
    retries: int = 3


class FetchSettings(Settings):
    token: str
    limit: int = Field(10, ge=1)
    api: Api | None = None


class Fetch(Step):
    settings: FetchSettings

    def run(self) -> int:
        return 1


flow = Pipeline("flow", Fetch("fetch-eu"))
"""
WRONG = [
    ("FETCH__LIMIT: '0'", "PG303", "'FETCH__LIMIT'"),
    ("FETCH_EU__LIMIT: many", "PG303", "'FETCH_EU__LIMIT'"),
    ("FETCH__API__RETRIES: x", "PG303", "'FETCH__API__RETRIES'"),
    ("FETCH__LIMMIT: '1'", "PG304", "did you mean 'FETCH__LIMIT'?"),
]
RIGHT = [
    "FETCH__LIMIT: '5'",
    'FETCH__API: \'{"url": "x"}\'',
    "OTHER__LIMIT: x",
    "LIMIT: x",
    "FETCH__API__URL: x",
]
PLACES = ["defaults: {{env: {{{0}}}}}", "steps: {{fetch: {{env: {{{0}}}}}}}", "steps: {{fetch-eu: {{env: {{{0}}}}}}}",
          "pipelines: {{flow: {{steps: {{fetch-eu: {{env: {{{0}}}}}}}}}}}"]  # fmt: skip


def generated(folder: Path, values: str, target: str = "flow.py") -> Said:
    (folder / "pyproject.toml").touch()
    (folder / "flow.py").write_text(STEPS, encoding="utf-8")
    (folder / "values.yaml").write_text(f"{values}\nargo: {{provided: ['*']}}\n", encoding="utf-8")
    return pipegen(folder, "generate", target, "--backend", "argo", "--set", "defaults.image=a:1", "--stdout")


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize(("env", "code", "said"), WRONG)
def test_what_does_not_fit_is_refused_at_its_place(
    tmp_path: Path, place: str, env: str, code: str, said: str
) -> None:
    found = generated(tmp_path, place.format(env))
    assert found.code == 2
    assert f"error[{code}]" in found.err and said in found.err
    assert "values.yaml:1:" in found.err


@pytest.mark.parametrize("env", RIGHT)
def test_what_fits_or_is_no_setting_passes(tmp_path: Path, env: str) -> None:
    found = generated(tmp_path, PLACES[0].format(env))
    assert found.code == 0, found.err


@pytest.mark.parametrize(("env", "code"), [("FETCH__LIMIT: many", "PG303"), ("FETCH__LIMMIT: '1'", "PG304")])
def test_a_pipeline_document_is_checked_by_what_it_says(tmp_path: Path, env: str, code: str) -> None:
    generated(tmp_path, "{}")
    said = pipegen(tmp_path, "export", "flow.py")
    assert said.code == 0, said.err
    (tmp_path / "flow.json").write_text(said.out, encoding="utf-8")
    (tmp_path / "flow.py").unlink()
    (tmp_path / "values.yaml").write_text(PLACES[0].format(env), encoding="utf-8")
    words = ("--backend", "argo", "--set", "defaults.image=a:1", "--stdout", "--set", "argo.provided=['*']")
    found = pipegen(tmp_path, "generate", "flow.json", *words)
    assert found.code == 2
    assert f"error[{code}]" in found.err
