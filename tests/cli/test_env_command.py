"""`pipegen env`: what a pipeline reads at run time, listed, sketched and checked; no secret is ever shown."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from command_runs import Said, pipegen
from hypothesis import given
from hypothesis import strategies as st
from validators.validate import check

from pipegen.app import sketches
from pipegen.runtime import env_file
from pipegen.runtime.environment import Variable

SECRET = "s3cr3t-v4lue"
FILLED = {"FETCH__URL": "https://example.org", "FETCH__TOKEN": SECRET}


def test_the_table_says_what_is_needed_and_what_it_is_for(project: Path) -> None:
    assert pipegen(project, "env", "reviews.py") == Said(
        0,
        "variable        type        default   what it is\n"
        "FETCH__URL      str         required  where reviews are read\n"
        "FETCH__LIMIT    int, >= 1   100\n"
        "FETCH__TOKEN    SecretStr   required\n"
        "FETCH__PROXY    str | None  -\n"
        "REVIEWS__LIMIT  parameter   20        how many\n",
        "",
    )


def test_json_has_a_record_for_each_variable(project: Path) -> None:
    found = {one["name"]: one for one in pipegen(project, "env", "reviews.py", "--json").data}  # type: ignore[attr-defined]
    assert list(found) == ["FETCH__URL", "FETCH__LIMIT", "FETCH__TOKEN", "FETCH__PROXY", "REVIEWS__LIMIT"]
    assert found["FETCH__TOKEN"] == {
        "name": "FETCH__TOKEN",
        "alternative": "",
        "type": "SecretStr",
        "required": True,
        "default": None,
        "secret": True,
        "description": "",
        "step": "fetch",
        "field": "token",
    }
    assert (found["FETCH__LIMIT"]["default"], found["FETCH__LIMIT"]["required"]) == (100, False)


def test_a_sketch_of_an_env_file_is_refused_until_it_is_filled_in(project: Path) -> None:
    sketch = pipegen(project, "env", "reviews.py", "--format", "env").out
    (project / ".env").write_text(sketch, encoding="utf-8")
    empty = pipegen(project, "env", "reviews.py", "--check", "--env-file", ".env")
    assert empty.code == 1
    assert [line.split("'")[1] for line in empty.err.splitlines() if "is empty" in line] == [
        "FETCH__TOKEN",
        "FETCH__URL",
    ]
    for name, value in FILLED.items():
        sketch = sketch.replace(f"\n{name}=\n", f"\n{name}={value}\n")
    sketch = sketch.replace("# FETCH__LIMIT=100", "FETCH__LIMIT=100")
    (project / ".env").write_text(sketch, encoding="utf-8")
    filled = pipegen(project, "env", "reviews.py", "--check", "--env-file", ".env")
    assert filled == Said(0, "", "every variable is there and fits\n")


def documents(text: str) -> dict[str, dict[str, object]]:
    return {one["kind"]: one for one in yaml.safe_load_all(text)}


def test_a_sketch_for_kubernetes_is_a_config_map_and_a_secret(project: Path) -> None:
    said = pipegen(project, "env", "reviews.py", "--format", "kubernetes")
    assert documents(said.out) == {
        "ConfigMap": {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "reviews"},
            "data": {"FETCH__URL": "", "FETCH__LIMIT": "100", "REVIEWS__LIMIT": "20"},
        },
        "Secret": {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "reviews"},
            "stringData": {"FETCH__TOKEN": ""},
        },
    }
    assert "# May be added: FETCH__PROXY (str | None)\n" in said.out


@pytest.mark.engine
def test_kubernetes_takes_the_sketch_whatever_the_pipeline_is_called(project: Path) -> None:
    source = project / "reviews.py"
    text = source.read_text(encoding="utf-8")
    for name in ("reviews", "Übung macht den Meister!", "x" * 200, "9 to 5"):
        source.write_text(text.replace('Pipeline("reviews"', f'Pipeline("{name}"'), encoding="utf-8")
        assert check(pipegen(project, "env", "reviews.py", "--format", "kubernetes").out) == []


@pytest.mark.parametrize("name", ["reviews", "Übung macht den Meister!", "x" * 80])
def test_the_sketched_secret_is_the_one_that_both_kubernetes_backends_read(project: Path, name: str) -> None:
    source = project / "reviews.py"
    text = source.read_text(encoding="utf-8").replace('Pipeline("reviews"', f'Pipeline("{name}"')
    text += '\nother = Pipeline("other", Fetch("again"))\n'
    source.write_text(text, encoding="utf-8")
    sketch = pipegen(project, "env", "reviews.py", "--format", "kubernetes").out
    sketched = {
        (one["metadata"]["name"], key)
        for one in yaml.safe_load_all(sketch)
        if one["kind"] == "Secret"
        for key in one["stringData"]
    }
    assert len(sketched) == 2
    for backend in ("argo", "cronjob"):
        words = ("--set", "defaults.image=a:1", "--set", f"{backend}.provided=[FETCH__URL]", "--stdout")
        said = pipegen(project, "generate", "reviews.py", "--backend", backend, *words)
        assert said.code == 0, said.err
        assert set(references(list(yaml.safe_load_all(said.out)))) == sketched


def references(data: object) -> Iterator[tuple[str, str]]:
    """The keys of Secrets without which nothing starts."""
    if isinstance(data, dict):
        ref = data.get("secretKeyRef")
        if ref and not ref.get("optional"):
            yield ref["name"], ref["key"]
    for one in data.values() if isinstance(data, dict) else data if isinstance(data, list) else ():
        yield from references(one)


def test_a_parameter_that_sets_a_secret_belongs_into_the_secret(project: Path) -> None:
    source = project / "reviews.py"
    text = source.read_text(encoding="utf-8")
    source.write_text(text.replace('"fetch.limit", default=20', '"fetch.token"'), encoding="utf-8")
    found = documents(pipegen(project, "env", "reviews.py", "--format", "kubernetes").out)
    assert "REVIEWS__LIMIT" not in found["ConfigMap"]["data"]  # type: ignore[operator]
    listed = {one["name"]: one for one in pipegen(project, "env", "reviews.py", "--json").data}  # type: ignore[attr-defined]
    assert listed["REVIEWS__LIMIT"]["secret"] is True


def test_a_manifest_is_checked_as_the_cluster_will_read_it(project: Path) -> None:
    sketch = pipegen(project, "env", "reviews.py", "--format", "kubernetes").out
    manifest = project / "deploy.yaml"
    manifest.write_text(sketch, encoding="utf-8")
    words = ("env", "reviews.py", "--check", "--secret", "deploy.yaml")
    assert pipegen(project, *words).code == 1
    found = documents(sketch)
    found["ConfigMap"]["data"]["FETCH__URL"] = "https://example.org"  # type: ignore[index]
    found["Secret"]["data"] = {"FETCH__TOKEN": base64.b64encode(SECRET.encode()).decode()}
    found["Secret"]["stringData"] = {}
    other = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "x"}}
    manifest.write_text(yaml.safe_dump_all([*found.values(), other, None]), encoding="utf-8")
    assert pipegen(project, *words) == Said(0, "", "every variable is there and fits\n")


def test_files_add_up_and_the_later_one_wins(project: Path) -> None:
    (project / "one.env").write_text(
        f"FETCH__URL=x\nFETCH__TOKEN={SECRET}\nFETCH__LIMIT=0\n", encoding="utf-8"
    )
    (project / "two.env").write_text("FETCH__LIMIT=5\n", encoding="utf-8")
    both = ("--env-file", "one.env", "--env-file", "two.env")
    assert pipegen(project, "env", "reviews.py", *both).code == 0
    assert pipegen(project, "env", "reviews.py", *both[2:], *both[:2]).code == 1


def test_the_environment_counts_only_when_no_file_is_named(project: Path) -> None:
    assert pipegen(project, "env", "reviews.py", "--check", env=FILLED).code == 0
    (project / ".env").write_text("FETCH__LIMIT=5\n", encoding="utf-8")
    assert pipegen(project, "env", "reviews.py", "--env-file", ".env", env=FILLED).code == 1


def test_missing_wrong_and_unknown_variables_are_told_together(project: Path) -> None:
    env = {"FETCH__LIMIT": "many", "FETCH__TOKN": SECRET, "REVIEWS__LIMT": "3"}
    said = pipegen(project, "env", "reviews.py", "--check", env=env)
    assert (said.code, said.out) == (1, "")
    assert [line.split("'")[1] for line in said.err.splitlines() if "error[" in line] == [
        "FETCH__TOKEN",
        "FETCH__URL",
        "FETCH__LIMIT",
        "FETCH__TOKN",
        "REVIEWS__LIMT",
    ]
    as_json = pipegen(project, "env", "reviews.py", "--check", "--json", env=env)
    assert as_json.code == 1
    assert [one["code"] for one in as_json.data["diagnostics"]] == [
        "PG302",
        "PG302",
        "PG303",
        "PG304",
        "PG304",
    ]  # type: ignore[index]


NASTY = """
from typing import Annotated

from pydantic import BaseModel, Field, SecretStr, field_validator

from pipegen import Pipeline, Settings, Step


class Login(BaseModel):
    user: str
    password: SecretStr


class FetchSettings(Settings):
    token: Annotated[SecretStr, Field(min_length=80)]
    keys: list[SecretStr] = []
    login: Login
    limit: int = 5

    @field_validator("login")
    def refuse(cls, login):
        raise ValueError(f"{login.password.get_secret_value()} is too weak")


class Fetch(Step):
    settings: FetchSettings

    def run(self) -> str: ...


nasty = Pipeline("nasty", Fetch())
"""


@pytest.mark.parametrize(
    "words",
    [
        ("env", "nasty.py", "--check"),
        ("env", "nasty.py", "--check", "--json"),
        ("env", "nasty.py", "--env-file", ".env"),
        ("env", "nasty.py", "--env-file", "broken.env"),
        ("env", "nasty.py", "--secret", "secret.yaml"),
        ("env", "nasty.py", "--secret", "broken.yaml"),
        ("env", "nasty.py", "--format", "env"),
        ("env", "nasty.py", "--format", "kubernetes"),
        ("exec", "nasty.py:Fetch", "--out", "out"),
        ("exec", "nasty.py:Fetch", "--out", "out", "--log", "json", "--env-file", "broken.env"),
        ("fingerprint", "nasty.py"),
        ("inspect", "nasty.py", "--json"),
        ("generate", "nasty.py", "--backend", "dvc", "--stdout"),
    ],
    ids=" ".join,
)
def test_no_command_shows_the_value_of_a_secret(words: tuple[str, ...], project: Path) -> None:
    wrong = {
        "FETCH__TOKEN": SECRET,
        "FETCH__KEYS": f'["{SECRET}"',
        "FETCH__LOGIN__USER": "me",
        "FETCH__LOGIN__PASSWORD": SECRET,
        "FETCH__LOGIN__PASSWRD": SECRET,
        "FETCH__LIMIT": SECRET,
    }
    (project / "nasty.py").write_text(NASTY, encoding="utf-8")
    lines = "".join(f"{name}='{value}'\n" for name, value in wrong.items())
    (project / ".env").write_text(lines, encoding="utf-8")
    (project / "broken.env").write_text(f"{lines}{SECRET}\nX='{SECRET}\n", encoding="utf-8")
    secret = {"kind": "Secret", "apiVersion": "v1", "stringData": wrong}
    (project / "secret.yaml").write_text(yaml.safe_dump(secret), encoding="utf-8")
    (project / "broken.yaml").write_text(f"kind: Secret\ndata: {{A: {SECRET}\n", encoding="utf-8")
    said = pipegen(project, *words, env=wrong)
    assert SECRET not in said.out + said.err
    assert (said.code == 0) is (words[0] in ("inspect", "generate") or "--format" in words)


def test_a_pipeline_without_settings_reads_no_variables(two: Path) -> None:
    assert pipegen(two, "env", "two.py") == Said(0, "", "the pipeline reads no variables\n")
    assert pipegen(two, "env", "two.py", "--check").code == 0
    assert pipegen(two, "env", "two.py", "--json").data == []
    for form in ("env", "kubernetes"):
        assert pipegen(two, "env", "two.py", "--format", form).out.strip() == ""


def variable(name: str, default: object) -> Variable:
    return Variable(name, "", "str", False, default, False, "", "s", "f")  # type: ignore[arg-type]


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")))
def test_a_default_in_an_env_file_is_read_back_as_it_is(text: str) -> None:
    line = f"NAME={sketches.quoted(text)}"
    assert env_file.parse(line, ".env") == {"NAME": text}


jsons = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text("abc", max_size=3), inner, max_size=3)
    ),
    max_leaves=5,
)


@given(jsons.filter(lambda value: value is not None and not isinstance(value, str)))
def test_a_default_in_a_config_map_is_the_json_of_it(value: object) -> None:
    text = sketches.kubernetes([variable("NAME", value)], "x")
    assert json.loads(yaml.safe_load(text)["data"]["NAME"]) == value
