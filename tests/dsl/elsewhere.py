"""A module that others take steps and settings from, with annotations as text."""

from __future__ import annotations

from pipegen import Settings, Step


class SharedSettings(Settings):
    model: str = "small"


class Concrete(Step):
    """Score the rows."""

    settings: SharedSettings
    labels = {"team": "search"}  # noqa: RUF012

    def run(self, rows: list[Later]) -> list[Later]:
        return rows


class Later:
    """Defined after it is used."""
