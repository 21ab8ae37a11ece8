"""Generate-time configuration: values.yaml, its layers, its shape, and how it changes a pipeline."""
