"""What the configs of all post-processors have in common."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from pipegen.engine.configs.model import Config


class ProcessorConfig(Config):
    """When a post-processor runs, and whether the run depends on it."""

    required: bool = Field(True, description="Whether the run has failed when this fails.")
    when: Literal["success", "failure", "always"] = Field(
        "success", description="After which runs: those that succeeded, that failed, or all."
    )

    def named_tasks(self) -> Sequence[str]:
        """The tasks that it names; a name that the pipeline does not have is refused before a run."""
        return ()


def _some(names: list[str]) -> list[str]:
    if not names:
        raise ValueError("it names no task; leave it out, or name one")
    return names


TaskNames = Annotated[list[str], AfterValidator(_some)]
