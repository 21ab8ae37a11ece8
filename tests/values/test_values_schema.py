"""The JSON Schema of values agrees with what is read: what is accepted is valid, what is wrong is not."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
import yaml
from fake_backend import FakeConfig, Mount, refused, values
from jsonschema import Draft202012Validator
from test_values_document import EVERYTHING
from test_values_shapes import REFUSED, TAKEN, Chain

from pipegen.values.document import Values
from pipegen.values.init import initial
from pipegen.values.schema import schema, schema_of

SCHEMA = schema({"fake": FakeConfig}, {"dvc", "argo", "fake"})


def invalid(document: Any) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(document)]


def test_the_schema_is_a_schema_and_is_always_the_same() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    Draft202012Validator.check_schema(schema_of(FakeConfig))
    assert json.dumps(SCHEMA) == json.dumps(schema({"fake": FakeConfig}, ["argo", "dvc"]))


@pytest.mark.parametrize("text", ["", "{}", EVERYTHING, initial({"fake": FakeConfig})])
def test_whole_files_that_are_accepted_are_valid(text: str) -> None:
    assert isinstance(values(text), Values)
    assert invalid(yaml.safe_load(text)) == []


# PyYAML reads `on` and 010 as something else than was written; only an editor sees what we see.
ACCEPTED = [text for text, _, _ in TAKEN if not any(word in text for word in ("2024", "null'", ".inf"))]


@pytest.mark.parametrize("text", ACCEPTED)
def test_a_section_that_is_accepted_is_valid_in_both_places(text: str) -> None:
    section = yaml.safe_load(text)
    assert invalid({"fake": section}) == []
    assert invalid({"pipelines": {"reviews": {"fake": section}}}) == []


# What no schema can say, or what a schema says about the merged whole only.
BEYOND = ("PG226", "PG234", "day that never comes", "is not an hour", "lacks the key", "'1_000'", "'0x2'", "'02'",
          "'1.0'", "debug' takes true or false, but 'yes'", "amount", ".inf", "1e999")  # fmt: skip


@pytest.mark.parametrize(
    "text",
    [
        text
        for text, messages in REFUSED
        if not any(word in message for word in BEYOND for message in messages)
    ],
)
def test_a_section_that_is_refused_is_invalid(text: str) -> None:
    section = yaml.safe_load(text)
    assert invalid({"fake": section}) != []
    assert invalid({"pipelines": {"reviews": {"fake": section}}}) != []


PLANTED = [
    ("defaults.imagee", "app"),
    ("defaults.image", "Not An Image"),
    ("defaults.env", {"1A": "x"}),
    ("defaults.env", {"A": ["x"]}),
    ("defaults.retry.limit", -1),
    ("defaults.retry.limit", 1.5),
    ("defaults.retry.factor", 0),
    ("defaults.resources.cpu", "lots"),
    ("defaults.resources.memory", 0),
    ("defaults.timeout", "60"),
    ("defaults.trigger", "always"),
    ("defaults.cache.enabled", "maybe"),
    ("defaults.cache.key", "v1"),
    ("steps", []),
    ("steps.score", "x"),
    ("steps.score.timeot", "1h"),
    ("pipelines.reviews.schedule", "tuesday"),
    ("pipelines.reviews.schedule", {"timezone": "UTC"}),
    ("pipelines.reviews.schedule", {"cron": "@daily", "zone": "UTC"}),
    ("pipelines.reviews.concurrency", "never"),
    ("pipelines.reviews.parameters.model.choice", []),
    ("pipelines.reviews.steps.fetch.image", 3),
    ("pipelines.reviews.unknown", {}),
    ("fake.replicas", 100),
    ("fake.mounts", [{"path": "x"}]),
    ("unknown", {}),
]


@pytest.mark.parametrize(("path", "value"), PLANTED)
def test_an_error_planted_in_a_good_file_fails_both(path: str, value: object) -> None:
    document = yaml.safe_load(EVERYTHING)
    assert invalid(document) == []
    *above, key = path.split(".")
    place = document
    for name in above:
        place = place[name]
    place[key] = value
    if (path, value) == ("pipelines.reviews.steps.fetch.image", 3):
        assert invalid(document) != []  # stricter than reading: an image called "3" is legal, and a mistake
        return
    assert refused(values, json.dumps(document)) != []
    assert invalid(document) != []


def test_descriptions_defaults_and_examples_are_in_the_schema() -> None:
    fields = SCHEMA["$defs"]["FakeConfig"]["properties"]
    assert fields["folder"]["description"] == "Where the file goes."
    assert fields["folder"]["default"] == "."
    assert fields["namespace"]["examples"] == ["team-a"]
    assert fields["mode"] == {"enum": ["fast", "safe"], "default": "safe"}
    assert fields["replicas"]["maximum"] == 9


def test_two_classes_of_one_name_do_not_meet() -> None:
    @dataclass(frozen=True)
    class TaskValues:
        mine: bool = True

    made = schema({"a": TaskValues, "b": FakeConfig})
    validator = Draft202012Validator(made)
    assert validator.is_valid({"a": {"mine": False}, "defaults": {"image": "x"}})
    assert not validator.is_valid({"defaults": {"mine": True}})


def test_a_class_that_holds_itself_has_a_schema() -> None:
    validator = Draft202012Validator(schema_of(Chain))
    assert validator.is_valid({"name": "a", "after": {"name": "b", "after": {"name": "c"}}})
    assert not validator.is_valid({"name": "a", "after": {"name": "b", "after": {"nam": "c"}}})


def test_only_a_part_of_a_section_may_be_incomplete() -> None:
    assert Draft202012Validator(schema({"mount": Mount})).is_valid({"mount": {"path": "x"}})
    assert not Draft202012Validator(schema_of(Mount)).is_valid({"path": "x"})
