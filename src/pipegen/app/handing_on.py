"""Whether what tasks hand on can be written to files and read again, before a run finds out."""

from __future__ import annotations

from collections.abc import Iterator

from pipegen.dsl.contract import Contract, contract_of
from pipegen.dsl.load import load_step
from pipegen.dsl.project import Project
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Pipeline, Task

_Part = tuple[str, object]  # what is said about it, and its type


def not_handed_on(pipeline: Pipeline, project: Project) -> Iterator[Diagnostic]:
    """Types that no installed codec can write; a document knows types by their names alone."""
    if pipeline.target.endswith(".json"):
        return
    contracts = {}
    for task in pipeline.every_task:
        key = (task.step, pipeline.mode_of(task))
        if key not in contracts:
            try:
                definition = load_step(pipeline.steps[task.step].entrypoint, project, project.root)
            except PipegenError:
                continue  # which is reported already
            contracts[key] = task, contract_of(definition, key[1])
    told: set[str] = set()
    for task, contract in contracts.values():
        for what, annotation in _parts(task, contract):
            problem = _problem(annotation)
            if problem is not None and problem.message not in told:
                told.add(problem.message)
                message = f"{what}: {problem.message}"
                yield Diagnostic(problem.code, message, pipeline.steps[task.step].origin, problem.hint)


def _parts(task: Task, contract: Contract) -> Iterator[_Part]:
    yield f"what '{task.name}' returns cannot be handed on", contract.output
    from pipegen.runtime.codecs import types

    for one in task.inputs:
        annotation = contract.parameters[one.name].annotation
        item = types.item(types.container(annotation))
        of_each = {"one": annotation, "collect": item, "chain": types.iterable_of(item)}[one.feed]
        yield f"'{one.name}' of task '{task.name}' cannot be read", of_each


def _problem(annotation: object) -> Diagnostic | None:
    from pipegen.runtime.codecs.choose import choices
    from pipegen.runtime.codecs.contract import CodecError

    try:
        choices(annotation)
    except CodecError as problem:
        return Diagnostic(problem.code or "PG321", "; ".join(problem.problems), None, problem.hint)
    return None
