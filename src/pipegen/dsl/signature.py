"""The inputs and the output of a step, read off its `run` or its function."""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pipegen.dsl.definition import Parameter
from pipegen.dsl.step import FunctionStep, Target
from pipegen.errors import Diagnostic, Origin, PipegenError

Function = Callable[..., object]


def function_of(target: Target, origin: Origin) -> Function:
    """What runs when the step runs; PipegenError when there is nothing that could."""
    name = target.__name__
    function = target.call if isinstance(target, FunctionStep) else getattr(target, "run", None)
    if not callable(function):
        hint = "write def run(self, ...) -> ...: in it"
        raise PipegenError(Diagnostic("PG111", f"step '{name}' has no run method", origin, hint))
    if inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function):
        place = place_of(function, origin)
        hint = "write a plain def, and call asyncio.run(...) inside it"
        raise PipegenError(Diagnostic("PG120", f"the run of step '{name}' is async", place, hint))
    return function


def place_of(function: Function, fallback: Origin) -> Origin:
    """Where a function is written, behind whatever decorates it."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    return Origin(code.co_filename, code.co_firstlineno) if code else fallback


def types_of(
    target: Target, function: Function, place: Origin, problems: list[Diagnostic]
) -> Mapping[str, object]:
    """The types of the parameters and of the "return", resolved; Any for all when they cannot be."""
    name = target.__name__
    try:
        return typing.get_type_hints(function, localns=_around(target), include_extras=True)
    except NameError as error:
        message = f"a type on the run of step '{name}' is not defined: {error}"
        hint = "import it at the top of the module, not under TYPE_CHECKING or inside a function"
    except Exception as error:  # an annotation may be any expression
        message = f"a type on the run of step '{name}' cannot be read: {error}"
        hint = "check the annotations of run"
    problems.append(Diagnostic("PG113", message, place, hint))
    return dict.fromkeys((*inspect.signature(function).parameters, "return"), Any)


def _around(target: Target) -> dict[str, object] | None:
    """The names of the class around `run`, which its annotations may use; a function has none."""
    if isinstance(target, FunctionStep):
        return None
    return dict(vars(next(cls for cls in target.__mro__ if "run" in vars(cls))))


def parameters_of(
    target: Target,
    function: Function,
    types: Mapping[str, object],
    place: Origin,
    problems: list[Diagnostic],
) -> Iterator[Parameter]:
    """The inputs, in the order written."""
    for parameter in _given_by_name(target, function):
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            message = f"parameter '{parameter}' of step '{target.__name__}' cannot be fed by name"
            hint = "write each input as a parameter of its own"
            problems.append(Diagnostic("PG114", message, place, hint))
        elif parameter.name not in types:
            message = f"parameter '{parameter.name}' of step '{target.__name__}' has no type"
            kind = (
                "MySettings'" if _is_settings(target, parameter) else "list[Row]', or Any where anything goes"
            )
            hint = f"write '{parameter.name}: {kind}"
            problems.append(Diagnostic("PG112", message, place, hint))
        elif not _is_settings(target, parameter):
            annotation = none_as_none(types[parameter.name])
            yield Parameter(parameter.name, annotation, parameter.default is parameter.empty)


def _given_by_name(target: Target, function: Function) -> Iterator[inspect.Parameter]:
    """All parameters but the `self` of a method."""
    parameters = inspect.signature(function).parameters.values()
    is_method = isinstance(target, type) and not isinstance(
        inspect.getattr_static(target, "run"), (staticmethod, classmethod)
    )
    yield from list(parameters)[1:] if is_method else parameters


def _is_settings(target: Target, parameter: inspect.Parameter) -> bool:
    """A function takes its settings as a parameter; a class has them as an attribute."""
    return isinstance(target, FunctionStep) and parameter.name == "settings"


def none_as_none(annotation: object) -> object:
    return None if annotation is type(None) else annotation


def is_stream(annotation: object) -> bool:
    """Whether items come one by one: Iterator[T], Iterable[T], Generator[T, None, None]."""
    origin = typing.get_origin(annotation) or annotation
    named = getattr(origin, "__name__", "") in ("Iterator", "Iterable", "Generator")
    return named and getattr(origin, "__module__", "") in ("collections.abc", "typing")
