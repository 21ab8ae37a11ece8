"""What values change in a pipeline, and which of two places wins."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from fake_backend import node, refused, values
from hypothesis import given
from hypothesis import strategies as st

from pipegen.errors import Origin
from pipegen.ir import Cache, Options, Parameter, Pipeline, Resources, Retry, Schedule, Step, Task
from pipegen.values.apply import apply, unknown_pipelines
from pipegen.values.document import Values, read_values
from pipegen.values.nodes import Table, merge_tables


def pipeline(options: Options | None = None, **fields: object) -> Pipeline:
    """The tasks fetch, score-eu and score-us; the last two are the step score."""
    steps = {slug: Step(slug, f"acme:{slug.title()}") for slug in ("fetch", "score")}
    tasks = [("fetch", "fetch"), ("score-eu", "score"), ("score-us", "score")]
    code = options or Options()
    made = Pipeline("reviews", tuple(Task(name, slug, (), code) for name, slug in tasks), steps)
    return replace(made, **fields)  # type: ignore[arg-type]


def options_of(text: str, code: Options | None = None, task: str = "score-eu") -> Options:
    changed = apply(pipeline(code), values(text))
    return next(one.options for one in changed.tasks if one.name == task)


# Weak to strong; each sets the timeout and is beaten by all that follow.
PLACES = [
    "defaults: {timeout: 1m}",
    "pipelines: {reviews: {defaults: {timeout: 2m}}}",
    "code",
    "steps: {score: {timeout: 3m}}",
    "steps: {score-eu: {timeout: 4m}}",
    "pipelines: {reviews: {steps: {score: {timeout: 5m}}}}",
    "pipelines: {reviews: {steps: {score-eu: {timeout: 6m}}}}",
]


@given(st.sets(st.integers(0, len(PLACES) - 1), min_size=1))
def test_of_several_places_the_strongest_wins(chosen: set[int]) -> None:
    merged = Table()
    for place in sorted(chosen):
        if PLACES[place] != "code":
            layer = node(PLACES[place])
            assert isinstance(layer, Table)
            merged = merge_tables(merged, layer)
    code = Options(timeout="code") if 2 in chosen else Options()
    changed = apply(pipeline(code), read_values(merged, {}))
    strongest = PLACES[max(chosen)]
    expected = "code" if strongest == "code" else strongest.partition("timeout: ")[2].rstrip("}")
    assert changed.tasks[1].options.timeout == expected


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        # defaults under the code
        ("defaults: {image: a}", Options(), Options(image="a")),
        ("defaults: {image: a}", Options(image="b"), Options(image="b")),
        ("defaults: {env: {A: 1, B: 1}}", Options(env={"B": "2"}), Options(env={"A": "1", "B": "2"})),
        ("defaults: {metadata: {a: {x: 1}}}", Options(metadata={"a": 1}), Options(metadata={"a": 1})),
        (
            "defaults: {retry: {limit: 2, backoff: 30s}}",
            Options(retry=Retry(5)),
            Options(retry=Retry(5, "30s")),
        ),
        ("defaults: {retry: {limit: 2, backoff: 30s}}", Options(retry=Retry(0)), Options()),
        ("defaults: {retry: {backoff: 30s}}", Options(), Options()),
        ("defaults: {retry: {limit: 2}}", Options(), Options(retry=Retry(2))),
        (
            "defaults: {resources: {cpu: 1, memory: 1Gi}}",
            Options(resources=Resources(cpu="2")),
            Options(resources=Resources(cpu="2", memory="1Gi")),
        ),
        ("defaults: {cache: {enabled: false}}", Options(cache=Cache(True)), Options(cache=Cache(True))),
        (
            "defaults: {cache: {key: [a]}}",
            Options(cache=Cache(False)),
            Options(cache=Cache(False, ("a",))),
        ),
        ("defaults: {trigger: all_done}", Options(), Options(trigger="all_done")),
        ("defaults: {trigger: all_done}", Options(trigger="one_failed"), Options(trigger="one_failed")),
        # one set of defaults over the other
        (
            "defaults: {env: {A: 1, B: 1}, retry: {limit: 2}}\n"
            "pipelines: {reviews: {defaults: {env: {A: null}, retry: null}}}",
            Options(),
            Options(env={"B": "1"}),
        ),
        (
            "defaults: {env: {A: 1}}\npipelines: {reviews: {defaults: {env: {B: null}}}}",
            Options(env={"B": "code"}),
            Options(env={"A": "1", "B": "code"}),
        ),
        # steps over the code
        ("steps: {score: {image: a}}", Options(image="b"), Options(image="a")),
        ("steps: {score: {image: null}}", Options(image="b"), Options()),
        ("steps: {score: {env: {A: 1, B: null}}}", Options(env={"B": "2"}), Options(env={"A": "1"})),
        ("steps: {score: {labels: {a: 1.10}}}", Options(), Options(labels={"a": "1.10"})),
        ("steps: {score: {metadata: {a: null, b: [1]}}}", Options(metadata={"a": 1}), Options(metadata={"b": [1]})),
        ("steps: {score: {retry: {backoff: 1m}}}", Options(retry=Retry(3)), Options(retry=Retry(3, "1m"))),
        ("steps: {score: {retry: {max_backoff: null}}}", Options(retry=Retry(3, max_backoff="1h")),
         Options(retry=Retry(3))),
        ("steps: {score: {retry: null}}", Options(retry=Retry(3)), Options()),
        ("steps: {score: {retry: {limit: 0}}}", Options(retry=Retry(3, "1m")), Options()),
        ("steps: {score: {resources: {gpu: 0}}}", Options(resources=Resources(gpu=1)), Options(resources=Resources())),
        ("steps: {score: {cache: {enabled: off}}}", Options(), Options(cache=Cache(False))),
        ("steps: {score: {cache: {key: }}}", Options(cache=Cache(key=("a",))), Options(cache=Cache())),
        ("steps: {score: {trigger: all_success}}", Options(trigger="all_done"), Options()),
        ("defaults: {timeout: 1m}\nsteps: {score: {timeout: null}}", Options(timeout="9m"), Options()),
        (
            "steps: {score: {env: {A: 1, B: 1}}, score-eu: {env: {B: 2}}}\n"
            "pipelines: {reviews: {steps: {score: {env: {C: 3}}, score-eu: {env: {A: null}}}}}",
            Options(),
            Options(env={"B": "2", "C": "3"}),
        ),
        # nothing for this task
        ("steps: {score-us: {image: a}}", Options(image="b"), Options(image="b")),
    ],
)  # fmt: skip
def test_options_are_merged_field_by_field_and_key_by_key(
    text: str, code: Options, expected: Options
) -> None:
    assert options_of(text, code) == expected


IDLE = "steps: {score: {retry: {backoff: 1m}}}"


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        (IDLE, {"score-us": 1}),
        (IDLE + "\ndefaults: {retry: {limit: 2}}", {}),
        (IDLE + "\npipelines: {reviews: {steps: {score-eu: {retry: {limit: 2}}}}}", {}),
        (IDLE + "\npipelines: {reviews: {steps: {score: {retry: null}}}}", {}),
        ("defaults: {retry: {backoff: 1m}}", {}),
        ("steps: {score: {retry: {limit: 0, backoff: 1m}}}", {}),
    ],
)
def test_a_wait_between_retries_may_rest_on_a_limit_elsewhere(text: str, limits: dict[str, int]) -> None:
    made = pipeline()
    tasks = tuple(
        replace(task, options=Options(retry=Retry(limits[task.name]) if task.name in limits else None))
        for task in made.tasks
    )
    assert refused(apply, replace(made, tasks=tasks), values(text)) == []


def test_a_wait_between_retries_that_never_come_is_refused() -> None:
    assert refused(apply, pipeline(), values(IDLE)) == [
        "v.yaml:1:17: [PG234]: 'steps.score.retry' says how to run a task again, but nothing says how often "
        "(add 'limit: 2' to it)"
    ]


def test_handlers_get_their_options_too() -> None:
    made = pipeline(on_failure=Task("alarm", "fetch"), on_exit=Task("tidy", "score"))
    changed = apply(made, values("steps: {alarm: {image: a}, score: {image: b}}"))
    assert changed.on_failure is not None
    assert changed.on_exit is not None
    assert (changed.on_failure.options.image, changed.on_exit.options.image) == ("a", "b")


def test_tasks_keep_everything_else_and_share_what_is_the_same() -> None:
    made = pipeline()
    changed = apply(made, values("steps: {score: {image: a}}"))
    assert changed.tasks[0] is made.tasks[0]
    assert changed.tasks[1].options is changed.tasks[2].options
    assert [replace(task, options=Options()) for task in changed.tasks] == list(made.tasks)


@pytest.mark.parametrize("text", ["", "fake: {replicas: 2}", "pipelines: {other: {description: x}}"])
def test_values_that_do_not_concern_a_pipeline_leave_it_as_it_is(text: str) -> None:
    made = pipeline()
    assert apply(made, values(text)) == made


@pytest.mark.parametrize(
    ("text", "field", "expected"),
    [
        ("{description: New.}", "description", "New."),
        ("{description: null}", "description", ""),
        ("{schedule: '@daily'}", "schedule", Schedule("@daily")),
        ("{schedule: {cron: '@daily', timezone: UTC}}", "schedule", Schedule("@daily", "UTC")),
        ("{schedule: null}", "schedule", None),
        ("{concurrency: replace}", "concurrency", "replace"),
        ("{concurrency: null}", "concurrency", None),
        ("{deadline: 2h}", "deadline", "2h"),
        ("{deadline: null}", "deadline", None),
        ("{labels: {a: null, b: 2}}", "labels", {"b": "2", "c": "c"}),
    ],
)
def test_a_pipelines_own_fields_are_replaced(text: str, field: str, expected: object) -> None:
    made = pipeline(
        description="Old.",
        schedule=Schedule("@hourly", "Europe/Berlin"),
        concurrency="allow",
        deadline="1h",
        labels={"a": "a", "c": "c"},
    )
    changed = apply(made, values(f"pipelines: {{reviews: {text}}}"))
    assert changed == replace(made, **{field: expected})  # type: ignore[arg-type]


MODEL = Parameter("model", (("score-eu", "model"),), "small", True, ("small", "large"), "Which.")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{default: large}", replace(MODEL, default="large")),
        ("{choices: [small, huge]}", replace(MODEL, choices=("small", "huge"))),
        ("{default: 1, choices: [1, 2]}", replace(MODEL, default=1, choices=(1, 2))),
        ("{choices: []}", replace(MODEL, choices=())),
        ("{default: null, choices: }", replace(MODEL, default=None, choices=())),
        ("{description: Other.}", replace(MODEL, description="Other.")),
    ],
)
def test_parameters_are_overridden(text: str, expected: Parameter) -> None:
    changed = apply(
        pipeline(parameters=(MODEL,)), values(f"pipelines: {{reviews: {{parameters: {{model: {text}}}}}}}")
    )
    assert changed.parameters == (expected,)


def test_a_default_in_values_gives_a_parameter_without_one_a_default() -> None:
    bare = Parameter("model", (("score-eu", "model"),))
    changed = apply(
        pipeline(parameters=(bare,)), values("pipelines: {reviews: {parameters: {model: {default: x}}}}")
    )
    assert changed.parameters[0].has_default


WRONG = [
    ("steps: {scor: {}}", ["v.yaml:1:9: [PG241]: there is no task or step 'scor' in any pipeline here "
     "(did you mean 'score'?)"]),
    ("steps: {Score-EU: {}}", ["v.yaml:1:9: [PG241]: there is no task or step 'Score-EU' in any pipeline here "
     "(did you mean 'score-eu'?)"]),
    ("steps: {'': {image: a}}", ["v.yaml:1:9: [PG241]: there is no task or step '' in any pipeline here "
     "(there is 'fetch', 'load', 'score', 'score-eu', 'score-us')"]),
    ("pipelines: {reviews: {steps: {load: {}}}}", ["v.yaml:1:31: [PG241]: there is no task or step 'load' in "
     "pipeline 'reviews' (there is 'fetch', 'score', 'score-eu', 'score-us')"]),
    ("pipelines: {reviews: {parameters: {modle: {default: 1}}}}", ["v.yaml:1:36: [PG242]: pipeline 'reviews' has "
     "no parameter 'modle' (did you mean 'model'?)"]),
    ("pipelines: {reviews: {parameters: {model: {default: huge}}}}", ["v.yaml:1:53: [PG243]: the default of "
     'parameter \'model\' is "huge", which is not a choice (the choices are "small", "large")']),
    ("pipelines: {reviews: {parameters: {model: {choices: [1, true]}}}}", ["v.yaml:1:53: [PG243]: the default of "
     'parameter \'model\' is "small", which is not a choice (the choices are 1, true)']),
    ("pipelines: {reviews: {parameters: {model: {default: true, choices: [1]}}}}", ["v.yaml:1:53: [PG243]: the "
     "default of parameter 'model' is true, which is not a choice (the choices are 1)"]),
    ("steps: {x: {}}\npipelines: {reviews: {parameters: {y: {}}}}", ["v.yaml:1:9: [PG241]: there is no task or "
     "step 'x' in any pipeline here (there is 'fetch', 'load', 'score', 'score-eu', 'score-us')",
     "v.yaml:2:36: [PG242]: pipeline 'reviews' has no parameter 'y' (there is 'model')"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "messages"), WRONG)
def test_names_that_do_not_exist_are_refused(text: str, messages: list[str]) -> None:
    assert refused(apply, pipeline(parameters=(MODEL,)), values(text), {"load"}) == messages


def test_steps_at_the_top_may_belong_to_a_pipeline_beside_this_one() -> None:
    made = pipeline()
    assert apply(made, values("steps: {load: {image: a}}"), others={"load"}) == made


def test_unknown_pipelines_are_found() -> None:
    read = values("pipelines:\n  reviews: {}\n  reveiws: {}\n")
    (found,) = unknown_pipelines(read, ["reviews", "nightly"])
    assert (found.code, found.origin, found.hint) == (
        "PG240",
        Origin("v.yaml", 3, 3),
        "did you mean 'reviews'?",
    )
    assert unknown_pipelines(Values(), []) == []


def test_ten_thousand_tasks_are_changed_in_a_fraction_of_a_second() -> None:
    count = 10_000
    tasks = tuple(Task(f"t{n}", f"s{n % 9}", (), Options(env={"N": str(n)})) for n in range(count))
    made = Pipeline("reviews", tasks, {f"s{n}": Step(f"s{n}", "m:S") for n in range(9)})
    read = values(
        "defaults: {image: a, retry: {limit: 2}, env: {A: 1}}\n"
        "steps: {s1: {timeout: 1m}, t7: {timeout: 2m}}\n"
        "pipelines: {reviews: {steps: {s2: {env: {N: null}}}}}\n"
    )
    apply(pipeline(), values("defaults: {image: a}"))  # imports are not what is measured
    begin = time.process_time()
    changed = apply(made, read)
    spent = time.process_time() - begin
    assert len(changed.tasks) == count
    assert changed.tasks[7].options.timeout == "2m"
    assert changed.tasks[10].options.timeout == "1m"
    assert changed.tasks[2].options.env == {"A": "1"}
    assert spent < 0.5  # 0.12 when nothing else runs


def test_a_values_file_with_ten_thousand_steps_is_read_and_applied() -> None:
    count = 10_000
    tasks = tuple(Task(f"t{n}", "s", (), Options()) for n in range(count))
    made = Pipeline("reviews", tasks, {"s": Step("s", "m:S")})
    read = values("steps:\n" + "".join(f"  t{n}: {{timeout: {n + 1}s}}\n" for n in range(count)))
    assert [task.options.timeout for task in apply(made, read).tasks] == [f"{n + 1}s" for n in range(count)]
