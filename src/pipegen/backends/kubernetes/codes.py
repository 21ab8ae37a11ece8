"""What can be wrong with a config for Kubernetes: one entry per error code."""

CODES: dict[str, tuple[str, str]] = {
    "PG521": (
        "pod config for an unknown task",
        "`steps` in the section of a Kubernetes backend names a task or step that the pipeline does not have.",
    ),
    "PG522": (
        "secret given in clear",
        "Values are committed, so a secret setting must not stand in them. Keep it in a Kubernetes Secret and name "
        "the Secret; `pipegen env --format kubernetes` sketches one.",
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
}
