"""How a step's `run` is called: once with everything, as a stream, or once for each row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from pipegen.dsl.definition import Parameter
from pipegen.dsl.signature import is_stream
from pipegen.ir import Mode

MODES: tuple[Mode, ...] = get_args(Mode)


def mode_of(output: object) -> Mode:
    """The mode of a step that does not name one."""
    return "streaming" if is_stream(output) else "batch"


def misfit(mode: Mode, parameters: Sequence[Parameter], output: object) -> tuple[str, str]:
    """Why a step cannot run in a mode, as the rest of a sentence, and what to do; empty when it can."""
    if mode == "streaming" and not any(map(is_stream, (output, *(one.annotation for one in parameters)))):
        return "is streaming but has no Iterator on run", "return an Iterator, or leave out the mode"
    if mode == "row" and not parameters:
        return "runs row by row but takes no input", "give run a parameter for the row"
    return "", ""
