"""Whose artifacts a post-processor works on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from pipegen.engine.processors.contract import Finished
from pipegen.errors import Diagnostic, PipegenError, suggest


def chosen(finished: Finished, tasks: Sequence[str] | None, *, every: bool = False) -> Mapping[str, Path]:
    """The artifacts of the named tasks; of none named, those of the last tasks, or of all."""
    if tasks is None:
        wanted = (
            list(finished.folders) if every else [one for one in finished.outputs if one in finished.folders]
        )
        return {name: finished.folders[name] for name in wanted}
    known = [one.name for one in finished.run.tasks]
    problems = []
    for name in tasks:
        if name not in known:
            message = f"the run has no task '{name}'"
            problems.append(
                Diagnostic("PG750", message, None, suggest(name, known) or "see 'tasks' of the config")
            )
        elif name not in finished.folders:
            message = f"task '{name}' handed on nothing in this run"
            problems.append(Diagnostic("PG751", message, None, "it failed or was skipped"))
    if problems:
        raise PipegenError(*problems)
    return {name: finished.folders[name] for name in tasks}


def filled(template: str, finished: Finished) -> str:
    """A path with {pipeline}, {run}, {date} and {time} in it, by when the run began."""
    import time

    from pipegen.names import folder_names

    began = time.gmtime(finished.run.started)
    facts = {
        "pipeline": folder_names([finished.run.pipeline])[finished.run.pipeline],
        "run": finished.run.id,
        "date": time.strftime("%Y-%m-%d", began),
        "time": time.strftime("%H%M%S", began),
    }
    for name, text in facts.items():
        template = template.replace(f"{{{name}}}", text)
    return template


def template_problem(template: str) -> str:
    """What is wrong with the braces in a path."""
    import re

    known = ("pipeline", "run", "date", "time")
    left = re.sub(rf"\{{({'|'.join(known)})\}}", "", template)
    wrong = re.search(r"\{[^{}]*\}?|\}", left)
    if wrong is None:
        return ""
    return f"'{wrong[0]}' stands for nothing; there is {', '.join(f'{{{one}}}' for one in known)}"
