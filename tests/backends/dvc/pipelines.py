"""Pipelines made by hand, without the DSL, and any that hypothesis can think of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from hypothesis import strategies as st

from pipegen.backend import Context
from pipegen.backends.dvc import DvcBackend
from pipegen.backends.dvc.config import DvcConfig
from pipegen.ir import Cache, Draft, Input, Options, Parameter, Pipeline, Port, Retry, Setting, Step, Task
from pipegen.link import link

CONTEXT = Context("1.2.3", "pipegen generate reviews.py --backend dvc")
MODEL = Setting("model", "str", required=False, default="small")
TOKEN = Setting("token", "SecretStr", required=True, secret=True)
PORTS = tuple(Port(name, "Any", required=False) for name in ("reviews", "scores", "rows"))
FETCH = Step(
    "fetch",
    "reviews:Fetch",
    PORTS,
    prefix="FETCH",
    settings=(MODEL, TOKEN),
    doc="Get them.",
    sources=("reviews.py",),
)
SCORE = Step(
    "score",
    "acme/score.py:Score",
    PORTS,
    prefix="SCORE",
    settings=(MODEL,),
    sources=("acme/score.py", "acme/words.py"),
)
REPORT = Step("report", "reviews:Report", PORTS, prefix="REPORT", sources=("reviews.py",))
STEPS = {one.slug: one for one in (FETCH, SCORE, REPORT)}


def task(name: str, step: str = "", *sources: str, options: Options | None = None, **fed: str) -> Task:
    inputs = [Input(key, (one,)) for key, one in fed.items()]
    inputs += [Input("rows", sources, "chain" if len(sources) > 1 else "one")] if sources else []
    return Task(name, step or name, tuple(inputs), options or Options())


def pipeline(name: str = "reviews", *tasks: Task, **more: object) -> Pipeline:
    """A linked pipeline; of three tasks when none are given."""
    given = tasks or (
        task("fetch"),
        task("score", reviews="fetch"),
        task("report", scores="score", reviews="fetch"),
    )
    return link(Draft(**{"target": f"reviews.py:{name}", **more}, name=name, tasks=given, steps=STEPS))  # type: ignore[arg-type]


def generated(one: Pipeline, config: DvcConfig | None = None, context: Context = CONTEXT) -> str:
    """The dvc.yaml of a pipeline in an empty folder."""
    (file,) = DvcBackend().lower(one, config or DvcConfig(), context)
    return file.text


def spliced(existing: str, one: Pipeline, config: DvcConfig | None = None, context: Context = CONTEXT) -> str:
    """The dvc.yaml of a pipeline in a folder that has one already."""
    (file,) = DvcBackend().lower(one, config or DvcConfig(), context)
    assert file.merge is not None
    return file.merge(existing, file.text)


TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=30)
NASTY = st.sampled_from(
    [
        *(
            "übung",
            "a b",
            "${x}",
            "\\${x}",
            "it's",
            '"',
            "a/b",
            "x" * 300,
            "🎉",
            "settings",
            "n",
            "yes",
            "null",
        ),
        *(
            "$HOME",
            "`id`",
            "; rm -rf /",
            "*",
            "{{ x }}",
            "-x",
            "1",
            "0x1",
            "1e3",
            "#",
            "a: b",
            "a #b",
            "%",
            "~",
        ),
        *(
            "con",
            ".",
            "..",
            "Score",
            "score",
            "SCORE",
            "foreach",
            "vars",
            "reviews-settings",
            "a=b",
            "a.b",
            "@",
        ),
    ]
)
NAMES = NASTY | st.text(st.characters(exclude_categories=("C", "Z")), min_size=1, max_size=20)
JSON = st.none() | st.booleans() | st.integers() | TEXT | st.lists(TEXT, max_size=2)


@st.composite
def pipelines(draw: st.DrawFn, most: int = 8) -> Pipeline:
    """Any pipeline that links, with options and parameters that DVC can carry."""
    names = draw(st.lists(NAMES, min_size=1, max_size=most, unique=True))
    tasks = []
    for number, name in enumerate(names):
        sources = draw(st.lists(st.sampled_from(names[:number]), max_size=3, unique=True)) if number else []
        tasks.append(task(name, draw(st.sampled_from(sorted(STEPS))), *sources, options=draw(options())))
    return pipeline(draw(NAMES), *tasks, parameters=draw(parameters(tasks)), description=draw(TEXT))


@st.composite
def options(draw: st.DrawFn) -> Options:
    return Options(
        retry=draw(st.none() | st.builds(Retry, st.integers(0, 3), st.just("1s"), st.just(1.5))),
        timeout=draw(st.none() | st.just("1m")),
        env=draw(st.dictionaries(st.sampled_from(["TZ", "FETCH__MODEL", "LOG_LEVEL"]), TEXT, max_size=2)),
        cache=draw(st.none() | st.builds(Cache, st.booleans(), st.tuples(TEXT))),
        labels=draw(st.dictionaries(TEXT, TEXT, max_size=2)),
        metadata=draw(st.dictionaries(TEXT, JSON, max_size=2)),
    )


@st.composite
def parameters(draw: st.DrawFn, tasks: Sequence[Task]) -> tuple[Parameter, ...]:
    targets: Mapping[str, str] = {one.name: "model" for one in tasks if STEPS[one.step].settings}
    if not targets or draw(st.booleans()):
        return ()
    chosen = draw(st.lists(st.sampled_from(sorted(targets)), min_size=1, max_size=3, unique=True))
    return (Parameter("model", tuple((one, targets[one]) for one in chosen), draw(JSON), has_default=True),)
