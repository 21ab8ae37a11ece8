"""One rule, for every backend and every listing: no secret stands in the open in a pipeline."""

from __future__ import annotations

import pytest

from pipegen.checks import check
from pipegen.errors import Diagnostic, Origin
from pipegen.ir import Draft, Json, Options, Parameter, Setting, Step, Task
from pipegen.link import link

SETTINGS = (
    Setting("model", "str", required=False, default="small"),
    Setting("token", "SecretStr", required=False, secret=True),
    Setting("api.url", "str", required=True),
    Setting("api.password", "SecretStr", required=True, secret=True),
)
SCORE = Step("score", "acme:Score", prefix="SCORE", settings=SETTINGS)
PLAIN = Step("plain", "acme:Plain", prefix="PLAIN", settings=SETTINGS[:1])


def found(*parameters: Parameter, **env: str) -> list[Diagnostic]:
    tasks = (
        Task("score-eu", "score", options=Options(env=env), origin=Origin("p.py", 7)),
        Task("b", "plain"),
    )
    steps = {"score": SCORE, "plain": PLAIN}
    return list(check(link(Draft("reviews", tasks, steps, parameters=parameters))))


def exposing(field: str, **more: object) -> Parameter:
    options = {"has_default": "default" in more, "origin": Origin("p.py", 3), **more}
    return Parameter("p", (("score-eu", field),), **options)  # type: ignore[arg-type]


DEFAULTS: dict[str, tuple[str, Json, bool]] = {
    "the secret itself": ("api.password", "abc", True),
    "the model around it": ("api", {"url": "x", "password": "abc"}, True),
    "a model that is no mapping": ("api", "abc", True),
    "a key that may be an alias": ("api", {"url": "x", "pass-word": "abc"}, True),
    "the model without it": ("api", {"url": "x"}, False),
    "the model with none": ("api", {"url": "x", "password": None}, False),
    "a sibling": ("api.url", "x", False),
    "no value": ("api.password", None, False),
}


@pytest.mark.parametrize("case", DEFAULTS)
def test_no_default_and_no_choice_of_a_parameter_gives_a_secret_away(case: str) -> None:
    field, value, is_refused = DEFAULTS[case]
    for what, one in {"a default": {"default": value}, "choices": {"choices": (None, value)}}.items():
        said = found(exposing(field, **one))
        assert [each.code for each in said] == ["PG140"] * is_refused
        for each in said:
            assert each.message == f"parameter 'p' has {what} for 'score-eu.api.password', a secret"
            assert "REVIEWS__P" in each.hint and "abc" not in str(each)
            assert each.origin == Origin("p.py", 3)


VARIABLES = {
    "of the step": ("SCORE__TOKEN", "abc", "token"),
    "of the task": ("SCORE_EU__TOKEN", "abc", "token"),
    "inside a model": ("SCORE__API__PASSWORD", "abc", "api.password"),
    "a whole model": ("SCORE__API", '{"url": "x", "password": "abc"}', "api.password"),
    "a whole model that is no JSON": ("SCORE_EU__API", "abc", "api.password"),
    "of a parameter": ("REVIEWS__P", "abc", "token"),
}


@pytest.mark.parametrize("case", VARIABLES)
def test_no_variable_of_a_task_holds_a_secret(case: str) -> None:
    name, text, field = VARIABLES[case]
    (said,) = found(exposing("token"), **{name: text})
    assert said.code == "PG140"
    assert said.message == f"'{name}' gives '{field}' of task 'score-eu', a secret, in clear"
    assert said.origin == Origin("p.py", 7)
    assert "abc" not in str(said)


@pytest.mark.parametrize("name", ["SCORE__MODEL", "SCORE__API__URL", "PLAIN__TOKEN", "TOKEN", "score__token"])
def test_what_is_no_secret_may_stand_there(name: str) -> None:
    assert found(**{name: "abc"}) == []
    assert found(SCORE__API='{"url": "x"}') == []
