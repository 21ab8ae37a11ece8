"""actionlint and GitHub's own schema have nothing to say against what is generated."""

from __future__ import annotations

import json
import subprocess
from functools import cache
from pathlib import Path

import jsonschema
import pytest
import yaml
from test_github_golden import EVERY_VALUE, GENERATED, LARGE
from validators import building
from workflow_pipelines import FETCH, data_of, pipeline, refused, task, text_of

from pipegen.ir import Options, Parameter, Pipeline, Schedule, Setting, Task

ACTIONLINT = building.Program(
    "actionlint", Path(__file__).with_name("actionlint"), "github.com/rhysd/actionlint/cmd/actionlint"
)
NASTY = (
    "${{ x }}",
    "$${{ '}}' }}",
    "{{ x }}",
    "$(id)",
    "`id`",
    "'\"\\",
    "a\nb",
    " x",
    "é 数",
    "-x",
    "#",
    "a: b",
)
_OF_THE_USER = ("label ", "specifying action ")  # made-up runners, and what people put before and after


def made_up() -> dict[str, tuple[Pipeline, str]]:
    found = {name: one for name, one in GENERATED.items() if one[1] != EVERY_VALUE}
    for number, text in enumerate(NASTY):
        options = Options(env={"X": text}, metadata={"a": text})
        name = text.replace("\n", " ").strip()
        parameters = (
            Parameter("a", (("fetch", "limit"),), description=text),
            Parameter("b", (("score", "model"),), text, True, (text, "other")),
        )
        tasks = (
            task("fetch", options=options),
            task("score", options=options),
            task(name, "report", "fetch"),
        )
        found[f"nasty {number}"] = (pipeline(name, *tasks, parameters=parameters, description=text), "")
    zones = ("UTC", "Asia/Kolkata", "America/Phoenix", "Europe/Berlin")
    for zone in zones:
        schedule = Schedule("0 9 * * 1-5" if zone != "Europe/Berlin" else "0 * * * *", zone)
        found[zone] = (pipeline(schedule=schedule), "")
        found[f"{zone}, native"] = (pipeline(schedule=schedule), "{timezone: native}")
    return found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("workflows")
    found = {}
    for number, (name, one) in enumerate(made_up().items()):
        found[name] = folder / f"{number}.yml"
        found[name].write_text(text_of(*one), encoding="utf-8")
    return found


def said(*files: Path) -> list[str]:
    """What actionlint says; shellcheck and pyflakes are not asked."""
    words = [building.binary(ACTIONLINT), "-shellcheck=", "-pyflakes=", "-format", "{{json .}}", *files]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    return [f"{Path(one['filepath']).name}: {one['message']}" for one in json.loads(done.stdout or "[]")]


@pytest.mark.engine
def test_actionlint_accepts_it(files: dict[str, Path]) -> None:
    assert said(*files.values()) == []


@pytest.mark.engine
def test_actionlint_accepts_all_but_what_values_say_themselves(tmp_path: Path) -> None:
    file = tmp_path / "every-value.yml"
    file.write_text(text_of(LARGE, EVERY_VALUE), encoding="utf-8")
    assert [one for one in said(file) if not one.partition(": ")[2].startswith(_OF_THE_USER)] == []


@pytest.mark.engine
def test_actionlint_does_find_mistakes(tmp_path: Path) -> None:
    file = tmp_path / "wrong.yml"
    text = text_of(pipeline())
    file.write_text(text.replace("secrets.FETCH__TOKEN", "secret.FETCH__TOKEN"), encoding="utf-8")
    assert any('undefined variable "secret"' in one for one in said(file))


@cache
def schema() -> jsonschema.Draft7Validator:
    import check_jsonschema

    place = Path(check_jsonschema.__file__).parent / "builtin_schemas/vendor/github-workflows.json"
    return jsonschema.Draft7Validator(json.loads(place.read_text(encoding="utf-8")))


def against_schema(text: str) -> list[str]:
    document = yaml.load(text, yaml.CSafeLoader)
    return [f"{error.json_path}: {error.message}" for error in schema().iter_errors(document)]


def test_githubs_schema_accepts_it(files: dict[str, Path]) -> None:
    for name, file in files.items():
        assert against_schema(file.read_text(encoding="utf-8")) == [], name
    assert against_schema(text_of(LARGE, EVERY_VALUE)) == []


def test_runs_may_wait_in_turn() -> None:
    """A key that actionlint does not know yet; GitHub's schema does."""
    text = text_of(pipeline(concurrency="forbid"), "{queue: max, concurrency_group: 'a-${{ github.ref }}'}")
    assert yaml.safe_load(text)["concurrency"] == {
        "group": "a-${{ github.ref }}",
        "cancel-in-progress": False,
        "queue": "max",
    }
    assert against_schema(text) == []


def test_githubs_schema_does_find_mistakes() -> None:
    assert against_schema(text_of(pipeline()).replace("runs-on", "runs-in")) != []


@pytest.mark.parametrize(("tasks", "codes"), [(150, []), (200, ["PG834"])])
def test_an_expression_is_not_longer_than_github_takes(tasks: int, codes: list[str]) -> None:
    wide = [task(f"{n:03}-{'x' * 80}", "report") for n in range(tasks)]
    caught = [task("a", "report"), task("b", "report", "a", options=Options(trigger="all_done"))]
    one = pipeline("p", *wide, *caught, on_failure=Task("alert", "report"))
    assert [code for code, _ in refused(one)] == codes
    longest = max(len(job.get("if", "")) for job in data_of(one)["jobs"].values()) if not codes else 0
    assert longest <= 21_000


def test_no_text_of_a_user_stands_in_what_a_shell_runs() -> None:
    for name, (one, values) in made_up().items():
        for job in yaml.load(text_of(one, values), yaml.CSafeLoader)["jobs"].values():
            assert not any("${{" in step.get("run", "") for step in job["steps"]), name


def test_a_secret_is_a_reference() -> None:
    with_nested = Setting("api.key", "SecretStr", required=False, secret=True)
    assert with_nested.secret and FETCH.settings[0].secret
    assert "FETCH__TOKEN: ${{ secrets.FETCH__TOKEN }}" in text_of(pipeline())
