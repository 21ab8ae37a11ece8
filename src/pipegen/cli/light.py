"""A command whose plain arguments are read without pydantic.

Typer turns text into typed values by pydantic, whose import costs more than all of `generate`. Our
commands take text, paths, flags and choices: those are read here, and whatever does not fit at once
(a mistake, a question for help) is left to Typer, which words it.
"""

from __future__ import annotations

import types
import typing
from enum import Enum
from functools import cached_property
from pathlib import Path
from typing import Any

from typer.core import TyperCommand


class LightCommand(TyperCommand):
    """Use it as `@app.command(cls=LightCommand)`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        values = None if ctx.resilient_parsing or "--help" in args else self._read(ctx, args)
        if values is None:
            return super().parse_args(ctx, args)
        ctx.params.update(values)
        ctx.args = []
        return []

    @cached_property
    def _readers(self) -> dict[str, Any]:
        function = getattr(self.callback, "__wrapped__", self.callback)
        hints = typing.get_type_hints(function)
        return {name: _plain(hint) for name, hint in hints.items() if name != "return"}

    def _read(self, ctx: Any, args: list[str]) -> dict[str, object] | None:
        try:
            given, rest, _ = self.make_parser(ctx).parse_args(list(args))
            if rest:
                return None
            return {param.name: self._value(ctx, param, given.get(param.name)) for param in self._own(ctx)}
        except Exception:  # Typer will find and word it
            return None

    def _own(self, ctx: Any) -> list[Any]:
        return [param for param in self.get_params(ctx) if param.name in self._readers]

    def _value(self, ctx: Any, param: Any, text: Any) -> object:
        if not isinstance(text, (str, bool, list, tuple)):  # nothing given, in whichever way that is said
            if getattr(param, "required", False):
                raise ValueError(param.name)
            return param.get_default(ctx)
        read = self._readers[param.name]
        return [read(one) for one in text] if isinstance(text, (list, tuple)) else read(text)


def _plain(hint: Any) -> Any:
    """What makes a value of this type from text; ValueError for a type that is Typer's business."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin in (types.UnionType, typing.Union):
        kinds = [one for one in args if one is not type(None)]
        return _plain(kinds[0])
    if origin is list:
        return _plain(args[0])
    if hint in (str, bool, Path, int) or (isinstance(hint, type) and issubclass(hint, Enum)):
        return hint
    raise ValueError(hint)
