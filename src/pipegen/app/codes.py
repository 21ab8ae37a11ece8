"""What can be wrong with what a command is given to work on: one entry per error code."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG180": (
        "file is there already",
        "The file to be written exists, and it may be somebody's work. Name another one, or move it away; some "
        "commands overwrite it with `--force`.",
    ),
    "PG574": (
        "no deep check for this backend",
        "`pipegen check --deep` uses a library of the target's own beside pipegen's rules. Of the built-in backends "
        "only argo has one.",
    ),
    "PG194": (
        "manifest that cannot be used",
        "A file given with `--secret` is not valid YAML, or holds a Secret whose `data` is not base64. Its "
        "Secrets and ConfigMaps are read as Kubernetes would read them.",
    ),
    "PG195": (
        "no backend chosen",
        'Name one with `--backend`, or put `backend = "dvc"` into the `[tool.pipegen]` table of pyproject.toml.',
    ),
    "PG196": (
        "file that cannot be read",
        "A file that was named on the command line is not there, is no file, or may not be read.",
    ),
    "PG197": (
        "one pipeline is meant",
        "The command works on a single pipeline and the target holds several. Name one: `reviews.py:nightly`.",
    ),
    "PG198": (
        "file that cannot be written",
        "The path given for the output is a folder, lies in a place that may not be written, or the disk is full.",
    ),
    "PG199": (
        "--default or --choices that cannot be used",
        "`pipegen fingerprint` takes them as PARAMETER=JSON, for a parameter of the pipeline: they hand on what "
        "values say about it.",
    ),
}
