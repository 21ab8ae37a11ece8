"""What can go wrong after a run: one entry per error code."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG750": (
        "unknown task in a post-processor's config",
        "`tasks` names tasks of the run. A run of a part of the pipeline has only the tasks of that part. A name "
        "that the pipeline does not have at all is refused before anything runs.",
    ),
    "PG751": (
        "nothing to process",
        "The task that a post-processor is to work on handed on nothing: it failed, or it was skipped.",
    ),
    "PG752": (
        "archive of an unknown kind",
        "The archive's path ends neither in `.zip` nor `.tar.gz` nor `.tar.zst`, and `form` is not given; or it ends "
        "in one of them, and `form` is another.",
    ),
    "PG753": (
        "archive is there already",
        "A file at the archive's path exists, and `overwrite` is false.",
    ),
    "PG754": (
        "archive needs a package",
        "tar.zst is packed by the package zstandard: `pip install 'pipegen-compiler[zstd]'`.",
    ),
    "PG755": (
        "destination that cannot be written",
        "Where the post-processor `archive` or `copy` is to write, it may not, or the disk is full.",
    ),
    "PG756": (
        "webhook that was not told",
        "The address is not set or wrong, or it did not answer, or refused. It is never shown: who knows it can "
        "write there.",
    ),
    "PG757": (
        "post-processor that failed",
        "A post-processor from an installed package raised an error of its own.",
    ),
    "PG758": (
        "output of a task that is not whole",
        "After a run, each artifact is compared with what its task wrote. `--no-validate-stages` leaves that out.",
    ),
}
