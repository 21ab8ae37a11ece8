"""Random pipelines that every check passes: any graph, any name, any option, any text."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st

from pipegen.checks import check
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
from pipegen.link import link, name_is_usable


def examples(number: int) -> settings:
    """So many random cases; as many times more as the profile in use has more than the usual hundred."""
    return settings(max_examples=number * settings().max_examples // 100)


# Text that some language in a target would read as more than text, and names that no target allows.
NASTY = (
    "$(touch evil)", "`touch evil`", "; touch evil", "&& touch evil", "| touch evil", "> evil", "'; touch evil; '",
    '"; touch evil; "', "${EVIL}", "$EVIL", "$$(EVIL)", "$(EVIL)", "\\${EVIL}", "{{evil}}", "{{ workflow.name }}",
    "${{ secrets.EVIL }}", "{%evil%}", "{{=evil}}", "%(evil)s", "%EVIL%", "!!python/object:evil", "*evil", "&evil",
    "- evil", "evil: true", "# evil", "---", "--evil", "-e", "@evil", "evil\\", "\\n", "a'b", 'a"b', "a\\'b", "<evil>",
    "null", "true", "1e3", "0x10", "yes", "~", "[evil]", "{evil}", "..", "../evil", "/evil", "a/b", "a:b", "a=b", "a,b",
    "übung", "数据", "é", "Score EU", "score_eu", "score-eu", "SCORE", "x" * 500, "-", "a--b", "1a", "con", "😀",
)  # fmt: skip
NASTY_TEXT = (*NASTY, "two\nlines", "tab\there", "trailing ", " leading", "", "cr\r\nlf", "\u2028", "\x85")

texts = st.sampled_from(NASTY_TEXT) | st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
names = (st.sampled_from(NASTY) | st.text(st.characters(exclude_categories=["C", "Z"]), max_size=12)).filter(
    name_is_usable
)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(-1e9, 1e9) | texts,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(texts, inner, max_size=2),
    max_leaves=4,
)
durations = st.sampled_from(["30s", "5m", "1h30m", "2d", "0.5s"])
processors = st.sampled_from(["500m", "2", "1.5"])
sizes = st.sampled_from(["512Mi", "4Gi", "1.5Gi", "10G"])
labels = st.dictionaries(
    st.sampled_from(["team", "tier", "app.kubernetes.io/part-of"]), st.just("search"), max_size=2
)
variables = st.dictionaries(st.sampled_from(["TZ", "LOG_LEVEL", "EXTRA"]), texts, max_size=2)


@st.composite
def options(draw: st.DrawFn, rich: bool) -> Options:
    if not rich:
        return Options(image="app:1")
    return Options(
        retry=draw(
            st.none()
            | st.builds(
                Retry, st.integers(1, 5), durations, st.floats(1, 5).map(lambda n: round(n, 1)), durations
            )
        ),
        timeout=draw(st.none() | durations),
        resources=draw(st.none() | st.builds(Resources, processors, sizes, sizes, st.integers(0, 2))),
        cache=draw(st.none() | st.builds(Cache, st.booleans(), st.lists(texts, max_size=2).map(tuple))),
        image=draw(st.sampled_from(["app:1", "registry.example.com/team/app:2"])),
        env=draw(variables),
        labels=draw(labels),
        metadata=draw(st.dictionaries(names, jsons, max_size=2)),
    )


def step(slug: str, *ports: str, **more: Any) -> Step:
    given = tuple(Port(name, "Any", required=False) for name in ports)
    sources = ("lib/__init__.py", f"lib/{slug}.py")
    origin = Origin(f"lib/{slug}.py", 3)
    return replace(
        Step(slug, f"lib.{slug}:Step", given, "Any", prefix=slug.upper(), sources=sources, origin=origin),
        **more,
    )


SETTINGS = (
    Setting("limit", "int, >= 1", False, 100, description="How many at most"),
    Setting("api.url", "str", False, "http://localhost"),
    Setting("token", "SecretStr", False, None, secret=True),
)
STEPS = {
    "fetch": step(
        "fetch", settings=SETTINGS, doc="Download the reviews.", mode="streaming", output="Iterator[str]"
    ),
    "score": step("score", "rows", "more", doc="Score them.", mode="row"),
    "merge": step("merge", "rows", "more", doc="Bring them together.", settings=SETTINGS[:1]),
}


@st.composite
def _inputs(draw: st.DrawFn, before: list[str]) -> tuple[Input, ...]:
    found = []
    for port in ("rows", "more"):
        if draw(st.booleans()) or (port == "rows" and draw(st.booleans())):
            feed: Any = draw(st.sampled_from(["one", "one", "collect", "chain"]))
            sources = draw(st.lists(st.sampled_from(before), min_size=1, max_size=1 if feed == "one" else 3))
            found.append(Input(port, tuple(sources), feed, Origin("flow.py", 9)))
    return tuple(found)


@st.composite
def _tasks(draw: st.DrawFn, most: int, rich: bool) -> tuple[Task, ...]:
    found: list[Task] = []
    for line, name in enumerate(draw(st.lists(names, min_size=1, max_size=most, unique=True)), start=10):
        before = [one.name for one in found]
        slug = draw(st.sampled_from(["fetch", "score", "merge"])) if before else "fetch"
        inputs = draw(_inputs(before)) if slug != "fetch" else ()
        found.append(Task(name, slug, inputs, draw(options(rich)), Origin("flow.py", line)))
    return tuple(found)


@st.composite
def pipelines(draw: st.DrawFn, most: int = 6, rich: bool = True) -> Pipeline:
    """A linked pipeline; a rich one uses every option, beside its graph and names."""
    tasks = draw(_tasks(most, rich))
    # Labels of a pod are those of all its tasks, so they agree.
    labelled = draw(labels) if rich else {}
    draft = Draft(
        name=draw(names),
        tasks=tuple(replace(one, options=replace(one.options, labels=labelled)) for one in tasks),
        steps=STEPS,
        target="flow.py:p",
        origin=Origin("flow.py", 5),
    )
    pipeline = link(replace(draft, **draw(_rich(tasks))) if rich else draft)
    assert list(check(pipeline)) == []  # or the laws would be about less than they seem to be
    return pipeline


@st.composite
def _rich(draw: st.DrawFn, tasks: tuple[Task, ...]) -> dict[str, Any]:
    fed = [one.name for one in tasks if one.step == "fetch"]
    targets = st.lists(st.sampled_from(fed), min_size=1, max_size=2, unique=True)
    parameter = st.builds(
        lambda found, default: Parameter(
            "limit", tuple((one, "limit") for one in found), default, True, (), "How many"
        ),
        targets,
        st.integers(1, 9),
    )
    return {
        "description": draw(texts),
        "schedule": draw(
            st.none() | st.builds(Schedule, st.just("0 4 * * *"), st.none() | st.just("Europe/Berlin"))
        ),
        "concurrency": draw(st.none() | st.sampled_from(["allow", "forbid", "replace"])),
        "deadline": draw(st.none() | durations),
        "labels": draw(labels),
        "parameters": tuple(draw(st.lists(parameter, max_size=1))),
    }
