"""A task that runs otherwise than its step says so in its command."""

from __future__ import annotations

from dataclasses import replace

from argo_pipelines import PLAIN, container, generated, pipeline, task


def test_a_task_that_runs_otherwise_than_its_step_says_so() -> None:
    one = pipeline("r", task("fetch"), task("score", reviews="fetch", options=replace(PLAIN, mode="row")))
    args = container(generated(one), "score")["args"]
    assert args[args.index("--mode") + 1] == "row"
    assert "--mode" not in container(generated(one), "fetch")["args"]
