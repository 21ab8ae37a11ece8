"""Law 6: no secret in anything that is generated or said; secrets are references."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from compiling import BACKENDS, compiled
from random_pipelines import STEPS
from sample import COMMANDS, FILES, files_of, ok, pipegen, write
from toys import Toy

from pipegen import registry
from pipegen.backend import Backend
from pipegen.checks import check
from pipegen.errors import PipegenError, refuse
from pipegen.ir import Draft, Options, Parameter, Pipeline, Task
from pipegen.link import link

# Where a secret can come from, and what it is there.
DEFAULT, NESTED = "hunter2-default", "hunter2-nested"  # in the sample's source
OWN, OF_TASK, OF_MODEL = "hunter2-own-variable", "hunter2-of-a-task", "hunter2-of-a-model"
SECRETS = (DEFAULT, NESTED, OWN, OF_TASK, OF_MODEL)
ENV = {
    "FETCH__TOKEN": OWN,
    "FETCH_EU__TOKEN": OF_TASK,
    "FETCH__API__PASSWORD": OF_MODEL,
}
FLOW = (
    FILES["flow.py"]
    .replace("p = Pipeline(", 'eu = Fetch("fetch-eu")\np = Pipeline(')
    .replace("[small, big]", "[small, big]")
)
PROJECT = {
    **FILES,
    "flow.py": FLOW.replace("    [small, big] >> Merge(),", "    [small, big] >> Merge(),\n    eu,"),
}
MORE = (
    "env flow.py",
    "env flow.py --format env",
    "env flow.py --format kubernetes",
    "env flow.py --check --json",
    "check flow.py --json",
    "graph flow.py --format html",
    "graph flow.py",
    "inspect flow.py",
    "fingerprint flow.py",
)


def shown(files: Mapping[str, bytes | str], secrets: tuple[str, ...] = SECRETS) -> list[str]:
    """Where a secret stands, as it is or in another form that gives it away."""
    found = []
    for path, data in files.items():
        raw = data if isinstance(data, bytes) else data.encode()
        forms = {form for one in secrets for form in _forms(one)}
        found += [f"{path}: {form.decode()}" for form in sorted(forms) if form in raw]
    return found


def _forms(secret: str) -> list[bytes]:
    """A secret as text, base64 at any offset, hexadecimal, and backwards."""
    data = secret.encode()
    shifted = [base64.b64encode(b"x" * n + data)[4:-4] for n in range(3)]
    return [data, data[::-1], data.hex().encode(), *shifted]


def test_no_secret_stands_in_anything_that_is_generated_or_said(tmp_path: Path) -> None:
    write(tmp_path, PROJECT)
    source = set(files_of(tmp_path))
    said = {}
    for command in (*COMMANDS, *MORE):
        done = pipegen(tmp_path, *command.split(), env=ENV)
        assert "Traceback" not in done.stderr
        said[command] = done.stdout + done.stderr
    made = {name: data for name, data in files_of(tmp_path).items() if name not in source}
    assert len(made) > len(BACKENDS)
    assert shown({**made, **said}) == []


def test_a_changed_secret_is_noticed_all_the_same(tmp_path: Path) -> None:
    write(tmp_path, PROJECT)
    prints = []
    for value in (OWN, OWN, "another"):
        ok(pipegen(tmp_path, "fingerprint", "flow.py", "--out", "prints", env={**ENV, "FETCH__TOKEN": value}))
        prints.append(files_of(tmp_path / "prints"))
    assert prints[0] == prints[1] != prints[2]


def test_a_secret_that_does_not_fit_is_not_repeated(tmp_path: Path) -> None:
    steps = FILES["src/acme/steps.py"].replace(
        'token: SecretStr = SecretStr("hunter2-default")', "token: SecretStr = Field(max_length=3)"
    )
    write(tmp_path, {**PROJECT, "src/acme/steps.py": steps})
    for command in (
        ["env", "flow.py", "--check"],
        ["exec", "acme.steps:Fetch", "--out", "out"],
        ["fingerprint", "flow.py"],
    ):
        done = pipegen(tmp_path, *command, env=ENV)
        assert done.returncode != 0 and "FETCH__TOKEN" in done.stderr
        assert shown({"stdout": done.stdout, "stderr": done.stderr}) == []


PLANTED = {
    "a secret in a description": ('"Scores of all reviews"', '__import__("os").environ["FETCH__TOKEN"]'),
    "a secret in metadata": ("fetch = Fetch(", 'fetch = Fetch(metadata={"token": "hunter2-default"}, '),
}


@pytest.mark.parametrize("planted", PLANTED)
def test_a_pipeline_that_gives_a_secret_away_is_noticed(tmp_path: Path, planted: str) -> None:
    old, new = PLANTED[planted]
    write(tmp_path, {**FILES, "flow.py": FILES["flow.py"].replace(old, new)})
    said = {command: ok(pipegen(tmp_path, *command.split(), env=ENV)) for command in ("export flow.py",)}
    assert shown(said)


@pytest.mark.parametrize("form", range(len(_forms("hunter2-default"))))
def test_every_form_of_a_secret_is_looked_for(form: int) -> None:
    assert shown({"x": b"password: " + _forms(DEFAULT)[form]})


def giving(**more: object) -> Pipeline:
    """A pipeline whose task 'fetch' has a secret setting `token`."""
    options = Options(image="app:1", env=more.pop("env", {}))  # type: ignore[arg-type]
    draft = Draft("p", (Task("fetch", "fetch", options=options),), STEPS, "flow.py:p")
    return link(replace(draft, **more))  # type: ignore[arg-type]


IN_CLEAR = {
    "the default of a parameter": giving(
        parameters=(Parameter("t", (("fetch", "token"),), "hunter2-x", True),)
    ),
    "a choice of a parameter": giving(
        parameters=(Parameter("t", (("fetch", "token"),), choices=("hunter2-x",)),)
    ),
    "a variable of the step": giving(env={"FETCH__TOKEN": "hunter2-x"}),
    "the variable of a parameter": giving(
        env={"P__T": "hunter2-x"}, parameters=(Parameter("t", (("fetch", "token"),)),)
    ),
}


def refused_or_hidden(pipeline: Pipeline, backend: Backend) -> list[str]:
    """Where a secret of a pipeline stands in what a backend makes; nothing when it refuses to."""
    try:
        refuse(check(pipeline))
        return shown(compiled(pipeline, backend, ignore=True), ("hunter2-x",))
    except PipegenError as error:
        return shown({"message": str(error)}, ("hunter2-x",))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("case", IN_CLEAR)
def test_a_secret_given_in_clear_is_refused_or_left_out(case: str, backend: str) -> None:
    assert refused_or_hidden(IN_CLEAR[case], registry.backend(backend)) == []


@pytest.mark.parametrize("case", IN_CLEAR)
def test_without_the_rule_it_would_be_noticed(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(pipeline: Pipeline) -> str:
        (task,) = pipeline.tasks
        return f"env: {dict(task.options.env)}\nparameters: {pipeline.parameters}\n"

    monkeypatch.setattr("pipegen.checks.open_secrets", lambda _: ())
    assert refused_or_hidden(IN_CLEAR[case], Toy(write))
