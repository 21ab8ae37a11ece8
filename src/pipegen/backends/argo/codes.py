"""What can be wrong with a pipeline or config for Argo: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG531": (
        "schedule that the kind of object cannot have",
        "Only a CronWorkflow starts by itself. Leave `argo.kind` out, or accept the loss by listing the feature under "
        "`argo.ignore`.",
    ),
    "PG532": (
        "CronWorkflow without a schedule",
        "Give the pipeline a schedule, or values one under `argo.schedules`.",
    ),
    "PG533": (
        "text that the cluster would fill in",
        "Argo replaces `{{...}}` and Kubernetes `$(...)` in this place, and they cannot be escaped there. Write the "
        "text without them.",
    ),
    "PG534": (
        "parameter that no run could set rightly",
        "A workflow parameter is text that every run has: a CronWorkflow needs a default for it, the default must "
        "mean as text what it means in Python, and values must not set the same variable to something else.",
    ),
    "PG535": (
        "label or annotation that Kubernetes refuses",
        "Keys are up to 63 letters, digits, `-`, `_` and `.`, after an optional domain and `/`; values of labels "
        "are made of the same characters or empty.",
    ),
    "PG536": (
        "field that this version of Argo does not have",
        "`argo.version` names the Argo Workflows that runs the pipeline; the field came later, or is gone. Remove it, "
        "or run the version that has it.",
    ),
    "PG537": (
        "layout that Argo cannot run",
        "Argo's full resource definitions allow at most 200 tasks in a DAG and 200 templates in an object, and a "
        "cluster keeps objects of about 1.5 MB. `argo.layout: auto` chooses a form that fits.",
    ),
    "PG538": (
        "task that runs after failures, cut off from what it waits for",
        "A graph that is cut into parts knows only whether a part as a whole succeeded. Tasks that run after a failure "
        "must be in one part with those that may fail.",
    ),
    "PG539": (
        "patch that cannot be applied",
        "A patch is either a mapping, merged as `kubectl patch --type strategic` does it, or a list of JSON Patch "
        "operations. What it changes must be there.",
    ),
    "PG540": (
        "results that cannot be used again",
        "A memoized task hands its artifact on by reference, which works inside one DAG and with an artifact "
        "repository only.",
    ),
    "PG541": (
        "graph that is large for Argo",
        "It can be run, with care: the status of a workflow is kept in one object of the cluster, and a graph of more "
        "than 200 tasks is cut into parts.",
    ),
    "PG542": (
        "key that only schedules use",
        "The object that is generated has no schedule, so that the key changes nothing.",
    ),
    "PG572": (
        "document that Argo's models read otherwise",
        "`pipegen check --backend argo --deep` has Hera's models of Argo read each document and write it again. "
        "What they refuse, leave out or change comes from a patch or a raw key in values, or is newer than the "
        "installed Hera.",
    ),
    "PG573": (
        "deep check without its library",
        "`--deep` looks at the files for Argo with Hera's models. Install `hera`, or pipegen with the extra `argo`.",
    ),
    "PG543": (
        "names that clash in one pod",
        "The containers of a pod need names of their own, and no two volumes can be mounted in one place.",
    ),
    "PG544": (
        "secret as a parameter of the workflow",
        "Argo keeps the parameters of each run in clear, where everybody sees them who may look at workflows. Leave "
        "the parameter out, and let the task read its secret from a Kubernetes Secret.",
    ),
}
