"""What can be wrong with a pipeline or config for Airflow: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG840": (
        "option that an operator does not have",
        "A task asks for something that its operator cannot do: a BashOperator runs where the worker does, so it has "
        "neither an image nor resources of its own. Choose another operator for the task, or leave the feature out "
        "under `airflow.ignore`.",
    ),
    "PG841": (
        "key for another operator",
        "The `airflow` section says something about a task that its operator never reads, such as a node selector for "
        "a task that is no pod. Take it out, or choose the operator that it is for.",
    ),
    "PG842": (
        "required variable from nowhere in Airflow",
        "A required setting has no value in the DAG, so the task would fail when it starts. Give it in values, by a "
        "Variable or a Connection of Airflow, or list it under `airflow.provided` when the workers have it.",
    ),
    "PG843": (
        "parameter that no scheduled run could set",
        "Airflow starts a scheduled run with the defaults of its params. A parameter that a task must have needs a "
        "default, or the schedule has to go.",
    ),
    "PG844": (
        "parameter that shows a secret",
        "Airflow keeps the params of each run and shows them to everybody who may see the DAG, so a secret cannot be "
        "one of them. Give it by a Connection or Variable of Airflow, or by a Secret of the cluster.",
    ),
    "PG845": (
        "runs that replace each other",
        "Airflow has no way to end a run because the next one is due: runs overlap, or the next one waits. Use "
        "`forbid` or `allow`.",
    ),
    "PG846": (
        "deadline that would leave out a handler",
        "When a DAG run is over its time, Airflow ends it and skips every task that has not finished, those that come "
        "after the others among them. Give single tasks a timeout, or take out the deadline or the handler.",
    ),
    "PG847": (
        "pods without a place for artifacts",
        "Pods of a KubernetesPodOperator hand artifacts on through a volume that all of them mount. Name an existing "
        "PersistentVolumeClaim under `airflow.artifacts.claim`, mount a volume at `airflow.artifacts.path`, or "
        "name a bucket as `airflow.artifacts.s3`.",
    ),
    "PG848": (
        "text that Airflow refuses",
        "A tag of a DAG has at most 100 characters, each key and value of pod labels has a form of its own, and a task "
        "group cannot be called like a task.",
    ),
    "PG849": (
        "unknown task in the airflow section",
        "`airflow.steps` names a task or step that the pipeline does not have. `pipegen inspect` lists them.",
    ),
    "PG850": (
        "secret that Airflow would show",
        "Airflow hides the value of a Variable in logs and in its interface only when the Variable's name holds a word "
        "such as `secret`, `token` or `password`; of a Connection it hides the password alone.",
    ),
    "PG851": (
        "two volumes in one place of a pod",
        "Two mounts of a task's pod have the same path, or one of them covers the folder of the artifacts.",
    ),
    "PG853": (
        "key for another version of Airflow",
        "Airflow 2 has SLAs, and Airflow 3 has deadline alerts in their place. Neither has the other's, so a file that "
        "both may read can have neither: say by `airflow.version` which one reads it.",
    ),
    "PG854": (
        "SLA that nothing would look at",
        "Airflow 2 looks at SLAs when it starts runs by schedule: a pipeline without a schedule has none, and "
        "`airflow.sla_miss` is only called when a task has an `sla`.",
    ),
    "PG855": (
        "more runs at once than the pipeline allows",
        "With `concurrency: forbid` a run waits for the one before it, and `airflow.max_active_runs` would let several "
        "go on at once. Only one of the two can hold.",
    ),
    "PG856": (
        "variable that is given twice",
        "A task is given the same environment variable in clear and by a Variable or Connection of Airflow, or by both "
        "of these, so one of them would be lost.",
    ),
    "PG857": (
        "variable that sets nothing in a DAG",
        "`airflow.variables` or `airflow.connections` gives a variable that looks like a setting, and no task that it "
        "is said for has that setting. The task would refuse to start, or never get it.",
    ),
    "PG858": (
        "variable that the DAG needs itself",
        "By `PIPEGEN_ARTIFACTS` a DAG tells the commands of its tasks where artifacts are.",
    ),
    "PG852": (
        "default that is none of the choices",
        "Airflow checks params when it reads the DAG: a default must be one of the parameter's choices.",
    ),
}
