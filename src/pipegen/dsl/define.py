"""Read a step class or function once: its inputs, output, settings and options."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, cast

from pipegen.dsl.definition import Definition, Parameter
from pipegen.dsl.options import options_of
from pipegen.dsl.signature import function_of, is_stream, none_as_none, parameters_of, place_of, types_of
from pipegen.dsl.step import OPTIONS, FunctionStep, Step, Target
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest
from pipegen.ir import Cache, Mode, Resources, Retry
from pipegen.names import ascii_text, env_prefix

MODES: tuple[Mode, ...] = ("batch", "streaming", "row")
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"

_known: dict[Target, Definition] = {}


def define(target: Target) -> Definition:
    """Everything pipegen knows of a step, read once; PipegenError lists all that is wrong with it."""
    if target not in _known:
        _known[target] = _read(target)
    return _known[target]


def _read(target: Target) -> Definition:
    origin = origin_of(target)
    problems: list[Diagnostic] = []
    function = function_of(target, origin)
    place = place_of(function, origin)
    types = types_of(target, function, place, problems)
    parameters = tuple(parameters_of(target, function, types, place, problems))
    problems += _no_part_of_a_step(target, origin)
    definition = Definition(
        slug=_slug(target, origin, problems),
        prefix=_prefix(target),
        target=target,
        parameters=parameters,
        output=none_as_none(types.get("return", Any)),
        settings=_settings(target, types, place, problems),
        mode=_mode(target, parameters, types.get("return"), place, problems),
        options=options_of(_given(target), f"step '{target.__name__}'", origin, problems),
        doc=_doc(target),
        origin=origin,
    )
    if problems:
        raise PipegenError(*problems)
    return definition


def kebab(name: str) -> str:
    """ManualMarkdownStep is manual-markdown-step; clean_rows is clean-rows."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", ascii_text(name))
    return re.sub(r"[^a-z0-9]+", "-", parts.lower()).strip("-") or "step"


def origin_of(target: Target) -> Origin:
    """Where a step is written: its function, or the `run` of its class."""
    if isinstance(target, FunctionStep):
        return place_of(target.call, target.origin)
    run = getattr(target, "run", None)
    module = sys.modules.get(target.__module__)
    file = Origin(getattr(module, "__file__", None) or target.__module__)
    return place_of(run, file) if callable(run) else file


def _own_classes(target: type) -> tuple[type, ...]:
    """The user's part of a class's ancestry."""
    return tuple(cls for cls in target.__mro__ if cls not in Step.__mro__)


def _given(target: Target) -> Mapping[str, object]:
    """The options as written on a class and those above it, or in @step(...)."""
    if isinstance(target, FunctionStep):
        return {key: value for key, value in target.options.items() if key not in ("slug", "mode")}
    own = {name for cls in _own_classes(target) for name in vars(cls)}
    return {key: getattr(target, key) for key in OPTIONS if key in own}


def _no_part_of_a_step(target: Target, origin: Origin) -> Iterator[Diagnostic]:
    """What a class may hold in Python, but would lose its meaning on a step."""
    if isinstance(target, FunctionStep):
        return
    for cls in _own_classes(target):
        for name, value in vars(cls).items():
            if name == "__init__" and not getattr(cls, "_is_protocol", False):
                message = f"step '{target.__name__}' defines __init__"
                yield Diagnostic("PG117", message, origin, "read settings in run instead")
            if isinstance(value, (Retry, Resources, Cache)) and name.islower() and name not in OPTIONS:
                message = f"step '{target.__name__}' has no option '{name}'"
                hint = suggest(name, OPTIONS)
                yield Diagnostic("PG118", message, origin, hint)


def _doc(target: Target) -> str:
    """What the step's author says it does; a class without words of its own inherits them."""
    docs: Iterable[str | None] = [target.__doc__]
    if isinstance(target, type):
        docs = (cls.__doc__ for cls in _own_classes(target) if issubclass(cls, Step))
    return inspect.cleandoc(next((doc for doc in docs if doc), ""))


def _settings(
    target: Target, types: Mapping[str, object], place: Origin, problems: list[Diagnostic]
) -> type | None:
    is_function = isinstance(target, FunctionStep)
    found = types.get("settings") if is_function else _class_settings(target, place, problems)
    if found is None or getattr(found, "__pipegen_settings__", False) is True:
        return cast("type | None", found)
    if any(one.code == "PG113" for one in problems):
        return None  # it could not be read, which is said already
    message = f"the settings of step '{target.__name__}' are not a subclass of pipegen.Settings"
    problems.append(Diagnostic("PG115", message, place, "class MySettings(Settings): ..."))
    return None


def _class_settings(target: Target, place: Origin, problems: list[Diagnostic]) -> object:
    """The annotation on `settings` of the nearest class that has one; evaluated when it is text."""
    for cls in _own_classes(cast(type, target)):
        try:
            annotation: object = inspect.get_annotations(cls).get("settings")
            if isinstance(annotation, str):
                around = vars(sys.modules[cls.__module__])
                annotation = eval(annotation, dict(around), dict(vars(cls)))
        except Exception as error:  # it may be any expression
            message = f"the type on the settings of step '{target.__name__}' cannot be read: {error}"
            hint = "import it at the top of the module, not under TYPE_CHECKING or inside a function"
            problems.append(Diagnostic("PG113", message, place, hint))
            return None
        if annotation is not None:
            return annotation
    return None


def _mode(
    target: Target,
    parameters: tuple[Parameter, ...],
    output: object,
    place: Origin,
    problems: list[Diagnostic],
) -> Mode:
    options = target.options if isinstance(target, FunctionStep) else {"mode": getattr(target, "mode", None)}
    given = options.get("mode")
    if given is None:
        return "streaming" if is_stream(output) else "batch"
    mode = next((one for one in MODES if one == given), None)
    if mode is None:
        message = f"{given!r} is not an execution mode"
        problems.append(Diagnostic("PG116", message, place, suggest(str(given), MODES)))
        return "batch"
    streams = any(is_stream(one) for one in (output, *(one.annotation for one in parameters)))
    wrong = ""
    if mode == "streaming" and not streams:
        wrong = "is streaming but has no Iterator on run"
    elif mode == "row" and not parameters:
        wrong = "runs row by row but takes no input"
    if wrong:
        problems.append(Diagnostic("PG116", f"step '{target.__name__}' {wrong}", place))
    return mode


def _slug(target: Target, origin: Origin, problems: list[Diagnostic]) -> str:
    given = _given_slug(target)
    if given is None:
        return kebab(target.__name__)
    if not isinstance(given, str) or re.fullmatch(_SLUG, given) is None or len(given) > 63:
        hint = f"for example '{kebab(str(given))[:63]}'"
        problems.append(Diagnostic("PG119", f"{given!r} is not a slug", origin, hint))
    return str(given)


def _given_slug(target: Target) -> object:
    """The slug that the step itself was given; that of a class above it is not its own."""
    return target.options.get("slug") if isinstance(target, FunctionStep) else vars(target).get("slug")


def _prefix(target: Target) -> str:
    """MANUALMARKDOWNSTEP for the class ManualMarkdownStep, CLEAN_ROWS for the function clean_rows."""
    return env_prefix(str(_given_slug(target) or target.__name__)) or "STEP"
