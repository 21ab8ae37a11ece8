"""GitHub's expressions: text that stays text, and the conditions under which jobs run."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.ir import Pipeline, Task

LONGEST = 21_000  # characters of an expression, and a text with one inside is one as a whole
_OPEN = "${{"
_ONLY_SUCCESS = (
    "${{ !cancelled() && !contains(needs.*.result, 'failure') && !contains(needs.*.result, 'skipped')"
    " && !contains(needs.*.result, 'cancelled') }}"
)


def literal(text: str) -> str:
    """Text that arrives as it is where GitHub evaluates expressions."""
    return text.replace(_OPEN, "${{ '${{' }}")


def shown(text: str) -> str:
    """Text for people, where GitHub refuses expressions altogether."""
    return text.replace(_OPEN, "$ {{")


def has_expression(text: str) -> bool:
    return _OPEN in text


def conditions(pipeline: Pipeline) -> Mapping[str, str]:
    """The `if` of each task that needs one.

    GitHub's own rule looks at all that came before, not only at what a job needs: after a task that runs in
    spite of failures, it has to be said.
    """
    found: dict[str, str] = {}
    after_failures: set[str] = set()
    for task in pipeline.tasks:
        condition = _condition(task, after_failures)
        if condition:
            found[task.name] = condition
            after_failures.add(task.name)
    return found


def _condition(task: Task, after_failures: set[str]) -> str:
    if task.options.trigger == "all_done":
        return "${{ !cancelled() }}"
    if task.options.trigger == "one_failed":
        return "${{ !cancelled() && contains(needs.*.result, 'failure') }}"
    return "" if after_failures.isdisjoint(task.upstream) else _ONLY_SUCCESS


def fails_run(pipeline: Pipeline) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The tasks whose failure makes the whole run fail, and those of which that cannot be told.

    A run has failed when one of its last tasks has, or was left out since something before it failed. A task
    that runs after failures takes them back.
    """
    after: dict[str, list[Task]] = {task.name: [] for task in pipeline.tasks}
    for task in pipeline.tasks:
        for name in task.upstream:
            after[name].append(task)
    failing: set[str] = set()
    unclear: set[str] = (
        set()
    )  # a failure that may reach the end by a task that waits for one, and is left out
    for task in reversed(pipeline.tasks):
        following = after[task.name]
        straight = [one for one in following if one.options.trigger == "all_success"]
        if not following or any(one.name in failing for one in straight):
            failing.add(task.name)
        elif any(one.name in unclear for one in straight) or _left_out(straight, after):
            unclear.add(task.name)
    names = tuple(task.name for task in pipeline.tasks)
    return tuple(one for one in names if one in failing), tuple(one for one in names if one in unclear)


def failed(pipeline: Pipeline, failing: tuple[str, ...], jobs: Mapping[str, str]) -> str:
    """Whether one of these tasks has failed, in the job that deals with it."""
    if len(failing) == len(pipeline.tasks):
        return "${{ !cancelled() && contains(needs.*.result, 'failure') }}"
    parts = [f"needs.{jobs[name]}.result == 'failure'" for name in failing]
    return f"${{{{ !cancelled() && ({' || '.join(parts)}) }}}}"


def _left_out(tasks: list[Task], after: Mapping[str, list[Task]]) -> bool:
    """Whether a task that waits for a failure comes after one of these, which would be left out and not fail."""
    return any(one.options.trigger == "one_failed" for task in tasks for one in after[task.name])
