"""The use cases, without a terminal: what each command does, as functions that return data."""
