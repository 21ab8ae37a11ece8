"""Nodes to config dataclasses: what is taken over, and what is refused with which words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import pytest
from fake_backend import FakeConfig, Mount, node

from pipegen.errors import Diagnostic
from pipegen.values.forms import form_of
from pipegen.values.kinds import Cron, Doc, Duration, Range
from pipegen.values.shape import build
from pipegen.values.unset import UNSET, Unset


def built(text: str) -> FakeConfig:
    report: list[Diagnostic] = []
    config = build(FakeConfig, node(text), "fake", report)
    assert report == []
    assert config is not None
    return config


def reported(text: str, cls: type = FakeConfig) -> list[str]:
    report: list[Diagnostic] = []
    config = build(cls, node(text), "fake", report)
    assert (config is None) == bool(report)
    return [str(one).replace("error[", "[") for one in report]


TAKEN = [
    ("tag: 1.10", "tag", "1.10"),
    ("tag: 010", "tag", "010"),
    ("tag: 10", "tag", "10"),
    ("tag: on", "tag", "on"),
    ("tag: yes", "tag", "yes"),
    ("tag: NO", "tag", "NO"),
    ("tag: true", "tag", "true"),
    ("tag: 0x1F", "tag", "0x1F"),
    ("tag: 2024-01-01", "tag", "2024-01-01"),
    ("tag: 12:30", "tag", "12:30"),
    ("tag: 1e3", "tag", "1e3"),
    ("tag: .inf", "tag", ".inf"),
    ("tag: 'null'", "tag", "null"),
    ("tag: ''", "tag", ""),
    ("tag: null", "tag", None),
    ("tag: ~", "tag", None),
    ("tag:", "tag", None),
    ("tag: |\n  a\n  b\n", "tag", "a\nb\n"),
    ("replicas: 3", "replicas", 3),
    ("replicas: '3'", "replicas", 3),
    ("replicas: +3", "replicas", 3),
    ("ratio: 2", "ratio", 2.0),
    ("ratio: 0.25", "ratio", 0.25),
    ("ratio: '1e-3'", "ratio", 0.001),
    ("debug: true", "debug", True),
    ("debug: False", "debug", False),
    ("debug: yes", "debug", True),
    ("debug: On", "debug", True),
    ("debug: OFF", "debug", False),
    ("debug: no", "debug", False),
    ("debug: 'true'", "debug", True),
    ("mode: fast", "mode", "fast"),
    ("port: 443", "port", 443),
    ("port: '80'", "port", 80),
    ("port: null", "port", None),
    ("cpu: 2", "cpu", "2"),
    ("cpu: 0.5", "cpu", "0.5"),
    ("every: 0 4 * * *", "every", "0 4 * * *"),
    ("wait: 5", "wait", "5s"),
    ("wait: 5400", "wait", "1h30m"),
    ("wait: 0.000001", "wait", "0.000001s"),
    ("wait: 0", "wait", "0s"),
    ("env: {COUNT: 010, DEBUG: on, V: 1.10}", "env", {"COUNT": "010", "DEBUG": "on", "V": "1.10"}),
    ("env:", "env", {}),
    ("tags: [a, 1, no]", "tags", ("a", "1", "no")),
    ("tags:", "tags", ()),
    ("mounts: [{name: a}, {name: b, path: c/d}]", "mounts", [Mount("a"), Mount("b", "c/d")]),
    ("mount: scratch", "mount", "scratch"),
    ("mount: {name: a}", "mount", Mount("a")),
    ("mount: null", "mount", None),
    ("amount: 10", "amount", 10),
    ("amount: 010", "amount", "010"),
    ("amount: half", "amount", "half"),
    ("extra: {a: 1, b: [yes, null, {c: 1.5}]}", "extra", {"a": 1, "b": ["yes", None, {"c": 1.5}]}),
]


@pytest.mark.parametrize(("text", "field", "expected"), TAKEN)
def test_a_value_is_taken_over_where_nothing_is_lost(text: str, field: str, expected: object) -> None:
    value = getattr(built(text), field)
    assert (type(value), value) == (type(expected), expected)


def test_what_is_not_given_has_its_default() -> None:
    assert built("") == FakeConfig()
    assert built("null") == FakeConfig()


REFUSED = [
    ("[]", ["v.yaml:1:1: [PG222]: 'fake' takes a mapping, but a list is given"]),
    ("text", ["v.yaml:1:1: [PG222]: 'fake' takes a mapping, but 'text' is given"]),
    ("xyzzy: x", ["v.yaml:1:1: [PG220]: unknown key 'xyzzy' in 'fake'"]),
    ("replica: 2", ["v.yaml:1:1: [PG220]: unknown key 'replica' in 'fake' (did you mean 'replicas'?)"]),
    ("TAGS: [a]", ["v.yaml:1:1: [PG220]: unknown key 'TAGS' in 'fake' (did you mean 'tags'?)"]),
    ("replicas: 1.5", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but '1.5' is given"]),
    ("replicas: 1.0", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but '1.0' is given"]),
    ("replicas: true", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but 'true' is given"]),
    ("replicas: two", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but 'two' is given"]),
    ("replicas: ''", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but '' is given"]),
    ("replicas: null", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but nothing is given"]),
    ("replicas: [1]", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but a list is given"]),
    ("replicas: 1_000", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but '1_000' is given"]),
    ("replicas: 0x2", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but '0x2' is given"]),
    ("replicas: ٣", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but '٣' is given"]),
    ("replicas: 02", ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, but '02' is given "
     "(leave out the leading zero, which might mean an octal number)"]),
    ("replicas: 0", ["v.yaml:1:11: [PG224]: 'fake.replicas': 0 is too small (the smallest is 1)"]),
    ("replicas: 10", ["v.yaml:1:11: [PG224]: 'fake.replicas': 10 is too large (the largest is 9)"]),
    ("ratio: -0.5", ["v.yaml:1:8: [PG224]: 'fake.ratio': -0.5 is too small (the smallest is 0)"]),
    ("ratio: .inf", ["v.yaml:1:8: [PG222]: 'fake.ratio' takes a number, but '.inf' is given"]),
    ("ratio: 1e999", ["v.yaml:1:8: [PG222]: 'fake.ratio' takes a number, but '1e999' is given"]),
    ("ratio: yes", ["v.yaml:1:8: [PG222]: 'fake.ratio' takes a number, but 'yes' is given"]),
    ("debug: 1", ["v.yaml:1:8: [PG222]: 'fake.debug' takes true or false, but '1' is given"]),
    ("debug: 'yes'", ["v.yaml:1:8: [PG222]: 'fake.debug' takes true or false, but 'yes' is given"]),
    ("debug: tRue", ["v.yaml:1:8: [PG222]: 'fake.debug' takes true or false, but 'tRue' is given"]),
    ("debug:", ["v.yaml:1:7: [PG222]: 'fake.debug' takes true or false, but nothing is given"]),
    ("mode: fats", ["v.yaml:1:7: [PG223]: 'fake.mode' takes one of 'fast', 'safe', but 'fats' is given "
     "(did you mean 'fast'?)"]),
    ("mode: 1", ["v.yaml:1:7: [PG223]: 'fake.mode' takes one of 'fast', 'safe', but '1' is given"]),
    ("mode: null", ["v.yaml:1:7: [PG222]: 'fake.mode' takes one of 'fast', 'safe', but nothing is given"]),
    ("mode: [fast]", ["v.yaml:1:7: [PG222]: 'fake.mode' takes one of 'fast', 'safe', but a list is given"]),
    ("port: 8080", ["v.yaml:1:7: [PG223]: 'fake.port' takes one of '80', '443', but '8080' is given "
     "(did you mean '80'?)"]),
    ("tag: [a]", ["v.yaml:1:6: [PG222]: 'fake.tag' takes text, but a list is given"]),
    ("tag: {a: b}", ["v.yaml:1:6: [PG222]: 'fake.tag' takes text, but a mapping is given"]),
    ("tags: a", ["v.yaml:1:7: [PG222]: 'fake.tags' takes a list, but 'a' is given (a list of one is [a])"]),
    ("tags: {a: b}", ["v.yaml:1:7: [PG222]: 'fake.tags' takes a list, but a mapping is given"]),
    ("tags: [a, null, [b]]", ["v.yaml:1:11: [PG222]: 'fake.tags[1]' takes text, but nothing is given",
     "v.yaml:1:17: [PG222]: 'fake.tags[2]' takes text, but a list is given"]),
    ("env: [A=b]", ["v.yaml:1:6: [PG222]: 'fake.env' takes a mapping, but a list is given"]),
    ("env: {A: null}", ["v.yaml:1:10: [PG222]: 'fake.env.A' takes text, but nothing is given"]),
    ("env: {a-b: c}", ["v.yaml:1:7: [PG231]: 'fake.env': 'a-b' is not the name of an environment variable "
     "(use letters, digits and '_', no digit first)"]),
    ("extra: text", ["v.yaml:1:8: [PG222]: 'fake.extra' takes a mapping, but 'text' is given"]),
    ("mount: [a]", ["v.yaml:1:8: [PG222]: 'fake.mount' takes text or a mapping, but a list is given"]),
    ("mount: {path: x}", ["v.yaml:1:8: [PG221]: 'fake.mount' lacks the key 'name'"]),
    ("amount: [1]", ["v.yaml:1:9: [PG222]: 'fake.amount' takes a whole number or text, but a list is given"]),
    ("mounts:\n- name: A\n  size: big\n- nam: b\n", [
        "v.yaml:2:9: [PG230]: 'fake.mounts[0].name': 'A' is not a DNS label: lower-case letters, digits and '-', "
        "first and last no '-'",
        "v.yaml:3:9: [PG228]: 'fake.mounts[0].size': 'big' is not a quantity (write it like '500m', '2' or '4Gi')",
        "v.yaml:4:3: [PG220]: unknown key 'nam' in 'fake.mounts[1]' (did you mean 'name'?)",
        "v.yaml:4:3: [PG221]: 'fake.mounts[1]' lacks the key 'name'",
    ]),
    ("every: every tuesday", ["v.yaml:1:8: [PG225]: 'fake.every': 'every tuesday' has 2 fields "
     "(a cron expression has 5, like '0 4 * * *')"]),
    ("every: 0 25 * * *", ["v.yaml:1:8: [PG225]: 'fake.every': '25' is not an hour (it goes from 0 to 23)"]),
    ("every: 0 0 30 2 *", ["v.yaml:1:8: [PG225]: 'fake.every': '0 0 30 2 *' names a day that never comes"]),
    ("zone: Berlin/Europe", ["v.yaml:1:7: [PG226]: 'fake.zone': 'Berlin/Europe' is not a time zone "
     "(write it like 'Europe/Berlin')"]),
    ("zone: Europe/Berlim", ["v.yaml:1:7: [PG226]: 'fake.zone': 'Europe/Berlim' is not a time zone "
     "(did you mean 'Europe/Berlin'?)"]),
    ("image: Registry/App:1", ["v.yaml:1:8: [PG227]: 'fake.image': 'Registry/App:1' is not an image reference "
     "(write it like 'registry.example.com/team/app:1.4')"]),
    ("image: ''", ["v.yaml:1:8: [PG227]: 'fake.image': '' is not an image reference "
     "(write it like 'registry.example.com/team/app:1.4')"]),
    ("cpu: 500mi", ["v.yaml:1:6: [PG228]: 'fake.cpu': '500mi' is not a quantity "
     "(write it like '500m', '2' or '4Gi')"]),
    ("cpu: 0", ["v.yaml:1:6: [PG228]: 'fake.cpu': '0' is not more than zero (write it like '500m', '2' or '4Gi')"]),
    ("wait: '60'", ["v.yaml:1:7: [PG229]: 'fake.wait': '60' is not a duration "
     "(write it like '30s', '5m' or '1h30m')"]),
    ("wait: -5s", ["v.yaml:1:7: [PG229]: 'fake.wait': '-5s' is not a duration "
     "(write it like '30s', '5m' or '1h30m')"]),
    ("namespace: My_Team", ["v.yaml:1:12: [PG230]: 'fake.namespace': 'My_Team' is not a DNS label: "
     "lower-case letters, digits and '-', first and last no '-'"]),
    ("folder: /tmp", ["v.yaml:1:9: [PG232]: 'fake.folder': the path '/tmp' is absolute "
     "(write it relative to the project, with '/')"]),
    ("folder: a/../../b", ["v.yaml:1:9: [PG232]: 'fake.folder': the path 'a/../../b' climbs out with '..' "
     "(write it relative to the project, with '/')"]),
    ("folder: a\\b", ["v.yaml:1:9: [PG232]: 'fake.folder': the path 'a\\b' has a '\\' in it "
     "(write it relative to the project, with '/')"]),
    ("folder: ''", ["v.yaml:1:9: [PG232]: 'fake.folder': the path '' is empty "
     "(write it relative to the project, with '/')"]),
    ('folder: "a\\nb"', ["v.yaml:1:9: [PG232]: 'fake.folder': the path 'a\nb' has a control character in it "
     "(write it relative to the project, with '/')"]),
    ("color: red", ["v.yaml:1:8: [PG233]: 'fake.color': 'red' is not a color such as '#00ff00'"]),
    ("debug: yes\nmode: fast", ["v.yaml:2:7: [PG234]: 'fake.mode': debugging is not fast (use 'safe')"]),
    ("replicas: " + "x" * 99, ["v.yaml:1:11: [PG222]: 'fake.replicas' takes a whole number, "
     f"but '{'x' * 60}...' is given"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "messages"), REFUSED)
def test_a_wrong_value_is_refused_in_these_words_at_this_place(text: str, messages: list[str]) -> None:
    assert reported(text) == messages


def test_all_wrong_values_are_reported_together() -> None:
    assert len(reported("replicas: x\nratio: y\ndebug: z\nnone: 1\nmounts: [{}, 3]\n")) == 6


@pytest.mark.parametrize("text", ["0.0000001", "010", "1e3", "1_000", "-1", "1e400", "9" * 13])
def test_a_number_of_seconds_that_might_mean_something_else_is_refused(text: str) -> None:
    (said,) = reported(f"wait: {text}")
    assert said.startswith(f"v.yaml:1:7: [PG229]: 'fake.wait': '{text}' is not a duration")


def test_rules_between_fields_are_asked_only_when_each_field_is_right() -> None:
    assert [one[:20] for one in reported("debug: yes\nmode: fast\nwait: -1")] == ["v.yaml:3:7: [PG229]:"]


def test_a_rule_about_the_whole_names_the_whole() -> None:
    @dataclass(frozen=True)
    class Pair:
        low: int = 1
        high: int = 0

        def validate(self) -> Iterator[tuple[str, str]]:
            if self.low > self.high:
                yield "", "low is above high"
                yield "high", "too low"

    assert reported("low: 3", Pair) == [
        "v.yaml:1:1: [PG234]: 'fake': low is above high",
        "v.yaml:1:1: [PG234]: 'fake.high': too low",
    ]


def test_keys_that_somebody_else_reads_pass_and_are_suggested() -> None:
    report: list[Diagnostic] = []
    assert build(Mount, node("name: a\nother: 1"), "", report, {Mount: ["other"]}) == Mount("a")
    build(Mount, node("name: a\notter: 1"), "", report, {Mount: ["other"]})
    assert [str(one) for one in report] == [
        "v.yaml:2:1: error[PG220]: unknown key 'otter' at the top level (did you mean 'other'?)"
    ]


@dataclass(frozen=True)
class Chain:
    """A class that holds itself."""

    name: str
    after: Chain | None = None
    many: Mapping[str, Chain] | Unset = UNSET


def test_a_class_may_hold_itself() -> None:
    report: list[Diagnostic] = []
    found = build(Chain, node("{name: a, after: {name: b}, many: {x: {name: c}}}"), "", report)
    assert (found, report) == (Chain("a", Chain("b"), {"x": Chain("c")}), [])


@pytest.mark.parametrize(
    "annotation",
    [set, list, bytes, complex, dict[int, str], tuple[int, str], Literal[True], Annotated[int, Cron()],
     Annotated[str, Range(ge=1)], Annotated[list[str], Cron()], Annotated[list[str] | None, Duration()]],
)  # fmt: skip
def test_an_annotation_that_values_cannot_fill_is_the_authors_mistake(annotation: Any) -> None:
    with pytest.raises(TypeError):
        form_of(annotation)


def test_that_mistake_names_the_field() -> None:
    @dataclass(frozen=True)
    class Odd:
        parts: Annotated[bytes, Doc("Bytes.")] = b""

    with pytest.raises(TypeError, match=r"Odd.parts: values cannot be read as <class 'bytes'>"):
        build(Odd, node(""), "", [])
