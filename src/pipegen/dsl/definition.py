"""What a step is, read off the class or function that the user wrote."""

from __future__ import annotations

from pipegen.dsl.step import Target
from pipegen.errors import Origin
from pipegen.frozen import frozen
from pipegen.ir import Mode, Options


@frozen
class Parameter:
    """One parameter of `run`: its name and the type on it, resolved."""

    name: str
    annotation: object
    required: bool


@frozen
class Definition:
    """A step class or function, read once."""

    slug: str  # "score"
    prefix: str  # "SCORE": its settings are read from SCORE__*
    target: Target  # the Step subclass, or what @step made of a function
    parameters: tuple[Parameter, ...]  # of run, without self and settings
    output: object  # the return annotation, resolved; None for "-> None", typing.Any when missing
    settings: type | None  # the Settings subclass
    mode: Mode
    options: Options
    doc: str
    origin: Origin
