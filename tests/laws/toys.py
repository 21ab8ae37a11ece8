"""Backends that break a law each, to show that the law's test would notice."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from pipegen.backend import FEATURES, Capabilities, Context, native
from pipegen.emit.files import File
from pipegen.ir import Pipeline


@dataclass(frozen=True)
class ToyConfig:
    """Nothing to configure."""

    ignore: tuple[str, ...] = ()


class Toy:
    """Writes whatever a function makes of a pipeline, and claims to be able to do everything."""

    name: ClassVar[str] = "toy"
    summary: ClassVar[str] = "a toy"
    config: ClassVar[type] = ToyConfig
    can: ClassVar[Capabilities] = Capabilities(*(native("so it says") for _ in FEATURES))

    def __init__(self, write: Callable[[Pipeline], str]) -> None:
        self.write = write

    def lower(self, pipeline: Pipeline, config: Any, context: Context) -> Sequence[File]:
        return [File("toy.yaml", self.write(pipeline))]
