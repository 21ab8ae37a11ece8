"""Law 10: cost grows with tasks plus edges, counted in calls and not in seconds; no recursion over the graph."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from compiling import BACKENDS, compiled, compiled_or_refused
from random_pipelines import STEPS
from sample import ok, pipegen, write
from toys import Toy

from pipegen.app.loading import load
from pipegen.backend import Backend
from pipegen.checks import check
from pipegen.dsl.project import find
from pipegen.ir import Draft, Input, Options, Pipeline, Task
from pipegen.ir_json import from_json, to_json
from pipegen.link import link

# Twice the tasks may cost so many times the calls; sorting and tables that grow take a little more than twice.
MOST = 2.3


def counted(call: Callable[[], object]) -> int:
    """How many functions a call calls, of Python and of C."""
    calls = 0

    def count(frame: object, event: str, argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    sys.setprofile(count)
    try:
        call()
    finally:
        sys.setprofile(None)
    return calls


def growth(make: Callable[[int], object], size: int) -> float:
    """How many times the calls it takes to make something twice as large; caches are warm."""
    make(10)
    return counted(lambda: make(2 * size)) / counted(lambda: make(size))


@contextmanager
def shallow(depth: int) -> Iterator[None]:
    """Room for so many calls inside each other, beyond those that there are already."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + depth)
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def task(number: int, *sources: int) -> Task:
    fed = (Input("rows", tuple(f"t{n}" for n in sources), "chain"),) if sources else ()
    return Task(f"t{number}", "merge" if sources else "fetch", fed, Options(image="app:1"))


def layered(size: int) -> Draft:
    """Layers of ten, each task fed by three of the layer before."""
    tasks = [
        task(n, *(dict.fromkeys(n // 10 * 10 - 10 + (n + k * 3) % 10 for k in range(3))))
        if n >= 10
        else task(n)
        for n in range(size)
    ]
    return Draft("p", tuple(tasks), STEPS, "flow.py:p")


def chain(size: int) -> Draft:
    return Draft("p", tuple(task(n, *([n - 1] if n else [])) for n in range(size)), STEPS, "flow.py:p")


def diamonds(count: int) -> Draft:
    """A ladder: each rung splits in two and comes together again, so there are 2 ** count ways through it."""
    tasks = [task(0)]
    for n in range(1, 3 * count, 3):
        tasks += [task(n, n - 1), task(n + 1, n - 1), task(n + 2, n, n + 1)]
    return Draft("p", tuple(tasks), STEPS, "flow.py:p")


GRAPHS: dict[str, Callable[[int], Draft]] = {
    "layers": layered,
    "a chain": chain,
    "a chain written backwards": lambda n: Draft("p", tuple(reversed(chain(n).tasks)), STEPS),
    "a fan": lambda n: Draft("p", (task(0), *(task(k, 0) for k in range(1, n))), STEPS),
    "a funnel": lambda n: Draft("p", (*map(task, range(n - 1)), task(n, *range(n - 1))), STEPS),
}


@pytest.mark.parametrize("graph", GRAPHS)
def test_linking_and_checking_grow_with_the_graph(graph: str) -> None:
    drafts = {size: GRAPHS[graph](size) for size in (10, 1000, 2000)}
    assert growth(lambda size: list(check(link(drafts[size]))), 1000) < MOST


@pytest.mark.parametrize("graph", GRAPHS)
def test_documents_grow_with_the_graph(graph: str) -> None:
    drafts = {size: GRAPHS[graph](size) for size in (10, 500, 1000)}
    assert growth(lambda size: from_json(to_json(drafts[size]), "p.json"), 500) < MOST


def grows(backend: Backend | str, graph: str, size: int = 150) -> float:
    pipelines = {n: link(GRAPHS[graph](n)) for n in (10, size, 2 * size)}
    return growth(lambda n: compiled_or_refused(pipelines[n], backend), size)


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("graph", GRAPHS)
def test_compiling_grows_with_the_graph(backend: str, graph: str) -> None:
    assert grows(backend, graph) < MOST


FLOW = """
from pipegen import Pipeline, step
@step
def source() -> list[int]: ...
@step
def merge(parts: list[list[int]]) -> list[int]: ...
"""
WRITTEN = {
    "a chain": "last = source()\nfor n in range({n}):\n    last = merge(f't{{n}}', parts=[last])\n",
    "diamonds": "last = source()\nfor n in range({n}):\n"
    "    last = [merge(f'a{{n}}', parts=[last]), merge(f'b{{n}}', parts=[last])] >> merge(f'c{{n}}')\n",
    "a fan": "first = source()\nlast = merge(parts=[merge(f't{{n}}', parts=[first]) for n in range({n})])\n",
}


@pytest.mark.parametrize("graph", WRITTEN)
def test_reading_what_the_user_wrote_grows_with_the_graph(tmp_path: Path, graph: str) -> None:
    folder = write(tmp_path, {"pyproject.toml": "[project]\nname='acme'\n"})
    for size in (10, 300, 600):
        code = f"{FLOW}{WRITTEN[graph].format(n=size)}p = Pipeline('p', last)\n"
        write(folder, {f"flow_{size}.py": code})
    path = list(sys.path)
    assert growth(lambda size: load(str(folder / f"flow_{size}.py"), find(folder)), 300) < MOST
    sys.path[:] = path


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_chain_of_five_thousand_needs_no_depth(backend: str) -> None:
    draft = chain(5000)
    compiled_or_refused(link(chain(3)), backend)  # what is loaded on first use is loaded
    with shallow(150):
        pipeline = link(draft)
        compiled_or_refused(pipeline, backend)
        assert len(link(from_json(to_json(pipeline), "p.json")).tasks) == 5000


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_ladder_of_a_thousand_diamonds_compiles(backend: str) -> None:
    texts = compiled_or_refused(link(diamonds(1000)), backend)
    assert texts is None or sum(map(len, texts.values())) < 3_000_000


def test_a_chain_and_a_ladder_written_in_python_are_generated(tmp_path: Path) -> None:
    for name, size in (("a chain", 3000), ("diamonds", 1000)):
        folder = tmp_path / name.replace(" ", "-")
        folder.mkdir()
        code = f"{FLOW}{WRITTEN[name].format(n=size)}p = Pipeline('p', last)\n"
        write(folder, {"pyproject.toml": "[project]\nname='acme'\n", "flow.py": code})
        assert "1 pipeline" in pipegen(folder, "check", "flow.py").stderr
        ok(pipegen(folder, "generate", "flow.py", "--backend", "dvc"))


def quadratic(pipeline: Pipeline) -> str:
    """Looks every source up by walking all tasks."""
    found = 0
    for one in pipeline.tasks:
        for name in one.upstream:
            found += sum(other.name.startswith(name) for other in pipeline.tasks)
    return f"edges: {found}\n"


def recursive(pipeline: Pipeline) -> str:
    by_name = {one.name: one for one in pipeline.tasks}

    def depth(name: str) -> int:
        return 1 + max(map(depth, by_name[name].upstream), default=0)

    return f"depth: {depth(pipeline.tasks[-1].name)}\n"


def test_a_backend_that_looks_at_every_pair_is_noticed() -> None:
    assert grows(Toy(quadratic), "a chain") > MOST
    assert grows(Toy(lambda p: f"tasks: {len(p.tasks)}\n"), "a chain") < MOST


def test_a_backend_that_walks_every_path_is_noticed() -> None:
    small, large = (link(diamonds(n)) for n in (7, 14))
    toy = Toy(recursive)
    assert counted(lambda: compiled(large, toy)) > 50 * counted(lambda: compiled(small, toy))


def test_a_backend_that_goes_deep_is_noticed() -> None:
    pipeline = link(chain(5000))
    compiled(link(chain(3)), Toy(recursive))
    with shallow(150), pytest.raises(RecursionError):
        compiled(pipeline, Toy(recursive))
