"""The words that every manifest calls, and the variables that parameters are read from."""

from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pipegen.backends.command import (
    exec_words,
    exposed_settings,
    scope,
    settings_files,
    settings_folder,
    shell_line,
)
from pipegen.errors import PipegenError
from pipegen.ir import Cache, Draft, Input, Options, Parameter, Pipeline, Port, Retry, Setting, Step, Task
from pipegen.link import link
from pipegen.parameters import parameter_prefix, parameter_variables
from pipegen.runtime.arguments import Policy, parse

SETTINGS = (
    Setting("model", "str", required=False, default="small"),
    Setting("api.url", "str", required=True),
    Setting("api.token", "SecretStr", required=True, secret=True),
)
PORTS = tuple(Port(name, "Any", required=False) for name in ("rows", "words"))
SCORE = Step("score", "acme.reviews:Score", PORTS, prefix="SCORE", settings=SETTINGS)
PLAIN = Step("plain", "acme.reviews:Plain", PORTS, prefix="PLAIN")


def pipeline(*tasks: Task, name: str = "reviews", parameters: tuple[Parameter, ...] = ()) -> Pipeline:
    steps = {"score": SCORE, "plain": PLAIN}
    return link(Draft(name, tasks or (Task("score", "score"),), steps, parameters=parameters))


def words(task: Task, *others: Task, parameters: tuple[Parameter, ...] = ()) -> list[str]:
    one = pipeline(*others, task, parameters=parameters)
    return exec_words(one, task, lambda name: f"in/{name}", f"out/{task.name}")


def test_a_task_becomes_a_call_of_exec() -> None:
    others = (Task("a", "plain"), Task("b", "plain"))
    task = Task("score-eu", "score", (Input("rows", ("a", "b"), "chain"), Input("words", ("a",))))
    assert words(task, *others) == [
        *("exec", "acme.reviews:Score", "--name", "score-eu"),
        *("--in", "rows=in/a", "--in", "rows=in/b", "--chain", "rows", "--in", "words=in/a"),
        *("--out", "out/score-eu"),
    ]


OPTIONS = {
    "a retry": (Options(retry=Retry(3)), Policy(retries=3)),
    "all of a retry": (
        Options(retry=Retry(3, "1m", 1.5, "10m")),
        Policy(retries=3, backoff=60.0, factor=1.5, longest_backoff=600.0),
    ),
    "a retry of never": (Options(retry=Retry(0, "1m")), Policy()),
    "a timeout": (Options(timeout="1h30m"), Policy(timeout=5400.0)),
    "both": (Options(retry=Retry(1), timeout="5s"), Policy(retries=1, timeout=5.0)),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_exec_takes_options_as_they_were_meant(case: str) -> None:
    options, policy = OPTIONS[case]
    assert parse(words(Task("score", "score", options=options))[1:]).policy == policy


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=20)
NAMES = st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=12)


@given(NAMES, TEXT, TEXT)
@example("--in", "--out", "-x")
@example("a=b", "=", "--name=x")
def test_exec_reads_whatever_a_task_is_called(name: str, key: str, default: str) -> None:
    task = Task(name, "score", (Input("rows", (name + "!",)),), Options(cache=Cache(key=(key,))))
    parameter = Parameter("model", ((name, "model"),), default, has_default=True)
    found = parse(words(task, Task(name + "!", "plain"), parameters=(parameter,))[1:])
    assert found.name == name
    assert [str(one) for one in found.inputs[0].folders] == [f"in/{name}!".replace("//", "/")]
    assert found.param_sources == {"model": "REVIEWS__MODEL"}


SHELLS = [shell for shell in ("sh", "bash", "dash", "zsh", "fish") if shutil.which(shell)]


@pytest.mark.parametrize("shell", SHELLS)
@settings(max_examples=20)
@given(st.lists(TEXT, min_size=1, max_size=40))
@example(
    [
        "",
        " ",
        "'",
        "''",
        '"',
        "\\",
        "\\'",
        "a\\'b",
        "$HOME",
        "`id`",
        "$(id)",
        "!x",
        "~",
        "*",
        "=ls",
        "%1",
        "a\nb",
    ]
)
@example(
    [
        "; rm -rf /",
        "&& x",
        "| x",
        "> x",
        "#x",
        "{a,b}",
        "[a]",
        "?",
        "-n",
        "\\\\",
        "x\\",
        "'\\''",
        "\t",
        "%",
        "^",
    ]
)
def test_a_shell_hands_on_each_word_as_it_is(shell: str, given_words: list[str]) -> None:
    line = shell_line(["printf", "%s\\0", *given_words])
    done = subprocess.run([shell, "-c", line], capture_output=True, check=True)
    assert done.stdout.decode().split("\0")[:-1] == given_words


def test_a_null_character_is_refused() -> None:
    with pytest.raises(PipegenError) as caught:
        shell_line(["pipegen", "exec", "a\0b"])
    assert [one.code for one in caught.value.diagnostics] == ["PG505"]


CHOICES = '["large", "small"]'


def test_parameters_are_read_from_variables_of_the_pipeline() -> None:
    model = Parameter("model", (("score", "model"), ("score-eu", "model")), "large", True, ("large", "small"))
    url = Parameter("url", (("score", "api.url"),))
    one = pipeline(Task("score", "score"), Task("score-eu", "score"), parameters=(model, url))
    assert parameter_variables(one) == {"model": "REVIEWS__MODEL", "url": "REVIEWS__URL"}
    assert exposed_settings(one) == {
        "score": [("model", "REVIEWS__MODEL", '"large"', CHOICES), ("api.url", "REVIEWS__URL", None, None)],
        "score-eu": [("model", "REVIEWS__MODEL", '"large"', CHOICES)],
    }
    assert words(Task("score-eu", "score"), Task("score", "score"), parameters=(model, url))[6:] == [
        *("--param", "model=REVIEWS__MODEL", "--default", 'model="large"', "--choices", f"model={CHOICES}")
    ]


@pytest.mark.parametrize(
    ("name", "prefix"),
    [
        ("reviews", "REVIEWS"),
        ("score", "SCORE_PIPELINE"),
        ("Plain", "PLAIN_PIPELINE"),
        ("score eu", "SCORE_EU_PIPELINE"),
        ("übung", "UBUNG"),
        ("✨", "PIPELINE"),
    ],
)
def test_a_parameter_never_shares_a_variable_with_a_task(name: str, prefix: str) -> None:
    one = pipeline(Task("score", "score"), Task("score-eu", "score"), name=name)
    assert parameter_prefix(one) == prefix


def test_fingerprints_lie_in_a_folder_per_pipeline() -> None:
    one = pipeline(Task("a b", "score"), Task("c", "plain"))
    assert settings_folder(one) == ".pipegen/settings/reviews"
    assert settings_folder(one, "weekly-") == ".pipegen/settings/weekly"
    assert settings_files(one) == {"a b": "a-b.json"}


@given(st.lists(NAMES, min_size=2, max_size=6, unique_by=str.lower))
@example(["a b", "a-b", "a_b", "a  b", "x" * 200, "x" * 201])
def test_pipelines_of_different_names_never_share_a_folder(names: list[str]) -> None:
    one = pipeline()
    scopes = {scope(replace(one, name=name)).lower() for name in names}
    assert len(scopes) == len(names)
