"""Rules over a linked pipeline; what backends cannot do; every code declared once and used."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from drafts import drafts
from hypothesis import given, settings

import pipegen
from pipegen.backend import FEATURES, Capabilities, Use, carried, features_of, native, refused
from pipegen.checks import check, unknown_ignored, unsupported
from pipegen.codes import every_code
from pipegen.errors import Origin
from pipegen.ir import (
    Cache,
    Draft,
    Input,
    Options,
    Parameter,
    Pipeline,
    Port,
    Resources,
    Retry,
    Schedule,
    Setting,
    Step,
    Task,
)
from pipegen.link import link

STEP = Step("a", "acme:A", (Port("rows", "Any", required=False),), settings=(Setting("limit", "int", False),))
ROW, STREAM = replace(STEP, slug="row", mode="row"), replace(STEP, slug="streaming", mode="streaming")


def pipeline(options: Options | None = None, step: Step = STEP, **more: object) -> Pipeline:
    tasks = (
        Task("first", "a"),
        Task("it", step.slug, (Input("rows", ("first",)),), options or Options(), Origin("p.py", 7)),
    )
    draft = Draft("p", tasks, {"a": STEP, step.slug: step}, origin=Origin("p.py", 3))
    return link(replace(draft, **more))  # type: ignore[arg-type]


# A pipeline that uses each feature, and nothing else.
USERS: dict[str, Pipeline] = {
    "schedule": pipeline(schedule=Schedule("@daily")),
    "timezone": pipeline(schedule=Schedule("@daily", "UTC")),
    "concurrency": pipeline(concurrency="forbid"),
    "deadline": pipeline(deadline="1h"),
    "on_failure": pipeline(on_failure=Task("end", "a")),
    "on_exit": pipeline(on_exit=Task("end", "a")),
    "parameters": pipeline(parameters=(Parameter("x", (("it", "limit"),)),)),
    "description": pipeline(description="What it is for"),
    "pipeline_labels": pipeline(labels={"team": "search"}),
    "retry": pipeline(Options(retry=Retry(1))),
    "timeout": pipeline(Options(timeout="5m")),
    "cpu": pipeline(Options(resources=Resources(cpu="1"))),
    "memory": pipeline(Options(resources=Resources(memory="1Gi"))),
    "ephemeral_storage": pipeline(Options(resources=Resources(ephemeral_storage="1Gi"))),
    "gpu": pipeline(Options(resources=Resources(gpu=1))),
    "cache_off": pipeline(Options(cache=Cache(False))),
    "cache_key": pipeline(Options(cache=Cache(key=("v2",)))),
    "trigger_all_done": pipeline(Options(trigger="all_done")),
    "trigger_one_failed": pipeline(Options(trigger="one_failed")),
    "streaming": pipeline(step=STREAM),
    "row": pipeline(step=ROW),
    "image": pipeline(Options(image="app:1")),
    "env": pipeline(Options(env={"A": "b"})),
    "labels": pipeline(Options(labels={"a": "b"})),
    "metadata": pipeline(Options(metadata={"a": 1})),
}
ALL = Capabilities(*(native("there") for _ in FEATURES))


def test_every_feature_has_a_pipeline_that_uses_it() -> None:
    assert set(USERS) == set(FEATURES)
    assert list(features_of(pipeline())) == []


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_is_seen_with_its_owner_and_place(feature: str) -> None:
    used = {one.feature: one for one in features_of(USERS[feature])}
    assert set(used) == {feature} | ({"schedule"} if feature == "timezone" else set())
    assert used[feature] in (
        Use(feature, "pipeline 'p'", Origin("p.py", 3)),
        Use(feature, "task 'it'", Origin("p.py", 7)),
    )


@pytest.mark.parametrize("feature", FEATURES)
def test_a_feature_that_a_backend_refuses_is_refused_with_its_reason_unless_it_is_ignored(
    feature: str,
) -> None:
    lacking = ALL._replace(**{feature: refused("no such thing there")})
    (said,) = unsupported(USERS[feature], "toy", lacking)
    assert said.code == "PG171"
    assert f"toy cannot do {feature}: no such thing there" in said.message
    assert f"'{feature}'" in said.hint
    assert list(unsupported(USERS[feature], "toy", lacking, [feature])) == []
    for how in (native("x"), carried("y")):
        assert list(unsupported(USERS[feature], "toy", ALL._replace(**{feature: how}))) == []


def test_a_backend_that_says_nothing_can_do_nothing() -> None:
    assert all(Capabilities().of(name).how == "refused" for name in FEATURES)
    assert set(Capabilities._fields) == set(FEATURES)


def test_a_feature_that_many_tasks_use_is_refused_once() -> None:
    many = replace(
        pipeline(), tasks=tuple(Task(f"t{n}", "a", options=Options(timeout="1m")) for n in range(5))
    )
    (said,) = unsupported(many, "toy", Capabilities())
    assert said.message.startswith("task 't0' and 4 more: toy cannot do timeout")


def test_a_feature_that_does_not_exist_cannot_be_ignored() -> None:
    (said,) = unknown_ignored("toy", ["shedule", "retry"])
    assert (said.code, said.hint) == ("PG172", "did you mean 'schedule'?")


@settings(max_examples=30)
@given(drafts())
def test_the_rules_say_something_about_any_pipeline_and_never_fail(draft: Draft) -> None:
    for one in check(link(draft)):
        assert one.code in CODES and one.message


SOURCES = [path.read_text(encoding="utf-8") for path in Path(pipegen.__file__).parent.rglob("*.py")]
CODES = every_code()


def test_every_code_in_the_source_is_explained_and_every_explained_code_is_used() -> None:
    used = {code for text in SOURCES for code in re.findall(r"\"(PG\d{3})\"", text)}
    declared_only = {code for code in CODES if sum(text.count(f'"{code}"') for text in SOURCES) < 2}
    assert used - set(CODES) == set()
    assert declared_only == set()


@pytest.mark.parametrize("code", CODES)
def test_a_code_has_a_title_and_an_explanation(code: str) -> None:
    title, text = CODES[code]
    assert re.fullmatch(r"PG\d{3}", code)
    assert title and not (title[0].isupper() and title.split()[0] not in NAMES)
    assert len(text) > 40 and text.rstrip().endswith((".", "`", ":"))


NAMES = {
    "CronWorkflow",
    "YAML",
    "DVC",
    "S3",
    "SLA",
}  # titles begin in lower case, except with the name of something
