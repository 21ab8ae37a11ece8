"""What values.yaml may say in its `github` section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Annotated, Literal, TypeAlias

from pipegen.ir import Json
from pipegen.values.kinds import Doc, EnvName, Pattern, Range, RelativePath

Raw: TypeAlias = "Mapping[str, Json]"
_KEPT = "[Gg][Ii][Tt][Hh][Uu][Bb]_"
_TAKEN = "letters, digits and '_', no digit first, and not GITHUB_"
SecretName = Annotated[
    str,
    Pattern(
        f"(?!{_KEPT}(?!TOKEN$))[A-Za-z_][A-Za-z0-9_]*",
        f"a name that GitHub's secrets take: {_TAKEN}",
    ),
]
VariableName = Annotated[
    str, Pattern(f"(?!{_KEPT})[A-Za-z_][A-Za-z0-9_]*", f"a name that GitHub's variables take: {_TAKEN}")
]
Action = Annotated[
    str,
    Pattern(r"[\w.-]+/[\w.-]+(/[\w.-]+)*@[0-9a-f]{40}( # \S+)?", "an action with a full commit hash"),
]
Pinned = Annotated[
    str,
    Pattern("checkout|setup-python|upload-artifact|download-artifact|cache", "an action that jobs use"),
]
Scope = Annotated[
    str,
    Pattern(
        "actions|attestations|checks|contents|deployments|discussions|id-token|issues|models|packages|pages|"
        "pull-requests|repository-projects|security-events|statuses",
        "a scope of GitHub's token, such as id-token",
    ),
]
ServiceName = Annotated[
    str, Pattern("[A-Za-z_][A-Za-z0-9_-]*", "a name for a service: letters, digits, '_' and '-'")
]
_AS_GITHUB = "As GitHub writes it."

ACTIONS: Mapping[str, str] = {
    "checkout": "actions/checkout@de0fac2e4500dabe0009e67214ff5f5447ce83dd # v6.0.2",
    "setup-python": "actions/setup-python@a309ff8b426b58ec0e2a45f0f869d46889d02405 # v6.2.0",
    "upload-artifact": "actions/upload-artifact@b7c566a772e6b6bfb58ed0dc250532a479d7789f # v6.0.0",
    "download-artifact": "actions/download-artifact@37930b1c2abaa49bbe596cd826c3c89aef350131 # v7.0.0",
    "cache": "actions/cache@cdf6c1fa76f9f475f3d7449005a359c84ca0f306 # v5.0.3",
}
RUNNER, PYTHON = "ubuntu-24.04", "3.12"
INSTALL = (
    "python -m pip install uv",
    "uv pip install --system --requirement pyproject.toml pipegen-compiler",
)


@dataclass(frozen=True, slots=True)
class EventConfig:
    """Which pushes or pull requests run the pipeline."""

    branches: Annotated[tuple[str, ...], Doc("Branches, as patterns.", ["main"])] = ()
    branches_ignore: Annotated[tuple[str, ...], Doc("All branches but these.", ["docs/**"])] = ()
    paths: Annotated[tuple[str, ...], Doc("Only when one of these files changed.", ["data/**"])] = ()
    paths_ignore: Annotated[tuple[str, ...], Doc("Not when only these changed.", ["**.md"])] = ()
    tags: Annotated[tuple[str, ...], Doc("Tags, as patterns; for pushes.", ["v*"])] = ()

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.branches and self.branches_ignore:
            yield "branches_ignore", "either branches or branches_ignore; GitHub takes one of them"
        if self.paths and self.paths_ignore:
            yield "paths_ignore", "either paths or paths_ignore; GitHub takes one of them"
        for key in ("branches", "paths", "tags"):
            patterns: tuple[str, ...] = getattr(self, key)
            if patterns and all(one.startswith("!") for one in patterns):
                yield (
                    key,
                    "all of it is taken away, and nothing is left; say what there is to begin with, like '**'",
                )


@dataclass(frozen=True, slots=True)
class CacheConfig:
    """A folder that is kept from run to run."""

    path: Annotated[tuple[str, ...], Doc("What is kept.", ["~/.cache/models"])]
    key: Annotated[str, Doc("What it is found by; expressions are GitHub's.", "models-v1")]
    restore_keys: Annotated[tuple[str, ...], Doc("What else will do, by its beginning.")] = ()

    def validate(self) -> Iterator[tuple[str, str]]:
        if not any(map(str.strip, self.path)):
            yield "path", "no folder is named; say what is kept"
        if not self.key.strip():
            yield "key", "the key is empty; say what the folder is found by"


@dataclass(frozen=True, slots=True)
class EnvironmentConfig:
    """A GitHub environment: its secrets, its approvals."""

    name: Annotated[str, Doc("What it is called.", "production")]
    url: Annotated[str | None, Doc("Where its result is to be seen.")] = None


@dataclass(frozen=True, slots=True)
class GithubStepConfig:
    """How the jobs of tasks look; under `steps` the same keys for single tasks or steps, over these."""

    runs_on: Annotated[
        tuple[str, ...], Doc(f"The labels of the runner; {RUNNER} when not given.", ["self-hosted", "gpu"])
    ] = ()
    python: Annotated[
        str | None, Doc(f"The Python of a job without an image; {PYTHON} when not given.", "3.13")
    ] = None
    install: Annotated[
        tuple[str, ...],
        Doc(
            "Commands that install what the task needs. When not given, a job without an image installs what "
            "pyproject.toml asks for, and pipegen.",
            ["pip install ."],
        ),
    ] = ()
    checkout: Annotated[
        Raw, Doc(f"More for the checkout of the code. {_AS_GITHUB}", {"lfs": True, "submodules": "recursive"})
    ] = field(default_factory=dict)
    command: Annotated[tuple[str, ...], Doc("How jobs call pipegen.", ["uv", "run", "pipegen"])] = ()
    secrets: Annotated[
        Mapping[Annotated[str, EnvName()], SecretName],
        Doc(
            "Variables from secrets of the repository, organization or environment; GITHUB_TOKEN is the job's token.",
            {"FETCH__TOKEN": "TOKEN"},
        ),
    ] = field(default_factory=dict)
    variables: Annotated[
        Mapping[Annotated[str, EnvName()], VariableName],
        Doc("Variables from GitHub's configuration variables.", {"FETCH__URL": "REVIEWS_URL"}),
    ] = field(default_factory=dict)
    container: Annotated[
        Raw, Doc(f"More for the job's container: credentials, volumes, options. {_AS_GITHUB}")
    ] = field(default_factory=dict)
    services: Annotated[Mapping[ServiceName, Raw], Doc(f"Containers beside the job. {_AS_GITHUB}")] = field(
        default_factory=dict
    )
    before: Annotated[
        tuple[Raw, ...], Doc(f"Steps before the task's, such as a login to a cloud. {_AS_GITHUB}")
    ] = ()
    after: Annotated[tuple[Raw, ...], Doc(f"Steps after the task's. {_AS_GITHUB}")] = ()
    cache: Annotated[tuple[CacheConfig, ...], Doc("Folders that are kept from run to run.")] = ()
    environment: Annotated[EnvironmentConfig | None, Doc("The GitHub environment of the job.")] = None
    permissions: Annotated[
        Mapping[Scope, Literal["read", "write", "none"]],
        Doc("What the job's token may do beyond reading the code.", {"id-token": "write"}),
    ] = field(default_factory=dict)
    timeout_minutes: Annotated[
        int | None, Range(ge=1, le=7200), Doc("When GitHub ends the whole job; 360 when not given.")
    ] = None
    patch: Annotated[Raw, Doc(f"Merged over the job, for what has no key here. {_AS_GITHUB}")] = field(
        default_factory=dict
    )

    def validate(self) -> Iterator[tuple[str, str]]:
        for key in ("before", "after"):
            steps: tuple[Raw, ...] = getattr(self, key)
            if not all(isinstance(one, Mapping) and ("run" in one) != ("uses" in one) for one in steps):
                yield key, "each step has either 'run' or 'uses'; GitHub takes no other"
        if "image" in self.container:
            yield (
                "container",
                "'image' is no part of it; it is an option of tasks: defaults.image, or steps.NAME.image",
            )


@dataclass(frozen=True, slots=True)
class GithubConfig(GithubStepConfig):
    """How a pipeline becomes a workflow of GitHub Actions."""

    ignore: Annotated[
        tuple[str, ...], Doc("Features that GitHub cannot express and that may be left out.", ["timezone"])
    ] = ()
    name: Annotated[str | None, Doc("What the workflow is called; the pipeline's name when not given.")] = (
        None
    )
    layout: Annotated[
        Literal["jobs", "job"],
        Doc("`jobs` is one for each task; `job` runs the whole pipeline in one by `pipegen run`."),
    ] = "jobs"
    run: Annotated[
        tuple[str, ...], Doc("For layout `job`: more words for `pipegen run`.", ["--values", "prod.yaml"])
    ] = ()
    dispatch: Annotated[bool, Doc("Let people start it by hand, with the parameters as inputs.")] = True
    push: Annotated[EventConfig | None, Doc("Run on pushes.")] = None
    pull_request: Annotated[EventConfig | None, Doc("Run on pull requests.")] = None
    timezone: Annotated[
        Literal["convert", "native"],
        Doc(
            "How a schedule in a time zone is told: `convert` to UTC where that is exact all year; `native` by "
            "GitHub's own key, which moves a time that clocks skip instead of leaving it out."
        ),
    ] = "convert"
    concurrency_group: Annotated[
        str | None,
        Doc(
            "Of the runs in one group one runs at a time; made of the name when not given. Expressions are GitHub's."
        ),
    ] = None
    queue: Annotated[
        Literal["single", "max"],
        Doc(
            "With concurrency `forbid`, which runs wait: the newest alone, or up to 100, one after the other."
        ),
    ] = "single"
    working_directory: Annotated[
        str | None, RelativePath(), Doc("The project's folder in the repository, when it is not the top.")
    ] = None
    artifacts: Annotated[str, RelativePath(), Doc("The folder for artifacts, in the project.")] = "artifacts"
    retention_days: Annotated[int | None, Range(ge=1, le=400), Doc("How long artifacts are kept.")] = None
    summary: Annotated[bool, Doc("Draw the graph on the page of each run.")] = True
    provided: Annotated[
        tuple[str, ...],
        Doc("Required variables that jobs have in a way not said here; `*` for all.", ["FETCH__URL"]),
    ] = ()
    actions: Annotated[
        Mapping[Pinned, Action],
        Doc("Other versions of the actions that jobs use, by full commit hash.", {"cache": ACTIONS["cache"]}),
    ] = field(default_factory=dict)
    steps: Annotated[
        Mapping[str, GithubStepConfig], Doc("More for single tasks or steps, by name or slug.")
    ] = field(default_factory=dict)

    def validate(self) -> Iterator[tuple[str, str]]:
        yield from GithubStepConfig.validate(self)
        if self.pull_request is not None and self.pull_request.tags:
            yield "pull_request", "tags are pushed; pull requests have branches"


def actions(config: GithubConfig) -> dict[str, str]:
    """Every action that jobs use, with its hash and version."""
    return {**ACTIONS, **config.actions}
