"""The error codes of the DVC backend: PG501 to PG503, PG506 to PG519."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG501": (
        "stage settings for an unknown task",
        "`dvc.stages` in values.yaml names a task that the pipeline does not have.",
    ),
    "PG502": (
        "dvc.yaml that cannot be added to",
        "The existing dvc.yaml is not valid YAML, or writes its sections in a form that cannot be added to "
        "without rewriting what is yours.",
    ),
    "PG503": (
        "stage name that is taken",
        "The existing dvc.yaml already has a stage of that name which pipegen did not write for this pipeline. "
        "Set `dvc.prefix` in values.yaml to tell them apart.",
    ),
    "PG506": (
        "no command for stages",
        "`dvc.command` in values.yaml is empty, so that stages would run nothing. Leave it out, or write how "
        "pipegen is called, word by word: `[uv, run, pipegen]`.",
    ),
    "PG508": (
        "command that is too long",
        "A stage's command is handed to a shell in one piece, which Linux limits to 128 KiB. A task with thousands "
        "of inputs is past that: let tasks in between gather a part of them each.",
    ),
}
