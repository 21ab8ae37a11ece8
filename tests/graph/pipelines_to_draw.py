"""Pipelines to draw, made by hand."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

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

Feeds = Mapping[str, Sequence[str]]


def step(slug: str, inputs: Mapping[str, str] | None = None, output: str = "None", **rest: object) -> Step:
    name = "".join(word.capitalize() for word in slug.split("-"))
    ports = tuple(Port(key, kind, required=False) for key, kind in (inputs or {}).items())
    return Step(slug, f"acme.reviews:{name}", ports, output, **rest)  # type: ignore[arg-type]


def task(name: str, of: str, feeds: Feeds | None = None, options: Options | None = None) -> Task:
    inputs = tuple(
        Input(key, tuple(sources), "one" if len(sources) == 1 else "collect")
        for key, sources in (feeds or {}).items()
    )
    return Task(name, of, inputs, options or Options())


def pipeline(name: str, tasks: Iterable[Task], steps: Iterable[Step], **rest: object) -> Pipeline:
    return link(Draft(name, tuple(tasks), {one.slug: one for one in steps}, **rest))  # type: ignore[arg-type]


def unchecked(name: str, names: Sequence[str], parameters: Sequence[str] = ("reviews",)) -> Pipeline:
    """A chain of tasks with any names at all, even those that `link` would refuse."""
    kind = step("kind", dict.fromkeys(parameters, REVIEW), REVIEW)
    sources = dict.fromkeys(parameters)
    tasks = tuple(
        task(own, "kind", {key: [names[at - 1]] for key in sources} if at else {})
        for at, own in enumerate(names)
    )
    return Pipeline(name, tasks, {"kind": kind})


REVIEW, SCORED = "list[acme.reviews.Review]", "list[acme.reviews.Scored]"
FETCH = step(
    "fetch",
    output=REVIEW,
    doc="Download the reviews.\n\nFrom the public API, page by page.",
    settings=(
        Setting("url", "str", required=True, description="where the reviews are"),
        Setting("limit", "int", required=False, default=100),
        Setting("token", "SecretStr | None", required=False, secret=True, description="for the API"),
    ),
    prefix="FETCH",
)
SCORE = step("score", {"reviews": REVIEW}, SCORED, doc="Judge each review.", mode="streaming")
REPORT = step("report", {"scores": SCORED, "reviews": REVIEW}, "pathlib.Path", doc="Write the report.")
NOTIFY = step("notify", doc="Tell the team.")
CLEANUP = step("clean-up", doc="Free what was taken.")


def three() -> Pipeline:
    """The example of the README: fetch, score, report."""
    return pipeline(
        "reviews",
        (
            task("fetch", "fetch", options=Options(retry=Retry(3, "30s"), timeout="10m")),
            task("score", "score", {"reviews": ["fetch"]}, Options(resources=Resources(memory="4Gi", gpu=1))),
            task("report", "report", {"scores": ["score"], "reviews": ["fetch"]}),
        ),
        (FETCH, SCORE, REPORT),
        schedule=Schedule("0 4 * * *", "Europe/Berlin"),
        description="Scores the reviews of the day before and reports on them.",
        parameters=(Parameter("limit", (("fetch", "limit"),), 100, True, (10, 100), "how many reviews"),),
        target="acme.reviews:reviews",
    )


def diamond() -> Pipeline:
    """Two ways from one source to one sink, with both handlers."""
    merge = step("merge", {"left": SCORED, "right": SCORED}, SCORED)
    return pipeline(
        "diamond",
        (
            task("fetch", "fetch"),
            task("score-eu", "score", {"reviews": ["fetch"]}),
            task("score-us", "score", {"reviews": ["fetch"]}, Options(cache=Cache(enabled=False))),
            task(
                "merge", "merge", {"left": ["score-eu"], "right": ["score-us"]}, Options(trigger="all_done")
            ),
        ),
        (FETCH, SCORE, merge, NOTIFY, CLEANUP),
        schedule=Schedule("@daily"),
        on_failure=task("notify", "notify"),
        on_exit=task("clean-up", "clean-up"),
    )


def fan_in(width: int = 50) -> Pipeline:
    """Many tasks collected by one."""
    merge = step("merge", {"parts": f"list[{SCORED}]"}, SCORED)
    names = [f"score-{at}" for at in range(width)]
    return pipeline(
        "fan-in",
        (*(task(name, "score") for name in names), task("merge", "merge", {"parts": names})),
        (SCORE, merge),
    )


def layered(size: int, across: int = 12, inputs: int = 2) -> Pipeline:
    """Tasks in layers, each fed by a few of the layer before, always the same ones."""
    kinds = [step(f"kind-{at}", {f"in{n}": REVIEW for n in range(inputs)}, REVIEW) for at in range(6)]
    tasks: list[Task] = []
    for at in range(size):
        layer, place = divmod(at, across)
        above = tasks[(layer - 1) * across : layer * across] if layer else []
        picks = dict.fromkeys((place + n * (at % 5)) % across for n in range(inputs)) if above else {}
        feeds = {f"in{n}": [above[pick].name] for n, pick in enumerate(picks)}
        tasks.append(task(f"task-{layer}-{place}", f"kind-{(layer + place) % 6}", feeds))
    return pipeline("layered", tasks, kinds)


def chain(size: int) -> Pipeline:
    """One task after the other."""
    one = step("one", {"before": REVIEW}, REVIEW)
    feeds = ({"before": [f"task-{at - 1}"]} if at else {} for at in range(size))
    return pipeline("chain", (task(f"task-{at}", "one", feed) for at, feed in enumerate(feeds)), (one,))
