"""What jobs are called."""

from __future__ import annotations

from collections.abc import Mapping

from pipegen.ir import Pipeline
from pipegen.names import folder_names

# Words that mean something else at the top of a GitLab CI file.
RESERVED = frozenset(
    (
        "after_script", "before_script", "cache", "default", "false", "image", "include", "nil", "null", "pages",
        "services", "spec", "stages", "true", "types", "variables", "workflow",
    )
)  # fmt: skip


def job_names(pipeline: Pipeline, prefix: str) -> Mapping[str, str]:
    """The job of each task: its folder's name, unless that is a word of GitLab's."""
    folders = folder_names(one.name for one in pipeline.every_task)
    names = {task: f"{prefix}{folder}" for task, folder in folders.items()}
    taken = set(names.values())
    for task, name in names.items():
        if name.lower() in RESERVED:
            names[task] = free(f"{name}-task", taken)
    return names


def free(name: str, taken: set[str]) -> str:
    """The name, or the next one that nothing else has; it is taken from now on."""
    while name in taken:
        name += "-job"
    taken.add(name)
    return name
