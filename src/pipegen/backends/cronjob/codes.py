"""What can be wrong with a pipeline or config for a Kubernetes CronJob: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG551": (
        "pipeline that one container cannot run",
        "With `cronjob.mode: engine` a single container runs the whole pipeline: all tasks have one image, and what "
        "values say about the container of a single step has no place. `cronjob.workers` is for this mode alone.",
    ),
    "PG552": (
        "pod setting for a single step",
        "All tasks of a CronJob run in one pod, so what holds for a pod, such as its node, cannot differ between "
        "steps. Give it for the whole pipeline, or use argo, where each task has a pod of its own.",
    ),
    "PG553": (
        "label or annotation that Kubernetes refuses",
        "Keys are up to 63 letters, digits, `-`, `_` and `.`, after an optional domain and `/`; values of labels "
        "are made of the same characters or empty.",
    ),
    "PG554": (
        "tasks that want different labels",
        "All tasks of a CronJob run in one pod, which has one set of labels. A label goes on it when every task "
        "has the same one.",
    ),
    "PG555": (
        "patch that cannot be applied",
        "A patch is either a mapping, merged as `kubectl patch --type strategic` does it, or a list of JSON Patch "
        "operations. What it changes must be there.",
    ),
    "PG556": (
        "two containers of one name",
        "The containers of a pod need names of their own: sidecars and init containers from values among them.",
    ),
    "PG557": (
        "two volumes in one place",
        "Two mounts of a container have the same path, or one covers the folder of the artifacts.",
    ),
    "PG558": (
        "object that no cluster takes",
        "The API server refuses objects larger than about 1.5 MB. Cut the pipeline in two, or use argo, where a "
        "task takes fewer bytes.",
    ),
    "PG559": (
        "runs that would share a folder",
        "Runs may overlap, and they would write to the same folder of the claim. Leave `per_run` on, or forbid "
        "that runs overlap.",
    ),
    "PG560": (
        "parameter that no run could set",
        "The tasks of a CronJob start as the schedule says, so a parameter that a task must have needs a default, "
        "or a variable in the manifest.",
    ),
    "PG561": (
        "tasks that could run side by side",
        "A CronJob runs a container for each task in one pod, one after the other. Argo runs tasks that do not wait "
        "for each other at the same time, on as many nodes as it takes.",
    ),
    "PG562": (
        "many containers in one pod",
        "Each container takes about a second to start, however short its task: on a real cluster a pod of 50 took "
        "63 s and one of 200 took 193 s.",
    ),
    "PG563": (
        "object too large for plain apply",
        "`kubectl apply` keeps the whole object in an annotation, which holds 262144 bytes. Server-side apply does "
        "not need it.",
    ),
    "PG564": (
        "key that changes nothing",
        "Some keys are for schedules and some for Jobs without one; this pipeline is the other kind.",
    ),
}
