"""How commands say what they take, and how a plain command line is read.

A command is a function whose parameters are annotated with `option` or `argument`. A line in which
everything fits is read here; for help, completion and the wording of mistakes the same function is
handed to Typer (`typed.py`), whose import alone costs half of a whole `pipegen generate`.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import Any

from pipegen.frozen import frozen


@frozen
class Word:
    """What a parameter of a command is called on the command line, and what it is for."""

    names: tuple[str, ...]
    help: str
    metavar: str | None = None


def option(*names: str, help: str, metavar: str | None = None) -> Word:  # noqa: A002
    return Word(names, help, metavar)


def argument(help: str, metavar: str | None = None) -> Word:  # noqa: A002
    return Word((), help, metavar)


@frozen
class Slot:
    """One parameter of a command, with its type taken apart."""

    name: str
    word: Word
    kind: Any
    many: bool
    default: object
    required: bool

    @property
    def shown(self) -> str:
        """What stands for the value in help and in messages: NAME, FILE, or the choices."""
        if self.word.metavar:
            return self.word.metavar
        if issubclass(self.kind, Enum):
            return "|".join(one.value for one in self.kind)
        return self.name.strip("_").upper()


def slots(function: Callable[..., object]) -> tuple[Slot, ...]:
    """The parameters of a command."""
    hints = typing.get_type_hints(function, include_extras=True)
    defaults = dict(zip(reversed(list(hints)[:-1]), reversed(function.__defaults__ or ()), strict=False))
    return tuple(_slot(name, hint, defaults) for name, hint in hints.items() if name != "return")


def _slot(name: str, hint: Any, defaults: dict[str, object]) -> Slot:
    plain, word = typing.get_args(hint)[:2]
    options = [one for one in typing.get_args(plain) if one is not type(None)]
    kind = options[0] if typing.get_origin(plain) in (types.UnionType, typing.Union) else plain
    many = typing.get_origin(kind) is list
    return Slot(
        name, word, typing.get_args(kind)[0] if many else kind, many, defaults.get(name), name not in defaults
    )


def read(function: Callable[..., object], words: Sequence[str]) -> dict[str, object] | None:
    """The arguments in a command line; None when anything needs a second look."""
    own = slots(function)
    by_flag = {name: slot for slot in own for name in slot.word.names}
    waiting = [slot for slot in own if not slot.word.names]
    values: dict[str, object] = {slot.name: slot.default for slot in own}
    missing = {slot.name for slot in own if slot.required}
    rest = list(reversed(words))
    try:
        while rest:
            word = rest.pop()
            flag, equals, text = word.partition("=")
            if not word.startswith("-") or word == "-":
                slot, text = waiting[0] if waiting[0].many else waiting.pop(0), word
            else:
                slot = by_flag[flag]
                if equals and not flag.startswith("--"):
                    return None
                if slot.kind is bool:
                    if equals:
                        return None
                elif not equals:
                    text = rest.pop()
                    if text.startswith("-") and text != "-":
                        return None
            _put(slot, text, values)
            missing.discard(slot.name)
    except (IndexError, KeyError, ValueError):
        return None
    return None if missing else values


def _put(slot: Slot, text: str, values: dict[str, object]) -> None:
    value = True if slot.kind is bool else _typed(slot.kind, text)
    if slot.many:
        before = values[slot.name]
        values[slot.name] = [*before, value] if isinstance(before, list) else [value]
    else:
        values[slot.name] = value


def _typed(kind: Any, text: str) -> object:
    if kind in (str, Path, int) or issubclass(kind, Enum):
        return kind(text)
    raise ValueError(kind)
