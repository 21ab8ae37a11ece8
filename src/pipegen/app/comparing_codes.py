"""What can be wrong with the two sides of a comparison: one entry per error code."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG371": (
        "revision that cannot be looked at",
        "`pipegen diff --rev` reads a revision of the git repository that the project is in: git must be "
        "installed, and know a commit by that name.",
    ),
    "PG372": (
        "revision that cannot be compiled",
        "The pipeline, its values or pipegen's own settings as they stood at that revision are refused by the "
        "pipegen that is installed now, so there is nothing to compare with.",
    ),
}
