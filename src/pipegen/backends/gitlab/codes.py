"""What can be wrong with a pipeline or config for GitLab CI: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG800": (
        "settings for an unknown job",
        "`gitlab.steps` in values.yaml names neither a task nor a step of the pipeline.",
    ),
    "PG801": (
        "more jobs than GitLab takes",
        "GitLab limits the jobs of a pipeline, to 500 where nobody has changed that. Cut the pipeline in two, or say "
        "by `gitlab.max_jobs` how many your GitLab takes.",
    ),
    "PG802": (
        "file that GitLab refuses",
        "GitLab reads files of up to 2 MiB where nobody has changed that. Cut the pipeline in two, or say "
        "by `gitlab.max_bytes` how much yours reads.",
    ),
    "PG803": (
        "trigger that GitLab would fire at other times",
        "GitLab skips a job that waits for a failure as soon as one of the jobs before it was skipped. So `one_failed` "
        "means the same there only where all tasks before it always run: those without inputs, and those with "
        "`all_done`.",
    ),
    "PG804": (
        "job that needs stages of its own",
        "A task that runs after failures, and a handler of the pipeline, wait for whole stages. With `gitlab.stage` "
        "all jobs share one stage with jobs of yours, and would wait for those too. Leave it out, and start the "
        "generated file as a child pipeline.",
    ),
    "PG805": (
        "secret in GitLab's variables",
        "What stands under `gitlab.variables` is committed. A secret belongs into the CI/CD variables of the project "
        "or group, masked; the file may refer to one by `$NAME`.",
    ),
    "PG806": (
        "variable that is set twice",
        "A variable stands in two places: under `env` of a step, `gitlab.variables`, `gitlab.id_tokens` or "
        "`gitlab.secrets`, or pipegen makes it itself, of resources, labels and metadata. Only one of the two texts "
        "could reach the task.",
    ),
    "PG807": (
        "keyword that is not for patches",
        "`patch` in the gitlab section adds keywords to jobs. What makes a job run its task, hand on its artifact and "
        "wait for others is pipegen's: `script`, `needs`, `artifacts`, `rules`, `parallel` and others. What values "
        "have a key for, such as `variables`, goes under that key, where it is joined with what the step says.",
    ),
    "PG808": (
        "resources that the runner does not give",
        "Of GitLab's runners only those with the Kubernetes executor give a job the CPU, memory and storage that it "
        "asks for. For others choose a runner by its tags.",
    ),
    "PG809": (
        "resources that some runners do not give",
        "The variables that ask for CPU, memory and storage are read by runners with the Kubernetes executor, where "
        "its configuration allows jobs to ask. Other runners pass over them.",
    ),
    "PG810": (
        "no command for jobs",
        "`gitlab.command` in values.yaml is empty, so that jobs would run nothing. Leave it out, or write how pipegen "
        "is called, word by word: `[uv, run, pipegen]`.",
    ),
    "PG811": (
        "handler that would start too often",
        "To GitLab a run has failed when any job has. Here a task with `all_done` or `one_failed` deals with a "
        "failure, and the run goes on as if there had been none; GitLab would start `on_failure` all the same.",
    ),
    "PG812": (
        "job that GitLab ends early",
        "The `timeout` of a step is for each attempt, and `gitlab.timeout` for the job with all attempts, the image "
        "and the artifacts; or all of them need more than the 30 days that a job may take. GitLab would end the job "
        "while its task still has time, and it fails.",
    ),
    "PG813": (
        "word that GitLab may not know",
        "Where values take GitLab's own words, such as those of a service, a rule or a report, this is none that "
        "pipegen knows. GitLab refuses files with words that it does not know; a newer one may know it.",
    ),
    "PG814": (
        "runs that GitLab lets overlap",
        "GitLab starts a run whether or not the last one has ended, and ends none for the next one. Runs can wait for "
        "each other: start the generated file as a child pipeline, by a job with `resource_group` and "
        "`strategy: depend`, and name `concurrency` under `gitlab.ignore`.",
    ),
    "PG815": (
        "schedule that is due too often",
        "GitLab looks for schedules that are due every few minutes: each tenth, and each fifth on GitLab.com, where "
        "nobody has changed that. What is due more often starts as often as GitLab looks.",
    ),
    "PG816": (
        "job by hand that waits for failures",
        "With `manual` a job waits until somebody starts it. A task with `all_done` or `one_failed`, and a handler, "
        "run by themselves when something has failed or all is done; a job is one or the other.",
    ),
    "PG817": (
        "no runner with so many GPUs",
        "`gitlab.gpu_tags` says by the number of GPUs which tags the runners have that give as many to a job, and this "
        "number is not among them.",
    ),
    "PG818": (
        "more inputs than GitLab takes",
        "With `gitlab.parameters: inputs` each parameter of the pipeline is an input, and a run of GitLab takes 20. "
        "Expose fewer, or let them be variables.",
    ),
    "PG819": (
        "text that GitLab would fill in",
        "In a file with inputs GitLab replaces what stands between `$[[` and `]]`, wherever it is, and knows no way to "
        "write such a text as it is. Without inputs it does not look.",
    ),
}
