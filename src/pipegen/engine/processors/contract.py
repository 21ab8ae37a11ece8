"""The contract of a post-processor: called once after a run, in order, with all that came out of it.

A post-processor enters by the entry-point group `pipegen.processors`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol

from pipegen.engine.records import RunRecord
from pipegen.ir import Json


@dataclass(frozen=True, slots=True)
class Finished:
    """A run that has ended: its record, the project's root, and the artifact folder of each task that has one.

    `outputs` are the names of the tasks that nothing waits for: what the pipeline is for.
    """

    run: RunRecord
    root: Path
    folders: Mapping[str, Path]
    outputs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Processed:
    """What a post-processor did: a sentence for people, and data for programs."""

    message: str
    details: Mapping[str, Json] = field(default_factory=dict)


class Processor(Protocol):
    """What an entry point of `pipegen.processors` names: a class with a method that does the work."""

    name: ClassVar[str]
    summary: ClassVar[str]
    config: ClassVar[type[Any]]

    def process(self, finished: Finished, config: Any) -> Processed:
        """Do the work; PipegenError, or any other exception, when it cannot be done."""
