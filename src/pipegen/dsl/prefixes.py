"""Environment prefixes: a variable such as SCORE__MODEL must not mean two things."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from pipegen.errors import Diagnostic, Origin
from pipegen.ir import Step, Task
from pipegen.names import env_prefix


def shared_prefixes(
    pipeline: str, has_parameters: bool, origin: Origin, tasks: Sequence[Task], steps: Mapping[str, Step]
) -> Iterator[Diagnostic]:
    """Steps, tasks and the pipeline itself whose variables would begin alike."""
    of_steps: dict[str, Step] = {}
    for step in (one for one in steps.values() if one.settings):
        other = of_steps.setdefault(step.prefix, step)
        if other is not step:
            message = f"steps '{other.slug}' and '{step.slug}' would both be set by {step.prefix}__*"
            yield Diagnostic("PG135", message, step.origin, f'give one of them slug = "{step.slug}-2"')
            of_steps[step.prefix] = step  # so that its own task is not blamed as well
    of_tasks: dict[str, Task] = {}
    for task in (one for one in tasks if steps[one.step].settings):
        prefix = env_prefix(task.name)
        first, step_there = of_tasks.setdefault(prefix, task), of_steps.get(prefix)
        clash = ""
        if prefix and first.name != task.name:
            clash = f"task '{first.name}'"
        elif step_there is not None and step_there.slug != task.step:
            clash = f"step '{step_there.slug}'"
        if clash:
            message = f"task '{task.name}' and {clash} would both be set by {prefix}__*"
            yield Diagnostic("PG135", message, task.origin, "rename the task")
    whole = env_prefix(pipeline)
    if has_parameters and (whole in of_steps or whole in of_tasks):
        message = f"the parameters of pipeline '{pipeline}' and a task of it would both be set by {whole}__*"
        yield Diagnostic("PG135", message, origin, "rename the pipeline")
