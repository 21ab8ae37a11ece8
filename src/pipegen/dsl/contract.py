"""What a step promises to others: its ports and its output, as edges see them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

from pipegen.dsl.definition import Definition, Parameter
from pipegen.dsl.type_names import type_name
from pipegen.frozen import frozen
from pipegen.ir import Mode, Port


@frozen
class Contract:
    """The parameters and the output of a step; in row mode those of the stream, not of one row."""

    parameters: Mapping[str, Parameter]
    output: object
    ports: tuple[Port, ...]
    output_name: str


def contract_of(definition: Definition, mode: Mode | None = None) -> Contract:
    """The contract of a step as it says itself, or in another mode that it is placed in."""
    parameters, output = definition.parameters, definition.output
    if (mode or definition.mode) == "row" and parameters:
        first = parameters[0]
        rows = cast(object, Iterable[first.annotation])  # type: ignore[name-defined]
        parameters = (Parameter(first.name, rows, first.required), *parameters[1:])
        output = cast(object, Iterator[definition.output])  # type: ignore[name-defined]
    return Contract(
        parameters={one.name: one for one in parameters},
        output=output,
        ports=tuple(Port(one.name, type_name(one.annotation), one.required) for one in parameters),
        output_name=type_name(output),
    )
