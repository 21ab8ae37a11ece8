"""A whole values file: its layout, its sections, and every way to get it wrong."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from fake_backend import FakeConfig, node, refused, values

from pipegen.errors import Origin, PipegenError
from pipegen.values.document import Values, read_values
from pipegen.values.nodes import Table
from pipegen.values.unset import UNSET

EVERYTHING = """\
defaults:
  image: registry/app:1.0
  env: {A: b, COUNT: 010}
  retry: {limit: 2, backoff: 30s, factor: 1.5, max_backoff: 5m}
  resources: {cpu: 500m, memory: 1Gi, ephemeral_storage: 2Gi, gpu: 1}
  timeout: 1h
  labels: {team: a, version: 1.10}
  metadata: {requires_gpu: true, notes: [1, x]}
  cache: {enabled: true, key: [v1, 2]}
  trigger: all_success
steps:
  score: {resources: {memory: 4Gi}, env: {A: null}, retry: null}
pipelines:
  reviews:
    schedule: {cron: "0 4 * * *", timezone: Europe/Berlin}
    description: Scores.
    concurrency: forbid
    deadline: 6h
    labels: {owner: me}
    parameters: {model: {default: large, choices: [small, large], description: Which.}}
    defaults: {timeout: 2h}
    steps: {fetch: {timeout: 5m}}
    fake: {replicas: 2}
    argo: {anything: [goes]}
  other: {schedule: "@daily"}
  third: {schedule: null}
fake: {folder: out, replicas: 1}
dvc: also anything
"""


def test_a_file_with_everything_in_it_is_read() -> None:
    read = values(EVERYTHING)
    assert read.defaults is not None
    assert (read.defaults.image, read.defaults.env) == ("registry/app:1.0", {"A": "b", "COUNT": "010"})
    assert read.steps["score"].retry is None
    assert read.steps["score"].timeout is UNSET
    assert read.pipelines["reviews"].parameters["model"].default == "large"
    assert [read.pipelines[name].schedule for name in ("other", "third")] == ["@daily", None]


@pytest.mark.parametrize(
    "text", ["", "{}", "defaults:\nsteps:\npipelines:\nfake:\ndvc:\n", "pipelines: {reviews: }"]
)
def test_parts_with_nothing_in_them_say_nothing(text: str) -> None:
    assert values(text).section("fake", "reviews") == FakeConfig()


def test_a_pipelines_section_lies_over_the_one_at_the_top() -> None:
    read = values(
        "fake: {folder: out, env: {A: x, B: x}, tags: [a]}\n"
        "pipelines: {reviews: {fake: {env: {B: y}, tags: [b]}}, third: {fake: }}\n"
    )
    assert read.section("fake", "reviews") == FakeConfig(folder="out", env={"A": "x", "B": "y"}, tags=("b",))
    for name in ("unlisted", "third"):
        assert read.section("fake", name) == FakeConfig(folder="out", env={"A": "x", "B": "x"}, tags=("a",))


def test_without_a_values_file_every_section_has_its_defaults() -> None:
    assert read_values(Table(), {"fake": FakeConfig}).section("fake", "reviews") == FakeConfig()


def test_the_place_of_a_key_can_be_asked_for() -> None:
    read = values(EVERYTHING)
    assert read.origin("fake", "replicas") == Origin("v.yaml", 27, 21)
    assert read.origin("pipelines", "reviews", "fake") == Origin("v.yaml", 23, 5)
    assert read.origin("fake", "image") is None


@dataclass(frozen=True)
class Strict:
    """A config that needs a bucket, and a key with it."""

    bucket: str
    key: str | None = None

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.key is None:
            yield "key", "a bucket needs a key"


def test_a_section_at_the_top_may_be_completed_by_each_pipeline() -> None:
    read = values("strict: {key: k}\npipelines: {reviews: {strict: {bucket: b}}}", strict=Strict)
    assert read.section("strict", "reviews") == Strict("b", "k")
    assert refused(read.section, "strict", "other") == [
        "v.yaml:1:9: [PG221]: 'strict' lacks the key 'bucket'"
    ]


def test_a_section_that_stays_incomplete_is_refused_where_it_is_read() -> None:
    text = "strict: {bucket: b}\npipelines:\n  reviews: {strict: {bucket: c}}\n"
    assert refused(lambda: values(text, strict=Strict)) == [
        "v.yaml:3:21: [PG234]: 'strict.key': a bucket needs a key"
    ]


def test_a_section_nobody_wrote_is_refused_when_it_needs_a_key() -> None:
    assert refused(Values(sections={"strict": Strict}).section, "strict", "reviews") == [
        "values: [PG221]: 'strict' lacks the key 'bucket'"
    ]


WRONG = [
    ("default: {}", ["v.yaml:1:1: [PG220]: unknown key 'default' at the top level (did you mean 'defaults'?)"]),
    ("piplines: {}", ["v.yaml:1:1: [PG220]: unknown key 'piplines' at the top level (did you mean 'pipelines'?)"]),
    ("fkae: {}", ["v.yaml:1:1: [PG220]: unknown key 'fkae' at the top level (did you mean 'fake'?)"]),
    ("agro: {}", ["v.yaml:1:1: [PG220]: unknown key 'agro' at the top level (did you mean 'argo'?)"]),
    ("namespace: x", ["v.yaml:1:1: [PG220]: unknown key 'namespace' at the top level "
     "(there is 'argo', 'defaults', 'dvc', 'fake', 'pipelines', 'steps')"]),
    ("pipelines:\n  a: {scheduel: x}", ["v.yaml:2:7: [PG220]: unknown key 'scheduel' in 'pipelines.a' "
     "(did you mean 'schedule'?)"]),
    ("pipelines:\n  a: {fkae: {}}", ["v.yaml:2:7: [PG220]: unknown key 'fkae' in 'pipelines.a' "
     "(did you mean 'fake'?)"]),
    ("defaults: {tolerations: []}", ["v.yaml:1:12: [PG220]: unknown key 'tolerations' in 'defaults' "
     "(there is 'cache', 'env', 'image', 'labels', 'metadata', 'mode', 'resources', 'retry', 'timeout', 'trigger')"]),
    ("defaults: {resources: {mem: 1Gi}}", ["v.yaml:1:24: [PG220]: unknown key 'mem' in 'defaults.resources' "
     "(did you mean 'memory'?)"]),
    ("steps: {score: {iamge: x}}", ["v.yaml:1:17: [PG220]: unknown key 'iamge' in 'steps.score' "
     "(did you mean 'image'?)"]),
    ("steps: [score]", ["v.yaml:1:8: [PG222]: 'steps' takes a mapping, but a list is given"]),
    ("steps: {score: 4}", ["v.yaml:1:16: [PG222]: 'steps.score' takes a mapping, but '4' is given"]),
    ("steps: {'a.b': {timeout: x}}", ["v.yaml:1:26: [PG229]: 'steps.a\\.b.timeout': 'x' is not a duration "
     "(write it like '30s', '5m' or '1h30m')"]),
    ("pipelines: reviews", ["v.yaml:1:12: [PG222]: 'pipelines' takes a mapping, but 'reviews' is given"]),
    ("pipelines: {a: [b]}", ["v.yaml:1:16: [PG222]: 'pipelines.a' takes a mapping, but a list is given"]),
    ("defaults: {retry: 3}", ["v.yaml:1:19: [PG222]: 'defaults.retry' takes a mapping, but '3' is given"]),
    ("defaults: {retry: {limit: -1}}", ["v.yaml:1:27: [PG224]: 'defaults.retry.limit': -1 is too small "
     "(the smallest is 0)"]),
    ("defaults: {retry: {limit: null}}", ["v.yaml:1:27: [PG222]: 'defaults.retry.limit' takes a whole number, "
     "but nothing is given"]),
    ("defaults: {retry: {factor: 0.5}}", ["v.yaml:1:28: [PG224]: 'defaults.retry.factor': 0.5 is too small "
     "(the smallest is 1)"]),
    ("defaults: {trigger: all_failed}", ["v.yaml:1:21: [PG223]: 'defaults.trigger' takes one of 'all_success', "
     "'all_done', 'one_failed', but 'all_failed' is given (did you mean 'one_failed'?)"]),
    ("defaults: {resources: {memory: 512m}}", ["v.yaml:1:32: [PG228]: 'defaults.resources.memory': '512m' is less "
     "than one byte, for 'm' means thousandths (write it like '512Mi' or '4Gi')"]),
    ("defaults: {cache: {enabled: 1}}", ["v.yaml:1:29: [PG222]: 'defaults.cache.enabled' takes true or false, "
     "but '1' is given"]),
    ("defaults: {env: {1A: x}}", ["v.yaml:1:18: [PG231]: 'defaults.env': '1A' is not the name of an environment "
     "variable (use letters, digits and '_', no digit first)"]),
    ("defaults: {env: {A: [b]}}", ["v.yaml:1:21: [PG222]: 'defaults.env.A' takes text, but a list is given"]),
    ("defaults: {image: 'a b'}", ["v.yaml:1:19: [PG227]: 'defaults.image': 'a b' is not an image reference "
     "(write it like 'registry.example.com/team/app:1.4')"]),
    ("pipelines: {a: {schedule: every tuesday}}", ["v.yaml:1:27: [PG225]: 'pipelines.a.schedule': "
     "'every tuesday' has 2 fields (a cron expression has 5, like '0 4 * * *')"]),
    ("pipelines: {a: {schedule: {timezone: UTC}}}", ["v.yaml:1:27: [PG221]: 'pipelines.a.schedule' lacks the key "
     "'cron'"]),
    ("pipelines: {a: {schedule: {cron: '@daily', timezone: Europe/Berlim}}}", ["v.yaml:1:54: [PG226]: "
     "'pipelines.a.schedule.timezone': 'Europe/Berlim' is not a time zone (did you mean 'Europe/Berlin'?)"]),
    ("pipelines: {a: {schedule: []}}", ["v.yaml:1:27: [PG222]: 'pipelines.a.schedule' takes text or a mapping, "
     "but a list is given"]),
    ("pipelines: {a: {concurrency: Forbid}}", ["v.yaml:1:30: [PG223]: 'pipelines.a.concurrency' takes one of "
     "'allow', 'forbid', 'replace', but 'Forbid' is given (did you mean 'forbid'?)"]),
    ("pipelines: {a: {deadline: soon}}", ["v.yaml:1:27: [PG229]: 'pipelines.a.deadline': 'soon' is not a duration "
     "(write it like '30s', '5m' or '1h30m')"]),
    ("pipelines: {a: {parameters: {m: {defualt: x}}}}", ["v.yaml:1:34: [PG220]: unknown key 'defualt' in "
     "'pipelines.a.parameters.m' (did you mean 'default'?)"]),
    ("fake: {replicas: x}\npipelines: {a: {fake: {ratio: y}}}", [
        "v.yaml:1:18: [PG222]: 'fake.replicas' takes a whole number, but 'x' is given",
        "v.yaml:2:31: [PG222]: 'fake.ratio' takes a number, but 'y' is given"]),
    ("fake: text", ["v.yaml:1:7: [PG222]: 'fake' takes a mapping, but 'text' is given"]),
    ("pipelines: {a: {fake: text}}", ["v.yaml:1:23: [PG222]: 'fake' takes a mapping, but 'text' is given"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "messages"), WRONG)
def test_a_wrong_file_is_refused_in_these_words_at_this_place(text: str, messages: list[str]) -> None:
    assert refused(values, text) == messages


def test_everything_wrong_in_a_file_is_reported_at_once_in_its_order() -> None:
    with pytest.raises(PipegenError) as wrong:
        values("\n".join(["defaults: {a: 1, retry: 2}", "nonsense: 1", "fake: {b: 1}", "steps: {c: {d: 1}}"]))
    places = [(one.origin.line, one.code) for one in wrong.value.diagnostics if one.origin]
    assert places == [(1, "PG220"), (1, "PG222"), (2, "PG220"), (3, "PG220"), (4, "PG220")]


def test_a_mistake_at_the_top_is_reported_once_however_many_pipelines_rest_on_it() -> None:
    text = "fake: {replicas: x}\npipelines: {a: {fake: {ratio: 1}}, b: {fake: {ratio: 2}}}"
    assert len(refused(values, text)) == 1


def test_a_section_of_a_backend_that_is_not_asked_for_is_not_looked_into() -> None:
    table = node("fake: {nonsense: 1}\npipelines: {a: {fake: 3}}")
    assert isinstance(table, Table)
    assert read_values(table, {}, {"fake"}).sections == {}
