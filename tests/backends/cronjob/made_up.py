"""Pipelines for a CronJob that hypothesis thinks up, with texts that have broken other tools."""

from __future__ import annotations

from hypothesis import strategies as st
from reviews_by_hand import IMAGE, pipeline, task

from pipegen.ir import Cache, Options, Parameter, Pipeline, Resources, Retry, Task

NASTY = (
    *(
        "{{workflow.name}}",
        "$(HOME)",
        "$$(HOME)",
        "$$",
        "$",
        "$é",
        "a$",
        "it's",
        'say "x"',
        "a\nb",
        "\u2028",
        "\u0085",
    ),
    *(
        "!!python/object:x",
        "&a *a",
        "- x",
        "# x",
        "yes",
        "0x1",
        "1e3",
        "null",
        "~",
        "2024-01-01",
        "x" * 300,
        "🎉",
    ),
    *("--in", "-x", "json:1", "${X}", "`id`", "%", "\t", "\\n", "a: b", "{", "[", "task", "tmp", "artifacts"),
)
TEXT = st.sampled_from(NASTY) | st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
NAMES = st.sampled_from([one for one in NASTY if one.isprintable()]) | st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=80
)
LABELS = st.dictionaries(st.sampled_from(["team", "acme.example/tier"]), st.sampled_from(["a", "1.0", ""]))


@st.composite
def options(draw: st.DrawFn) -> Options:
    return Options(
        retry=draw(st.none() | st.builds(Retry, st.integers(1, 3), st.just("1s"), st.just(1.5))),
        timeout=draw(st.none() | st.just("1m")),
        cache=draw(st.none() | st.builds(Cache, st.booleans(), st.tuples(TEXT))),
        image=IMAGE,
        env=draw(st.dictionaries(st.sampled_from(["A", "SCORE__MODEL", "B__C"]), TEXT, max_size=2)),
        resources=draw(st.none() | st.just(Resources("500m", "1Gi", "2Gi", 1))),
        metadata=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
    )


@st.composite
def pipelines(draw: st.DrawFn, most: int = 6) -> Pipeline:
    """Any pipeline that links, with everything that a CronJob can carry."""
    names = draw(st.lists(NAMES, min_size=1, max_size=most, unique=True))
    tasks: list[Task] = []
    for number, name in enumerate(names):
        sources = draw(st.lists(st.sampled_from(names[:number]), max_size=3, unique=True)) if number else []
        tasks.append(
            task(name, draw(st.sampled_from(("fetch", "report", "score"))), *sources, options=draw(options()))
        )
    targets = [(one.name, "model") for one in tasks if one.step == "score"]
    parameter = Parameter("model", tuple(targets), draw(TEXT), True, description=draw(TEXT))
    return pipeline(
        draw(NAMES),
        *tasks,
        parameters=(parameter,) if targets and draw(st.booleans()) else (),
        description=draw(TEXT),
        deadline=draw(st.sampled_from([None, "1h", "0.5s"])),
        concurrency=draw(st.sampled_from([None, "allow", "forbid", "replace"])),
        labels=draw(LABELS),
        **draw(st.sampled_from([{}, {"schedule": None}])),
    )
