"""What can be wrong with a pipeline or config for GitHub Actions: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG820": (
        "step in the github section that does not exist",
        "Keys under `github.steps` are names of tasks of the pipeline, or slugs of its steps.",
    ),
    "PG821": (
        "required variable that no job would have",
        "A setting without a default must come from somewhere: a value, a configuration variable or a secret of "
        "GitHub. A secret setting is read from the secret of its own name without a word.",
    ),
    "PG822": (
        "secret under a name that GitHub keeps",
        "Names of secrets must not begin with `GITHUB_`. The variable may; the secret that it is read from needs "
        "another name.",
    ),
    "PG823": (
        "variable that GitHub would not hand on",
        "GitHub sets `GITHUB_*` and `RUNNER_*` itself, does not tell upper from lower case in the variables of a "
        "job, and evaluates texts with `${{` up to 21,000 characters.",
    ),
    "PG824": (
        "command with an expression in it",
        "What stands in a command is filled in by GitHub before a shell sees it. The words of tasks are written so "
        "that nothing is; the names of files and of the command itself cannot be.",
    ),
    "PG825": (
        "key that layout `job` cannot follow",
        "With `layout: job` all tasks run on one machine, one engine and one environment. What differs between tasks "
        "in image, size or `github.steps` needs a job for each task.",
    ),
    "PG826": (
        "size of a task without a container",
        "GitHub's machines have the size that their label says. A container can be limited to processors, memory and "
        "GPUs; a task without an image runs in none.",
    ),
    "PG827": (
        "task that may take longer than GitHub lets it",
        "A job on GitHub's own machines ends after 6 hours, and one on other machines after 5 days. What a "
        "task asks for beyond that is never reached: the job ends before.",
    ),
    "PG828": (
        "schedule in a time zone that UTC cannot follow",
        "GitHub reads schedules in UTC. A zone without summer time is converted exactly; with it, a fixed time in UTC "
        "would be an hour off for half of the year.",
    ),
    "PG829": (
        "schedule that is too frequent",
        "GitHub starts scheduled workflows every 5 minutes at most.",
    ),
    "PG831": (
        "parameter that no run by itself could set",
        "Runs by schedule, push or pull request have no inputs, so a parameter that a task must have needs a default, "
        "or a variable from elsewhere.",
    ),
    "PG832": (
        "workflow that nothing starts",
        "Without a schedule, `dispatch`, `push` or `pull_request` a workflow would never run.",
    ),
    "PG833": (
        "workflow that is too large",
        "GitHub starts no workflow whose file is larger than 500 KB.",
    ),
    "PG834": (
        "failure that cannot be told apart",
        "`on_failure` runs when the run has failed. GitHub tells of each task how it ended; where a task that waits "
        "for a failure comes after one that would be left out, that does not say how the run did.",
    ),
    "PG836": (
        "folder that GitHub would not take by its name",
        "Paths of artifacts and caches are patterns to GitHub, filled in as expressions: '*', '?', '[', ']' and '${{' "
        "in them, a '~', '!' or '#' at their beginning and blanks at their ends mean something else than a folder.",
    ),
    "PG837": (
        "container that no job has",
        "What stands under `github.container` is for the containers of tasks with an image. Without one, a job runs on "
        "the machine itself.",
    ),
    "PG838": (
        "group of runs that do not wait for each other",
        "`github.concurrency_group` and `github.queue` say how runs wait. They wait where the pipeline has concurrency "
        "`forbid`; with `replace`, which has no queue, a new one cancels the one before.",
    ),
    "PG839": (
        "words for a command that no job calls",
        "`github.run` are words for `pipegen run`, which layout `job` calls. With a job for each task it is `pipegen "
        "exec`, which takes none of them.",
    ),
    "PG835": (
        "machine that the jobs cannot run on",
        "The lines of jobs are for a POSIX shell, as Linux and macOS have it.",
    ),
}
