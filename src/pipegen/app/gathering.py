"""Go on after a mistake, so that all of them are reported together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import ParamSpec, TypeVar

from pipegen.errors import Diagnostic, PipegenError, in_order, refuse

P = ParamSpec("P")
T = TypeVar("T")


class Gathered:
    """The diagnostics of several attempts."""

    def __init__(self, found: Iterable[Diagnostic] = ()) -> None:
        self.found = list(found)

    def attempt(self, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What a call gives; None when it is refused, which is noted."""
        try:
            return call(*args, **kwargs)
        except PipegenError as error:
            self.found.extend(error.diagnostics)
            return None

    @property
    def in_order(self) -> tuple[Diagnostic, ...]:
        return in_order(self.found)

    @property
    def failed(self) -> bool:
        return any(one.severity == "error" for one in self.found)

    def refuse(self) -> None:
        """PipegenError with everything, when any of it is an error."""
        refuse(self.found)
