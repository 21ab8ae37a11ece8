"""The `pipegen exec` command of one task: what every manifest calls, and what carries its options."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping

from pipegen.ir import Parameter, Pipeline, Task
from pipegen.names import env_prefix


def exec_words(
    pipeline: Pipeline, task: Task, source: Callable[[str], str], out: str, *, entrypoint: str | None = None
) -> list[str]:
    """The words after `pipegen`; `source` gives the folder that a task's artifact is read from."""
    step = pipeline.steps[task.step]
    words = ["exec", entrypoint or step.entrypoint, "--name", task.name]
    for one in task.inputs:
        for name in one.sources:
            words += ["--in", f"{one.name}={source(name)}"]
        if one.feed != "one":
            words += [f"--{one.feed}", one.name]
    words += ["--out", out]
    words += _retry(task)
    for parameter, field in _exposed(pipeline, task):
        words += ["--param", f"{field}={parameter_variable(pipeline, parameter)}"]
        if parameter.has_default:
            words += ["--default", f"{field}={json.dumps(parameter.default, ensure_ascii=False)}"]
    if task.options.cache is not None:
        for key in task.options.cache.key:
            words += ["--cache-key", key]
    return words


def parameter_variable(pipeline: Pipeline, parameter: Parameter) -> str:
    """The environment variable that sets a pipeline's parameter: REVIEWS__MODEL."""
    return f"{env_prefix(pipeline.name) or 'PIPELINE'}__{parameter.name.upper()}"


def _exposed(pipeline: Pipeline, task: Task) -> Iterator[tuple[Parameter, str]]:
    for parameter in pipeline.parameters:
        for name, field in parameter.targets:
            if name == task.name:
                yield parameter, field


def _retry(task: Task) -> list[str]:
    options = task.options
    given: Mapping[str, str | None] = {"--timeout": options.timeout}
    if options.retry is not None and options.retry.limit > 0:
        retry = options.retry
        given = {
            "--retry": str(retry.limit),
            "--backoff": retry.backoff if retry.backoff != "0s" else None,
            "--factor": f"{retry.factor:g}" if retry.factor != 2 else None,
            "--max-backoff": retry.max_backoff,
            **given,
        }
    return [word for flag, value in given.items() if value is not None for word in (flag, value)]
