"""Inputs that may be absent, because the task before failed: a folder that is missing or has nothing in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipegen.errors import Diagnostic, refuse
from pipegen.frozen import frozen
from pipegen.runtime.arguments import Input

if TYPE_CHECKING:
    from pipegen.dsl.definition import Parameter


@frozen
class Present:
    """The inputs that there are, and values for those of which nothing is there."""

    inputs: tuple[Input, ...]
    instead: Mapping[str, object]


def present(inputs: tuple[Input, ...], parameters: Mapping[str, Parameter], task: str) -> Present:
    """Leave out what is absent: a list holds the rest, anything else is its default, or None."""
    found: list[Input] = []
    instead: dict[str, object] = {}
    problems: list[Diagnostic] = []
    for one in inputs:
        left = one if not one.optional else replace(one, folders=tuple(filter(_is_there, one.folders)))
        if left.folders:
            found.append(left)
        elif parameters[one.parameter].required:
            if not (one.feed != "one" or _takes_none(parameters[one.parameter].annotation)):
                problems.append(_missing(one, task))
            instead[one.parameter] = None if one.feed == "one" else _empty(one, parameters)
    refuse(problems)
    return Present(tuple(found), instead)


def _is_there(folder: Path) -> bool:
    try:
        return any(folder.iterdir())
    except FileNotFoundError:
        return False
    except OSError:  # reading it says what is wrong
        return True


def _empty(one: Input, parameters: Mapping[str, Parameter]) -> object:
    from pipegen.runtime.artifact import read_many

    return read_many((), parameters[one.parameter].annotation, one.feed, name=one.parameter)


def _takes_none(annotation: object) -> bool:
    from pipegen.runtime.codecs.types import is_any, members

    return is_any(annotation) or any(one in (None, type(None)) for one in members(annotation))


def _missing(one: Input, task: str) -> Diagnostic:
    message = f"input '{one.parameter}' of task '{task}' is absent: the task before it handed on nothing"
    hint = f"let 'run' do without it: {one.parameter}: ... | None = None"
    return Diagnostic("PG316", message, hint=hint)
