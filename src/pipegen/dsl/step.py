"""What a user writes steps with: the `Step` class, the `step` decorator, and `>>`.

Placing and wiring only take notes: nothing is checked, read or run until the pipeline is traced, so
that everything wrong is reported together and importing a module of steps costs nothing.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from functools import update_wrapper
from pathlib import Path
from types import FunctionType, MappingProxyType
from typing import (
    TYPE_CHECKING,
    Any,
    ClassVar,
    Generic,
    NamedTuple,
    NoReturn,
    ParamSpec,
    TypeAlias,
    TypeVar,
    overload,
)

from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.ir import Cache, Json, Mode, Resources, Retry, Trigger

if TYPE_CHECKING:
    from typing import Self

P = ParamSpec("P")
R = TypeVar("R")

OPTIONS = ("retry", "timeout", "resources", "cache", "trigger", "image", "env", "labels", "metadata")
_NOTHING: Mapping[str, Any] = MappingProxyType({})  # the default of every step: nobody may write into it


class Connection(NamedTuple):
    """A note that something feeds a task; `parameter` is None when `>>` left it open."""

    parameter: str | None
    value: object
    origin: Origin


class Placement:
    """The notes on one task: which step, under what name, fed by what."""

    def __init__(self, target: Target, name: str | None, given: Mapping[str, object], origin: Origin) -> None:
        self.target = target
        self.name = name
        self.given = given
        self.origin = origin
        self.connections: list[Connection] = []
        self.consumers: list[Node] = []
        self.is_sink = False  # a pipeline, of whichever module, was given by it


class Node:
    """A step placed in a graph; `>>` feeds it to others."""

    __slots__ = ("_placement",)
    _placement: Placement

    def _place(
        self,
        target: Target,
        name: str | None,
        given: Mapping[str, object],
        origin: Origin,
    ) -> None:
        placement = Placement(target, name, {}, origin)
        options: dict[str, object] = {}
        self._placement = placement
        for key, value in given.items():
            if (key in OPTIONS or key == "mode") and not nodes_in(value):
                options[key] = value
            else:
                connect(self, key, value, origin)
        placement.given = options

    @overload
    def __rshift__(self, other: N) -> N: ...
    @overload
    def __rshift__(self, other: Sequence[N]) -> list[N]: ...
    def __rshift__(self, other: Any) -> Any:
        """Feed this task to another, or to each of several; the result is what comes last."""
        origin = caller()
        targets = list(other) if isinstance(other, (list, tuple)) else [other]
        for target in targets:
            if not isinstance(target, Node):
                message = f"'>>' leads to a placed step, not to {describe(target)}"
                raise PipegenError(Diagnostic("PG122", message, origin, _placing(target)))
            connect(target, None, self, origin)
        return targets if isinstance(other, (list, tuple)) else other

    def __rrshift__(self, sources: Sequence[Node]) -> Self:
        """`[a, b] >> c` feeds a list input of c."""
        if not isinstance(sources, (list, tuple)):
            message = f"'>>' feeds a placed step, not {describe(sources)}"
            raise PipegenError(Diagnostic("PG122", message, caller(), "write Fetch() >> Score()"))
        connect(self, None, list(sources), caller())
        return self

    def __repr__(self) -> str:
        place = self._placement
        words = [place.target.__name__, *([place.name] if place.name else []), "at", str(place.origin)]
        return f"<{' '.join(words)}>"


N = TypeVar("N", bound=Node)


class Step(Node):
    """A step of a pipeline: subclass it, write a typed `run`, and place it by calling the class."""

    slug: ClassVar[str]
    mode: ClassVar[Mode]
    retry: ClassVar[Retry | int | None] = None
    timeout: ClassVar[str | int | float | None] = None
    resources: ClassVar[Resources | None] = None
    cache: ClassVar[Cache | bool | None] = None
    trigger: ClassVar[Trigger] = "all_success"
    image: ClassVar[str | None] = None
    env: ClassVar[Mapping[str, str]] = _NOTHING
    labels: ClassVar[Mapping[str, str]] = _NOTHING
    metadata: ClassVar[Mapping[str, Json]] = _NOTHING
    run: Callable[..., Any]
    settings: Any
    workdir: Path

    def __new__(cls, name: str | None = None, /, **inputs_and_options: object) -> Self:
        node = super().__new__(
            cls
        )  # here, so that a step with an __init__ of its own can be refused in words
        node._place(cls, name, inputs_and_options, caller())
        return node

    def call(
        self, *args: object, settings: object = None, workdir: Path | None = None, **inputs: object
    ) -> Any:
        """Run this step by hand, in a test or a notebook, with no engine, artifacts or environment.

        A step that writes files needs a folder for them: `.call(rows, workdir=tmp_path)`.
        """
        if settings is not None:
            self.settings = settings
        if workdir is not None:
            self.workdir = workdir
        return self.run(*args, **inputs)

    if not TYPE_CHECKING:  # a type checker must go on complaining about attributes that are not there

        def __getattr__(self, name: str) -> Any:
            hint = _GIVEN_BY_HAND.get(name, "")
            raise AttributeError(f"{type(self).__name__!r} has no attribute {name!r}{hint}")


_GIVEN_BY_HAND = {
    "settings": "; a run by hand is given them: .call(..., settings=MySettings(...))",
    "workdir": "; a run by hand is given one: .call(..., workdir=tmp_path)",
}


class FunctionNode(Node):
    """A function step placed in a graph."""

    def __init__(
        self, function: FunctionStep[..., Any], name: str | None, given: Mapping[str, object], origin: Origin
    ) -> None:
        self._place(function, name, given, origin)


class FunctionStep(Generic[P, R]):
    """A plain function turned into a step: calling it places it, `.call` runs it."""

    __name__: str
    __qualname__: str

    def __init__(self, function: Callable[P, R], options: Mapping[str, object], origin: Origin) -> None:
        update_wrapper(self, function)
        self.call = function
        self.options = options
        self.origin = origin

    def __call__(self, name: str | None = None, /, **inputs_and_options: object) -> FunctionNode:
        return FunctionNode(self, name, inputs_and_options, caller())

    def __rrshift__(self, sources: object) -> NoReturn:
        """`[a, b] >> clean` means `[a, b] >> clean()`."""
        message = f"'>>' leads to a placed step, not to {describe(self)}"
        raise PipegenError(Diagnostic("PG122", message, caller(), _placing(self)))


Target: TypeAlias = type[Step] | FunctionStep[..., Any]


@overload
def step(function: Callable[P, R], /) -> FunctionStep[P, R]: ...
@overload
def step(**options: object) -> Callable[[Callable[P, R]], FunctionStep[P, R]]: ...
def step(function: Any = None, /, **options: object) -> Any:
    """Turn a typed function into a step: `@step`, or `@step(retry=Retry(3), mode="row")`."""
    origin = caller()
    if function is None:
        return lambda inner: _function_step(inner, options, origin)
    return _function_step(function, options, origin)


def _function_step(function: Any, options: Mapping[str, object], origin: Origin) -> FunctionStep[..., Any]:
    is_function = callable(function) and hasattr(function, "__qualname__")
    if not is_function or isinstance(function, (type, Node, FunctionStep)):
        message = f"@step is for plain functions, not for {describe(function)}"
        hint = "def clean(rows: list[Row]) -> list[Row]: ..., under @step or @step(retry=3)"
        raise PipegenError(Diagnostic("PG120", message, origin, hint))
    return FunctionStep(function, options, origin)


def connect(consumer: Node, parameter: str | None, value: object, origin: Origin) -> None:
    """Note that `value` feeds `consumer`."""
    consumer._placement.connections.append(Connection(parameter, value, origin))
    for source in nodes_in(value):
        source._placement.consumers.append(consumer)


def nodes_in(value: object) -> list[Node]:
    if isinstance(value, Node):
        return [value]
    return [one for one in value if isinstance(one, Node)] if isinstance(value, (list, tuple)) else []


def caller() -> Origin:
    """Where the user's code called into the DSL."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith("pipegen.dsl."):
        frame = frame.f_back
    return Origin(frame.f_code.co_filename, frame.f_lineno)


def _placing(value: object) -> str:
    if isinstance(value, FunctionType):
        return f"write @step above 'def {value.__name__}', and place it: {value.__name__}()"
    return "write Fetch() >> Score()"


def describe(value: object) -> str:
    """Name a value in a message without printing what is in it."""
    if isinstance(value, FunctionStep) or (isinstance(value, type) and issubclass(value, Step)):
        return f"'{value.__name__}' itself; place it: {value.__name__}()"
    if isinstance(value, type):
        return f"the class {value.__name__}"
    if isinstance(value, FunctionNode):
        return f"a placed '{value._placement.target.__name__}'"
    if isinstance(value, FunctionType):
        return f"the function {value.__name__}"
    return f"a value of type {type(value).__name__}"
