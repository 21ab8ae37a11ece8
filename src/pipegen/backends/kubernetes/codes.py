"""What can be wrong with a config for Kubernetes: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG521": (
        "pod config for an unknown task",
        "`steps` in the section of a Kubernetes backend names a task or step that the pipeline does not have.",
    ),
    "PG523": (
        "required variable from nowhere",
        "A required setting has no value in the generated manifest, so the task would fail when it starts. Give it in "
        "values, by a Secret or a ConfigMap, or list it under `provided` when the cluster has another way.",
    ),
    "PG524": (
        "no image",
        "A container needs an image. Set `defaults.image` in values.yaml, or `image` for single steps.",
    ),
    "PG525": (
        "companion without a name",
        "An object beside the pipeline's own is asked for under `companions`, but what it is for is not named: the "
        "ServiceAccount under `service_account`, its namespace under `namespace`.",
    ),
    "PG526": (
        "role without rights",
        "A Role is asked for under `companions`, but the pods call nothing in the cluster. An account without "
        "rights is the safest one.",
    ),
    "PG527": (
        "companion that no cluster takes",
        "A ConfigMap holds at most 1 MiB, and the keys of annotations have a form of their own.",
    ),
    "PG570": (
        "overlay without a sound base",
        "An overlay for kustomize holds what its values change in a base. The base is what the values files before the "
        "one that names the overlay give, so these must be complete by themselves.",
    ),
    "PG571": (
        "object without a name of its own",
        "Kustomize and Helm know objects by their names; a `generateName`, which the cluster completes, is none. With "
        "`generate_name: false` the object has one. A WorkflowTemplate always has, and `argo submit --from` runs it.",
    ),
}
