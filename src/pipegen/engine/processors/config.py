"""What the configs of all post-processors have in common."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from pipegen.engine.configs.model import Config


class ProcessorConfig(Config):
    """When a post-processor runs, and whether the run depends on it."""

    required: bool = Field(True, description="Whether the run has failed when this fails.")
    when: Literal["success", "failure", "always"] = Field(
        "success", description="After which runs: those that succeeded, that failed, or all."
    )
