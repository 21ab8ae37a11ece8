"""What can be wrong when something is started: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG361": (
        "name that cannot be used for code",
        "The name of a project or step becomes that of a Python package, module or class. It needs a letter "
        "to begin with, and must not be a word or a module of Python's own, or of what steps import.",
    ),
    "PG362": (
        "no project to add to",
        "`pipegen init --step`, `--dockerfile` and `--ci` add to a project, which is a folder with a "
        "pyproject.toml. `pipegen init DIR` makes one.",
    ),
    "PG363": (
        "project that is there already",
        "The folder has a pyproject.toml, so it is a project. `--step`, `--dockerfile` and `--ci` add to it; "
        "`--force` overwrites it.",
    ),
    "PG364": (
        "file that was generated from a pipeline",
        "`pipegen init` would write over what `pipegen generate` wrote. For GitLab both are called .gitlab-ci.yml: let "
        "`gitlab.file` name another file, which the job of `pipegen init --ci gitlab` starts as a child pipeline.",
    ),
}
