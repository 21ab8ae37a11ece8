"""What can be wrong with the choice and the config of a runner, a post-processor or a store."""

from __future__ import annotations

CODES: dict[str, tuple[str, str]] = {
    "PG720": (
        "unknown runner, post-processor or store",
        "No installed package offers a runner, post-processor or store of that name. `pipegen backends list` "
        "shows what there is; another one comes with the package that offers it.",
    ),
    "PG721": (
        "runner, post-processor or store that cannot be loaded",
        "The package that offers it is installed, but its code could not be imported or does not keep the "
        "contract: a class with `name`, `summary`, `config` (a pydantic model) and the method that does the work. "
        "Install it again, or tell its authors.",
    ),
    "PG722": (
        "config that does not say what it is for",
        "A config of a runner, post-processor or store names it under `type`, or the command line does. Write "
        "`type: docker` as its first line, for example.",
    ),
    "PG723": (
        "name that several kinds of thing go by",
        "A backend, a runner, a post-processor and a store may have the same name, and here it is not clear which "
        "is meant. Say it with `--kind`.",
    ),
    "PG724": (
        "path in a config that is not there",
        "A config names a file or folder that does not exist, or is not what it has to be. Relative paths start "
        "at the project's root. Make it, or correct the path.",
    ),
}
