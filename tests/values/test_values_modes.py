"""A step's execution mode in values: what they can choose, and what only the code can say."""

from __future__ import annotations

from dataclasses import replace

import pytest
from fake_backend import refused, values

from pipegen.ir import Pipeline, Port, Step, Task
from pipegen.values.apply import apply

STREAM = Step("fetch", "acme:Fetch", output="Iterator[int]", mode="streaming")
WHOLE = Step("score", "acme:Score", (Port("rows", "list[int]"),), "int")
ROWS = Step("clean", "acme:Clean", (Port("rows", "Iterable[int]"),), "Iterator[int]", mode="row")


def pipeline() -> Pipeline:
    steps = {step.slug: step for step in (STREAM, WHOLE, ROWS)}
    return Pipeline("reviews", tuple(Task(slug, slug) for slug in steps), steps)


def test_values_choose_between_batch_and_streaming() -> None:
    changed = apply(pipeline(), values("steps: {fetch: {mode: batch}}"))
    assert [changed.mode_of(task) for task in changed.tasks] == ["batch", "batch", "row"]
    again = apply(pipeline(), values("pipelines: {reviews: {steps: {fetch: {mode: streaming}}}}"))
    assert again.mode_of(again.tasks[0]) == "streaming"


@pytest.mark.parametrize(
    ("text", "said", "place"),
    [
        ("steps: {score: {mode: row}}", "values make task 'score' run in mode 'row'", "v.yaml:1:17"),
        ("steps: {clean: {mode: batch}}", "values make task 'clean' run in mode 'batch'", "v.yaml:1:17"),
        ("steps: {score: {mode: streaming}}", "task 'score' has no stream to run on", "v.yaml:1:17"),
        ("defaults: {mode: batch}", "a mode belongs to single steps", "v.yaml:1:12"),
    ],
)
def test_a_mode_that_values_cannot_give_is_refused(text: str, said: str, place: str) -> None:
    (found,) = refused(lambda: apply(pipeline(), values(text)))
    assert found.startswith(f"{place}: [PG244]: {said}")


def test_a_handler_has_a_mode_like_any_task() -> None:
    with_handler = replace(pipeline(), on_exit=Task("tidy", "fetch"))
    changed = apply(with_handler, values("steps: {tidy: {mode: batch}}"))
    assert changed.on_exit is not None
    assert changed.mode_of(changed.on_exit) == "batch"
    assert [changed.mode_of(task) for task in changed.tasks] == ["streaming", "batch", "row"]
