"""What values.yaml may say in its `gitlab` section."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import field
from typing import Annotated, Literal

from pipegen.frozen import frozen
from pipegen.ir import Json
from pipegen.units import seconds
from pipegen.values.kinds import Doc, Duration, EnvName, Pattern, Range, RelativePath

RetryWhen = Literal[
    "always", "unknown_failure", "script_failure", "api_failure", "stuck_or_timeout_failure",
    "runner_system_failure", "runner_unsupported", "stale_schedule", "job_execution_timeout",
    "archived_failure", "unmet_prerequisites", "scheduler_failure", "data_integrity_failure",
]  # fmt: skip
_PLAIN_PATH = Pattern(
    r"(?![/-])(?!.*\.\.)[A-Za-z0-9._/-]+",
    "a relative path of letters, digits, '.', '_', '-', '/', no '-' first",
)
_KEPT = Pattern(r"never|(?=.*[1-9])(\d+d)?(\d+h)?(\d+m)?(\d+s)?", "a time like '7d' or '12h', or 'never'")
_NAMED = Pattern(r"(?!/)[A-Za-z0-9_/${}. -]{1,255}(?<!/)", "a name of letters, digits, spaces and '_/${}.-'")
LONGEST = 30 * 86400  # seconds of a job
_CACHES = 4  # of a job
_WHEN = ("on_success", "manual", "delayed", "never")
_BRANCH = Pattern(r"[A-Za-z0-9._/@+-]+", "the name of a branch")


@frozen
class RulesConfig:
    """When GitLab makes the jobs: each that is chosen becomes a rule."""

    schedule: Annotated[bool, Doc("By GitLab's schedules, for a pipeline that has a schedule.")] = True
    manual: Annotated[
        bool, Doc("By hand, the API, a trigger token, or a pipeline that includes or triggers this file.")
    ] = True
    branches: Annotated[
        tuple[Annotated[str, _BRANCH], ...], Doc("On pushes to these branches.", ["main"])
    ] = ()
    tags: Annotated[bool, Doc("When a tag is pushed.")] = False
    merge_requests: Annotated[bool, Doc("On merge requests.")] = False
    changes: Annotated[
        tuple[str, ...],
        Doc(
            "Of pushes and merge requests only those that change these files, named from the repository's root.",
            ["src/**/*", "data/*"],
        ),
    ] = ()
    select: Annotated[
        str | None,
        EnvName(),
        Doc(
            "A variable that must hold the pipeline's name; tells pipelines of one repository apart.",
            "PIPELINE",
        ),
    ] = None
    more: Annotated[
        tuple[Mapping[str, Json], ...],
        Doc("More rules, in GitLab's own words.", [{"if": "$CI_COMMIT_TITLE =~ /retrain/"}]),
    ] = ()

    def validate(self) -> Iterator[tuple[str, str]]:
        starts = (self.schedule, self.manual, self.branches, self.tags, self.merge_requests, self.more)
        if not any(starts):
            yield "", "nothing would ever start the jobs; leave 'manual' out, or name branches"
        if self.changes and not (self.branches or self.merge_requests):
            yield "changes", "only pushes and merge requests change files; add 'branches' or 'merge_requests'"
        for rule in self.more:
            if rule.get("when", "on_success") not in _WHEN:
                yield (
                    "more",
                    f"'when' of a rule is one of {', '.join(_WHEN)}; use the trigger of a step for others",
                )
            if (rule.get("when") == "delayed") != ("start_in" in rule):
                yield "more", "'when: delayed' and 'start_in' go together; write start_in like '30 minutes'"
            if "needs" in rule:
                yield "more", "what a job needs is pipegen's to say; leave 'needs' out"


@frozen
class CoverageReport:
    """A report of the lines that tests run, which has a format."""

    coverage_format: Annotated[Literal["cobertura", "jacoco"], Doc("What wrote it.")]
    path: Annotated[str, RelativePath(), Doc("The file, inside the artifact.", "data/coverage.xml")]


@frozen
class JobConfig:
    """What GitLab offers for a job beyond what the step itself says."""

    tags: Annotated[
        tuple[str, ...] | None, Doc("Tags of the runners that may take the job.", ["kubernetes"])
    ] = None
    timeout: Annotated[
        str | None, Duration(), Doc("How long GitLab lets the job take, with all that it downloads.", "2h")
    ] = None
    retry_when: Annotated[
        tuple[RetryWhen, ...] | None,
        Doc(
            "For which failures GitLab starts the job of a step with retries again; all of them by default.",
            ["script_failure"],
        ),
    ] = None
    manual: Annotated[
        bool | None, Doc("The job, and what needs it, waits until somebody starts it in GitLab.", True)
    ] = None
    interruptible: Annotated[bool | None, Doc("A newer commit on the branch may cancel the job.", True)] = (
        None
    )
    resource_group: Annotated[
        str | None, _NAMED, Doc("Jobs of one group run one after the other, in all pipelines.", "warehouse")
    ] = None
    pull_policy: Annotated[
        tuple[Literal["always", "if-not-present", "never"], ...] | None,
        Doc("When the runner downloads the image.", ["if-not-present"]),
    ] = None
    before_script: Annotated[
        tuple[str, ...] | None, Doc("Lines of shell that run before the task.", ["pip install ."])
    ] = None
    after_script: Annotated[
        tuple[str, ...] | None, Doc("Lines of shell that run after it, whatever became of it.")
    ] = None
    services: Annotated[
        tuple[str | Mapping[str, Json], ...] | None,
        Doc("Containers beside the job, in GitLab's own words.", ["postgres:17"]),
    ] = None
    cache: Annotated[
        tuple[Mapping[str, Json], ...] | None,
        Doc("Folders kept between jobs, in GitLab's own words.", [{"key": "pip", "paths": [".cache/pip"]}]),
    ] = None
    variables: Annotated[
        Mapping[Annotated[str, EnvName()], str],
        Doc(
            "Variables in which GitLab expands `$NAME`: references to the project's.",
            {"FETCH__TOKEN": "$TOKEN"},
        ),
    ] = field(default_factory=dict)
    id_tokens: Annotated[
        Mapping[Annotated[str, EnvName()], Mapping[str, Json]],
        Doc(
            "ID tokens, by the variable that holds them.",
            {"VAULT_TOKEN": {"aud": "https://vault.example.com"}},
        ),
    ] = field(default_factory=dict)
    secrets: Annotated[
        Mapping[Annotated[str, EnvName()], Mapping[str, Json]],
        Doc(
            "Secrets of an outside store, by variable.",
            {"FETCH__TOKEN": {"vault": "reviews/token@ops", "file": False}},
        ),
    ] = field(default_factory=dict)
    environment: Annotated[
        Annotated[str, _NAMED] | Mapping[str, Json] | None,
        Doc("The environment that the job deploys to.", "production"),
    ] = None
    expire_in: Annotated[str | None, _KEPT, Doc("How long GitLab keeps the artifact.", "7d")] = None
    access: Annotated[
        Literal["all", "developer", "maintainer", "none"] | None,
        Doc("Who may download the artifact.", "developer"),
    ] = None
    reports: Annotated[
        Mapping[str, tuple[Annotated[str, RelativePath()], ...] | CoverageReport],
        Doc("Files inside the artifact that GitLab shows, by kind.", {"metrics": ["data/metrics.txt"]}),
    ] = field(default_factory=dict)
    patch: Annotated[
        Mapping[str, Json], Doc("More keywords, over those of the job.", {"allow_failure": False})
    ] = field(default_factory=dict)

    def validate(self) -> Iterator[tuple[str, str]]:
        if self.timeout is not None and not 1 <= seconds(self.timeout) <= LONGEST:
            yield "timeout", "GitLab takes no time under a second or over 30 days; write it like '2h'"
        if self.retry_when == ():
            yield "retry_when", "no failure is named, so that nothing would be tried again; leave it out"
        if self.cache is not None and len(self.cache) > _CACHES:
            yield "cache", f"a job has {_CACHES} caches at most; join some of them"
        for kind, files in self.reports.items():
            if (kind == "coverage_report") != isinstance(files, CoverageReport):
                yield (
                    "reports",
                    f"'{kind}' is not of this form; coverage_report has a format and a path, others a list",
                )


@frozen
class GitlabConfig(JobConfig):
    """How a pipeline becomes jobs of GitLab CI."""

    ignore: Annotated[
        tuple[str, ...],
        Doc("Features that GitLab CI cannot express and that may be left out.", ["concurrency"]),
    ] = ()
    file: Annotated[
        str, RelativePath(), Doc("The file that is written; another than this one is to be included.")
    ] = ".gitlab-ci.yml"
    command: Annotated[
        tuple[str, ...], Doc("How jobs call pipegen, word by word.", ["uv", "run", "pipegen"])
    ] = ("pipegen",)
    directory: Annotated[
        str, _PLAIN_PATH, Doc("The project's folder in the repository.", "services/reviews")
    ] = "."
    artifacts: Annotated[str, _PLAIN_PATH, Doc("The folder for artifacts, from the project's root.")] = (
        "artifacts"
    )
    prefix: Annotated[
        str,
        Pattern(r"[A-Za-z0-9_-]*", "letters, digits, '-' and '_'"),
        Doc("What the names of jobs and stages begin with; tells pipelines in one file apart.", "weekly-"),
    ] = ""
    stage: Annotated[
        str | None,
        Pattern(r".*\S.*", "the name of a stage"),
        Doc("One stage of yours for all jobs; by default each level of the graph is a stage.", "data"),
    ] = None
    ref: Annotated[
        str, _BRANCH, Doc("The branch that scheduled runs take, for the command that makes the schedule.")
    ] = "main"
    rules: Annotated[RulesConfig, Doc("When GitLab makes the jobs.")] = RulesConfig()
    parameters: Annotated[
        Literal["variables", "inputs"],
        Doc(
            "What the parameters of the pipeline are for a run: variables, or inputs, which need GitLab 18 and no "
            "right to set variables.",
            "inputs",
        ),
    ] = "variables"
    gpu_tags: Annotated[
        Mapping[Annotated[str, Pattern(r"[1-9][0-9]*", "a number of GPUs")], tuple[str, ...]],
        Doc("Tags of the runners with GPUs, by how many a task asks for.", {"1": ["gpu"], "4": ["gpu-4"]}),
    ] = field(default_factory=dict)
    executor: Annotated[
        Literal["any", "kubernetes", "docker", "shell"],
        Doc(
            "What the runners start jobs with. Only Kubernetes gives the CPU and memory that a step asks for."
        ),
    ] = "any"
    max_jobs: Annotated[int, Range(ge=1), Doc("How many jobs of a pipeline your GitLab takes.")] = 500
    max_bytes: Annotated[int, Range(ge=1), Doc("How large a file your GitLab reads.")] = 2 * 1024 * 1024
    max_needs: Annotated[
        int, Range(ge=2, le=50), Doc("How many jobs one may need; more are gathered by jobs in between.")
    ] = 50
    steps: Annotated[Mapping[str, JobConfig], Doc("More for single tasks or steps, by name or slug.", {})] = (
        field(default_factory=dict)
    )
