"""What can be wrong with what is asked of a run: one entry per error code."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG772": (
        "parameter that cannot be set",
        "`--param` takes NAME=VALUE for a parameter that the pipeline declares. `pipegen inspect` lists them. From "
        "Python, `Pipeline.run` takes text, or what JSON has, for parameters and variables.",
    ),
    "PG773": (
        "artifact that is needed is not there",
        "The task is not part of this run, and another that is reads what it hands on; it was never run here, or "
        "its artifact is gone. Run `--to` that task first, name an earlier one with `--from`, or run "
        "everything.",
    ),
    "PG774": (
        "run that cannot be continued",
        "`--resume` takes the id of a failed or killed run of this pipeline. `pipegen runs list` shows them; a run "
        "that still goes on cannot be taken over.",
    ),
    "PG775": (
        "number or time that cannot be used",
        "`-j` takes how many tasks run at once, 1 or more; `--timeout` a time like 90s, 30m or 2h.",
    ),
    "PG776": (
        "unknown run",
        "A run is named by its id, by the beginning of it, or as `last`. `pipegen runs list` shows them.",
    ),
    "PG777": (
        "run that would start itself",
        "`Pipeline.run` stands at the top of the module in which the steps are. Every process that runs a task "
        "imports that module, and would run the pipeline again. A guard keeps the call to the first process.",
    ),
    "PG778": (
        "run that did not succeed",
        "`Result.raise_for_status` was called on a run that failed or was stopped.",
    ),
    "PG779": (
        "engine that cannot write",
        "The engine keeps artifacts, logs and its cache in `.pipegen` in the project, or in the folder that "
        "`PIPEGEN_HOME` names. The disk is full, or the folder may not be written. What was there before is whole. "
        "As a warning: the run itself was done, and its tasks will run again where they could have been cached.",
    ),
    "PG760": (
        "no schedule to run by",
        "`pipegen run --schedule` runs a pipeline at the times of its own schedule, which is given in the code, or "
        "for this pipeline in values.",
    ),
}
