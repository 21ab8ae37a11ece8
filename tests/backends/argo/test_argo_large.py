"""Large graphs: the form that is chosen, what it costs, how small and how fast it is."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import pytest
from argo_pipelines import (
    NIGHTLY,
    PLAIN,
    config,
    documents,
    generated,
    grid,
    pipeline,
    task,
    template,
    text_of,
    warnings,
)

from pipegen.backends.argo import ArgoBackend
from pipegen.backends.argo.compiled import compiled
from pipegen.backends.argo.cutting import Cut, cut
from pipegen.backends.argo.layout import form_of
from pipegen.ir import Options, Pipeline, Task


def chain(count: int, name: str = "c", before: str = "") -> list[Task]:
    return [
        task(f"{name}{n}", "score", *([f"{name}{n - 1}"] if n else [before] if before else []))
        for n in range(count)
    ]


FORMS = [
    (200, 10, "flat"),
    (201, 10, "inline"),
    (400, 10, "inline"),
    (401, 10, "shards"),
    (401, 100, "inline"),
    (1000, 200, "inline"),
    (1001, 500, "shards"),
]


@pytest.mark.parametrize(("count", "width", "form"), FORMS)
def test_the_form_goes_by_size_and_depth(count: int, width: int, form: str) -> None:
    assert form_of(grid(count, width), config()) == form


def exact(*parts: int) -> tuple[list[int], int]:
    return list(parts), 0


CUTS: list[tuple[str, Pipeline, tuple[list[int], int]]] = [
    ("a chain is cut anywhere", pipeline("c", *chain(500)), exact(200, 200, 100)),
    ("graphs side by side are kept whole", pipeline(
        "c", *chain(150, "a"), *chain(150, "b"), *chain(40, "c")), exact(150, 190)),
    ("branches between two necks are kept whole", pipeline(
        "c", task("start", "fetch"), *chain(150, "a", "start"), *chain(150, "b", "start"),
        task("end", "report", "a149", "b149")), exact(1, 150, 150, 1)),
    ("a long branch beside a short one is cut by itself", pipeline(
        "c", task("start", "fetch"), *chain(300, "a", "start"), *chain(20, "b", "start"),
        task("end", "report", "a299", "b19")), exact(1, 20, 200, 100, 1)),
    ("what has no neck is cut into bands", grid(450, 15, inputs=2), ([200, 200, 50], 3)),
]  # fmt: skip


@pytest.mark.parametrize(("one", "wanted"), [case[1:] for case in CUTS], ids=[case[0] for case in CUTS])
def test_a_graph_is_cut_where_nothing_is_lost_first(one: Pipeline, wanted: tuple[list[int], int]) -> None:
    found = cut(one.tasks, 200)
    assert ([len(part) for part in found.parts], found.bands) == wanted
    assert sorted(each.name for part in found.parts for each in part) == sorted(
        each.name for each in one.tasks
    )


@pytest.mark.parametrize("one", [case[1] for case in CUTS], ids=[case[0] for case in CUTS])
def test_parts_wait_only_for_parts_that_feed_them(one: Pipeline) -> None:
    found: Cut = cut(one.tasks, 200)
    data = generated(one, "layout: shards")
    home = {each.name: f"part-{n}" for n, part in enumerate(found.parts, 1) for each in part}
    wanted = {
        f"part-{n}": {home[source] for each in part for source in each.upstream} - {f"part-{n}"}
        for n, part in enumerate(found.parts, 1)
    }
    tasks = template(data, "main")["dag"]["tasks"]
    assert {each["name"]: set(each.get("dependencies", [])) for each in tasks} == wanted


def test_the_user_is_told_what_was_done_and_what_it_costs() -> None:
    assert warnings(grid(200, 10)) == []
    (inline,) = warnings(grid(201, 10))
    assert "they are one DAG inside a task" in inline.message and "the order is exact" in inline.message
    (bands,) = warnings(grid(450, 15, inputs=2))
    assert (
        "they are 3 DAGs, which wait for all of a DAG where they need a part of it: 4 to 24 % slower"
        in bands.message
    )
    (shards,) = warnings(pipeline("c", *chain(500)))
    assert "they are 3 DAGs, cut where no order is lost" in shards.message
    said = " ".join(one.message for one in warnings(grid(3000, 30, inputs=3)))
    assert "the status of a run may outgrow one object" in said
    assert "too large for plain 'kubectl apply'" in said
    rescued = [task("rescue", "report", "c0", options=replace(PLAIN, trigger="one_failed"))]
    said = " ".join(one.message for one in warnings(pipeline("c", *chain(150), *rescued, *chain(300, "d"))))
    assert "stops those after it, also where another task recovers from it" in said
    assert all(one.severity == "warning" and one.code == "PG541" for one in warnings(grid(3000, 30)))


def test_a_few_tasks_with_much_text_are_too_large_for_one_annotation() -> None:
    much = pipeline("much", task("fetch", options=replace(PLAIN, env={"A": "x" * 300_000})))
    (said,) = warnings(much)
    assert "too large for plain 'kubectl apply'" in said.message
    assert "# Apply: kubectl apply --server-side -f" in text_of(replace(much, schedule=NIGHTLY))


def test_more_kinds_of_containers_than_templates_stand_inside_their_tasks() -> None:
    tasks = [task(f"t{n}", "score", options=Options(image=f"{PLAIN.image}-{n}")) for n in range(199)]
    tasks += [task("x", "score", "t0"), task("y", "score", "t0", options=Options(image=f"{PLAIN.image}-0"))]
    data = generated(pipeline("kinds", *tasks))
    templates = data["spec"]["templates"]
    assert len(templates) == 200
    inner = templates[0]["dag"]["tasks"][0]["inline"]["dag"]["tasks"]
    assert sum("inline" in one for one in inner) >= 1
    assert any("stand inside their tasks" in one.message for one in warnings(pipeline("kinds", *tasks)))


def test_beyond_one_object_there_are_several_that_refer_to_each_other() -> None:
    one = grid(10_000, 100, inputs=3)
    *parts, main = documents(one, "kind: ClusterWorkflowTemplate")
    assert {part["kind"] for part in parts} == {"ClusterWorkflowTemplate"}
    assert [part["metadata"]["name"] for part in parts] == [
        f"grid-part-{n}" for n in range(1, len(parts) + 1)
    ]
    assert len(parts) >= 2
    refs = [each["templateRef"] for each in template(main, "main")["dag"]["tasks"]]
    assert {ref["name"] for ref in refs} == {part["metadata"]["name"] for part in parts}
    assert all(ref["clusterScope"] for ref in refs)
    assert max(compiled(one, config()).sizes) < 1_400_000


@pytest.mark.parametrize(("one", "most"), [(grid(1000, 1), 220), (grid(1000, 20, inputs=3), 400)])
def test_a_task_takes_few_bytes(one: Pipeline, most: int) -> None:
    size = len(json.dumps(generated(one), separators=(",", ":")))
    assert size / 1000 <= most


def test_the_cost_is_linear_and_small() -> None:
    def seconds(count: int) -> float:
        one = grid(count, 50, inputs=3)
        began = time.process_time()
        text_of(one)
        return time.process_time() - began

    small, whole = seconds(2_500), seconds(10_000)
    assert whole < 3
    assert whole < 4 * small * 2.5


def test_files_and_warnings_come_of_one_compilation() -> None:
    backend, one, values = ArgoBackend(), grid(2_000, 50), config()
    list(backend.notes(one, values))
    last = backend._last
    list(backend.notes(one, values))
    assert last is backend._last
