"""Pipelines for Argo that hypothesis thinks up, with texts that have broken other tools."""

from __future__ import annotations

from argo_pipelines import IMAGE, NIGHTLY, STEPS, pipeline, task
from hypothesis import strategies as st

from pipegen.ir import Cache, Options, Pipeline, Resources, Retry, Task

NASTY = (
    *(
        "{{workflow.name}}",
        "{{=1}}",
        "{{",
        "{{{",
        "}}",
        "$(HOME)",
        "$$(HOME)",
        "$$",
        "$",
        "a$",
        "${X}",
        "`id`",
        "%",
    ),
    *(
        "\u2028",
        "\x85",
        "\x7f",
        "\U000e0001",
        "🎉",
        "a\nb",
        "\t",
        "\\n",
        "\a\v",
        "x" * 300,
        "it's",
        'say "x"',
    ),
    *(
        "yes",
        "0x1",
        "1e3",
        "null",
        "~",
        "-",
        "#",
        "{",
        "[",
        "a: b",
        "- x",
        "# x",
        "&a *a",
        "!!python/object:x",
    ),
    *(
        "--in",
        "-x",
        "json:1",
        'json:"x"',
        "main",
        "on-exit",
        "part-1",
        "task",
        "x",
        "x-2",
        "x--2",
        "all",
        "2fast",
    ),
)
CHARS = st.characters(codec="utf-8", exclude_characters="\0")
TEXT = st.sampled_from(NASTY) | st.text(CHARS, max_size=30)
NAMES = st.sampled_from([one for one in NASTY if one.isprintable()]) | st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=1, max_size=80
)
LABELS = st.dictionaries(st.sampled_from(["team", "acme.example/tier"]), st.sampled_from(["a", "1.0", ""]))


@st.composite
def options(draw: st.DrawFn) -> Options:
    return Options(
        retry=draw(
            st.none() | st.builds(Retry, st.integers(1, 3), st.just("1s"), st.sampled_from([1.5, 2.0]))
        ),
        timeout=draw(st.none() | st.sampled_from(["1m", "2m"])),
        cache=draw(st.none() | st.builds(Cache, st.booleans(), st.tuples(TEXT))),
        trigger=draw(st.sampled_from(["all_success"] * 4 + ["all_done", "one_failed"])),
        image=draw(st.sampled_from([IMAGE, f"{IMAGE}-2"])),
        env=draw(st.dictionaries(st.sampled_from(["A", "SCORE__MODEL", "B__C"]), TEXT, max_size=2)),
        labels=draw(LABELS),
        resources=draw(st.none() | st.just(Resources("500m", "1Gi", "2Gi", 1))),
        metadata=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
    )


@st.composite
def pipelines(draw: st.DrawFn, most: int = 6) -> Pipeline:
    """Any pipeline that links, with everything that Argo takes."""
    names = draw(st.lists(NAMES, min_size=1, max_size=most, unique=True))
    tasks: list[Task] = []
    for number, name in enumerate(names):
        sources = draw(st.lists(st.sampled_from(names[:number]), max_size=3, unique=True)) if number else []
        feed = draw(st.sampled_from(["chain", "collect"]))
        tasks.append(
            task(name, draw(st.sampled_from(sorted(STEPS))), *sources, options=draw(options()), feed=feed)
        )
    scheduled = draw(st.booleans())
    return pipeline(
        draw(NAMES),
        *tasks,
        description=draw(TEXT),
        deadline=draw(st.sampled_from([None, "1h", "0.5s"])),
        labels=draw(LABELS),
        schedule=NIGHTLY if scheduled else None,
        concurrency=draw(st.sampled_from([None, "allow", "forbid", "replace"])) if scheduled else None,
    )


@st.composite
def many(draw: st.DrawFn) -> Pipeline:
    """A graph of up to some hundreds of tasks, of any shape."""
    count = draw(st.integers(61, 900))
    reach = draw(st.sampled_from([1, 3, 40, 900]))
    random = draw(st.randoms(use_true_random=False))
    tasks = []
    for number in range(count):
        near = range(max(0, number - reach), number)
        sources = random.sample(near, min(len(near), random.randint(0, 3)))
        tasks.append(task(f"t{number}", random.choice(["score", "report"]), *(f"t{one}" for one in sources)))
    return pipeline("many", *tasks)
