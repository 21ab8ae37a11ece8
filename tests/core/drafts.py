"""Random pipelines as data, legal as the linker and JSON want them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from pipegen.errors import Origin
from pipegen.ir import (
    Cache,
    Draft,
    Input,
    Options,
    Parameter,
    Port,
    Resources,
    Retry,
    Schedule,
    Setting,
    Step,
    Task,
)

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
visible = st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=12)
jsons = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
objects = st.dictionaries(texts, jsons, max_size=3)
labels = st.dictionaries(texts, texts, max_size=3)
origins = st.none() | st.builds(
    Origin, st.sampled_from(["a.py", "b/c.py"]), st.integers(0, 99), st.integers(0, 9)
)
options = st.builds(
    Options,
    retry=st.none() | st.builds(Retry, st.integers(0, 9), texts, st.floats(1, 9), st.none() | texts),
    timeout=st.none() | texts,
    resources=st.none()
    | st.builds(Resources, st.none() | texts, st.none() | texts, st.none() | texts, st.integers(0, 4)),
    cache=st.none() | st.builds(Cache, st.booleans(), st.lists(texts, max_size=2).map(tuple)),
    trigger=st.sampled_from(["all_success", "all_done", "one_failed"]),
    image=st.none() | texts,
    env=labels,
    labels=labels,
    metadata=objects,
    mode=st.sampled_from([None, "batch", "streaming", "row"]),
)
_fields = st.lists(st.sampled_from(["limit", "url", "api.url", "größe"]), unique=True, max_size=3)


@st.composite
def steps(draw: st.DrawFn, slug: str) -> Step:
    ports = draw(st.lists(st.sampled_from(["rows", "more", "x"]), unique=True, max_size=3))
    return Step(
        slug=slug,
        entrypoint=f"acme.{slug}:Step",
        inputs=tuple(Port(name, draw(texts), draw(st.booleans())) for name in ports),
        output=draw(texts),
        mode=draw(st.sampled_from(["batch", "streaming", "row"] if ports else ["batch", "streaming"])),
        prefix=slug.upper(),
        settings=tuple(
            Setting(name, draw(texts), draw(st.booleans()), draw(jsons), draw(st.booleans()), draw(texts))
            for name in draw(_fields)
        ),
        schema=draw(st.none() | objects),
        metadata=draw(objects),
        doc=draw(texts),
        sources=tuple(draw(st.lists(st.sampled_from(["a.py", "lib/b.py"]), unique=True))),
        origin=draw(origins),
    )


@st.composite
def _inputs(draw: st.DrawFn, step: Step, before: list[str]) -> tuple[Input, ...]:
    found = []
    for port in step.inputs:
        if before and (port.required or draw(st.booleans())):
            feed: Any = draw(st.sampled_from(["one", "collect", "chain"]))
            most = 1 if feed == "one" else 3
            sources = draw(st.lists(st.sampled_from(before), min_size=1, max_size=most))
            found.append(Input(port.name, tuple(sources), feed, draw(origins)))
    return tuple(found)


@st.composite
def drafts(draw: st.DrawFn, most: int = 6) -> Draft:
    """Tasks fed by those before them; every name resolves."""
    known = {slug: draw(steps(slug)) for slug in draw(st.sampled_from([["a"], ["a", "b"], ["a", "b", "c"]]))}
    source = Step("source", "acme:Source", output="int")
    known["source"] = source
    tasks: list[Task] = []
    for name in draw(st.lists(visible, min_size=1, max_size=most, unique=True)):
        before = [one.name for one in tasks]
        step = known[draw(st.sampled_from(sorted(known)))] if before else source
        given = draw(options)
        if given.mode == "row" and not step.inputs:
            given = replace(given, mode=None)
        tasks.append(Task(name, step.slug, draw(_inputs(step, before)), given, draw(origins)))
    handler = st.none() | st.builds(
        lambda name, given: Task(f"handler {name}", "source", (), replace(given, mode=None), None),
        visible,
        options,
    )
    settable = [(one.name, field.name) for one in tasks for field in known[one.step].settings]
    parameters = [
        Parameter(
            f"p{number}",
            (target,),
            draw(jsons),
            draw(st.booleans()),
            tuple(draw(st.lists(jsons, max_size=2))),
        )
        for number, target in enumerate(
            draw(st.lists(st.sampled_from(settable), max_size=2)) if settable else []
        )
    ]
    return Draft(
        name=draw(visible),
        tasks=tuple(tasks),
        steps=known,
        target=draw(texts),
        description=draw(texts),
        schedule=draw(st.none() | st.builds(Schedule, texts, st.none() | texts)),
        concurrency=draw(st.none() | st.sampled_from(["allow", "forbid", "replace"])),
        deadline=draw(st.none() | texts),
        parameters=tuple(parameters),
        on_failure=draw(handler),
        on_exit=None,
        labels=draw(labels),
        origin=draw(origins),
    )
