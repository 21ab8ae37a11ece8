"""Read a step class or function once: its inputs, output, settings and options."""

from __future__ import annotations

import inspect
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import Any, cast

from pipegen.dsl.definition import Definition, Parameter
from pipegen.dsl.modes import MODES, misfit, mode_of
from pipegen.dsl.options import options_of
from pipegen.dsl.signature import function_of, none_as_none, parameters_of, place_of, types_of
from pipegen.dsl.step import OPTIONS, FunctionStep, Step, Target
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest
from pipegen.ir import Cache, Mode, Resources, Retry
from pipegen.names import ascii_text, env_prefix

_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"

_known: dict[Target, tuple[Definition, tuple[Diagnostic, ...]]] = {}


def define(target: Target) -> Definition:
    """Everything pipegen knows of a step, read once; PipegenError lists all that is wrong with it."""
    definition, problems = examine(target)
    if problems:
        raise PipegenError(*problems)
    return definition


def examine(target: Target) -> tuple[Definition, tuple[Diagnostic, ...]]:
    """A step as far as it can be read, with what is wrong with it; PipegenError when it cannot be read."""
    if target not in _known:
        _known[target] = _read(target)
    return _known[target]


def _read(target: Target) -> tuple[Definition, tuple[Diagnostic, ...]]:
    origin = origin_of(target)
    where = partial(_where, target, origin)
    problems: list[Diagnostic] = []
    function = function_of(target, origin)
    place = place_of(function, origin)
    types = types_of(target, function, place, problems)
    parameters = tuple(parameters_of(target, function, types, place, problems))
    problems += _no_part_of_a_step(target, where)
    definition = Definition(
        slug=_slug(target, where, problems),
        prefix=_prefix(target),
        target=target,
        parameters=parameters,
        output=none_as_none(types.get("return", Any)),
        settings=_settings(target, types, place, problems),
        mode=_mode(target, parameters, types.get("return"), where, problems),
        options=options_of(_given(target), f"step '{target.__name__}'", where, problems),
        doc=_doc(target),
        origin=origin,
    )
    return definition, tuple(problems)


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
    file = getattr(module, "__file__", None) or target.__module__
    if callable(run):
        return place_of(run, Origin(file))
    from pipegen.dsl.places import class_place  # only a mistake pays for it

    return class_place(file, target.__name__)


def _own_classes(target: type) -> tuple[type, ...]:
    """The user's part of a class's ancestry."""
    return tuple(cls for cls in target.__mro__ if cls not in Step.__mro__)


def _given(target: Target) -> Mapping[str, object]:
    """The options as written on a class and those above it, or in @step(...)."""
    if isinstance(target, FunctionStep):
        return {key: value for key, value in target.options.items() if key not in ("slug", "mode")}
    own = {name for cls in _own_classes(target) for name in vars(cls)}
    return {key: getattr(target, key) for key in OPTIONS if key in own}


def _where(target: Target, origin: Origin, key: str) -> Origin:
    """Where an option or another attribute of a step is written; its `run`, when that cannot be found."""
    from pipegen.dsl.places import option_place  # only a mistake pays for it

    return option_place(target.origin if isinstance(target, FunctionStep) else origin, key)


def _no_part_of_a_step(target: Target, where: Callable[[str], Origin]) -> Iterator[Diagnostic]:
    """What a class may hold in Python, but would lose its meaning on a step."""
    if isinstance(target, FunctionStep):
        return
    for cls in _own_classes(target):
        for name, value in vars(cls).items():
            if name == "__init__" and not getattr(cls, "_is_protocol", False):
                message = f"step '{target.__name__}' defines __init__"
                place = place_of(cast(Callable[..., object], value), where(name))
                yield Diagnostic("PG117", message, place, "read settings in run instead")
            if name not in OPTIONS and _looks_like_an_option(name, value):
                message = f"step '{target.__name__}' has no option '{name}'"
                yield Diagnostic("PG118", message, where(name), suggest(name, OPTIONS))


def _looks_like_an_option(name: str, value: object) -> bool:
    """An option under another name, or under a name with a slip of the pen in it, would be lost silently."""
    if not name.islower() or name.startswith("_"):
        return False
    if isinstance(value, (Retry, Resources, Cache)):
        return True
    near = [one for one in OPTIONS if one[0] == name[0] and abs(len(one) - len(name)) <= 2]
    if not near or callable(value) or name.rstrip("s") in {one.rstrip("s") for one in OPTIONS}:
        return False
    from difflib import get_close_matches  # seldom: two names that begin alike

    return bool(get_close_matches(name, near, cutoff=0.8))


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
    own = isinstance(found, type) and found.__module__ == target.__module__
    hint = f"class {cast(type, found).__name__ if own else 'MySettings'}(Settings): ..."
    problems.append(Diagnostic("PG115", message, place, hint))
    return None


def _class_settings(target: Target, place: Origin, problems: list[Diagnostic]) -> object:
    """The annotation on `settings` of the nearest class that has one; evaluated when it is text."""
    for cls in _own_classes(cast(type, target)):
        try:
            annotation: object = inspect.get_annotations(cls).get("settings")
            while isinstance(annotation, str):  # a quoted one is text in text where all annotations are
                annotation = eval(annotation, dict(vars(sys.modules[cls.__module__])), dict(vars(cls)))
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
    where: Callable[[str], Origin],
    problems: list[Diagnostic],
) -> Mode:
    options = target.options if isinstance(target, FunctionStep) else {"mode": getattr(target, "mode", None)}
    given = options.get("mode")
    if given is None:
        return mode_of(output)
    mode = next((one for one in MODES if one == given), None)
    if mode is None:
        message = f"{given!r} is not an execution mode"
        problems.append(Diagnostic("PG116", message, where("mode"), suggest(str(given), MODES)))
        return "batch"
    wrong, hint = misfit(mode, parameters, output)
    if wrong:
        problems.append(Diagnostic("PG116", f"step '{target.__name__}' {wrong}", where("mode"), hint))
    return mode


def _slug(target: Target, where: Callable[[str], Origin], problems: list[Diagnostic]) -> str:
    given = _given_slug(target)
    if given is None:
        return kebab(target.__name__)
    if not isinstance(given, str) or re.fullmatch(_SLUG, given) is None or len(given) > 63:
        hint = f"for example '{kebab(str(given) or target.__name__)[:63]}'"
        problems.append(Diagnostic("PG119", f"{given!r} is not a slug", where("slug"), hint))
    return str(given)


def _given_slug(target: Target) -> object:
    """The slug that the step itself was given; that of a class above it is not its own."""
    return target.options.get("slug") if isinstance(target, FunctionStep) else vars(target).get("slug")


def _prefix(target: Target) -> str:
    """MANUALMARKDOWNSTEP for the class ManualMarkdownStep, CLEAN_ROWS for the function clean_rows."""
    return env_prefix(str(_given_slug(target) or target.__name__)) or "STEP"
