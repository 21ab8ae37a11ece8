"""The reference pages of the documentation, written from the code when the documentation is built."""

from __future__ import annotations

from reference import backends, commands, configs, errors, python, schemas, values


def pages() -> dict[str, str]:
    """Every generated page, by its path below docs/."""
    return {
        "reference/cli.md": commands.page(),
        "reference/values.md": values.page(),
        "reference/backends.md": backends.page(),
        "reference/configs.md": configs.page(),
        "reference/python.md": python.page(),
        "reference/pipeline-json.md": schemas.page(),
        **errors.pages(),
    }
