"""The post-processor `noop`: changes nothing, and says whether everything is there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from pydantic import Field

from pipegen.engine.processors.choosing import chosen
from pipegen.engine.processors.config import ProcessorConfig, TaskNames
from pipegen.engine.processors.contract import Finished, Processed
from pipegen.runtime.manifest_json import load_manifest
from pipegen.runtime.verify import verify


class NoopConfig(ProcessorConfig):
    """Which tasks must have handed on something."""

    tasks: TaskNames | None = Field(
        None, description="These tasks; without it, all those of the run.", examples=[["report"]]
    )

    def named_tasks(self) -> Sequence[str]:
        return self.tasks or ()


class Noop:
    """Looks whether every artifact is there, and is what was written."""

    name: ClassVar[str] = "noop"
    summary: ClassVar[str] = "look whether all outputs are there and whole"
    config: ClassVar[type[NoopConfig]] = NoopConfig

    def process(self, finished: Finished, config: NoopConfig) -> Processed:
        found = chosen(finished, config.tasks, every=True)
        for folder in found.values():
            verify(folder, load_manifest(folder), "")
        return Processed(f"{len(found)} artifacts are whole", {"tasks": sorted(found)})
