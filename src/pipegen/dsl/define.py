"""Read a step class or function once: its inputs, output, settings and options."""

from __future__ import annotations

import inspect
import re
import sys
import typing
from collections.abc import Callable, Iterator
from typing import Any

from pipegen.dsl.definition import Definition, Parameter
from pipegen.dsl.options import options_of
from pipegen.dsl.step import OPTIONS, FunctionStep, Step, Target
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest

MODES = ("batch", "streaming", "row")
_STREAMS = ("Iterator", "Iterable", "Generator", "AsyncIterator")
_SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"


_known: dict[Target, Definition] = {}


def define(target: Target) -> Definition:
    """Everything pipegen knows of a step, read once; PipegenError lists all that is wrong with it."""
    if target not in _known:
        _known[target] = _read(target)
    return _known[target]


def _read(target: Target) -> Definition:
    origin = origin_of(target)
    name = target.__name__
    problems: list[Diagnostic] = []
    function = target.call if isinstance(target, FunctionStep) else getattr(target, "run", None)
    if not callable(function):
        raise PipegenError(
            Diagnostic("PG111", f"step '{name}' has no run method", origin, "def run(self, ...) -> ...: ...")
        )
    place = _place_of(function, origin)
    hints = _hints(function, name, place, problems)
    parameters = tuple(_parameters(function, hints, target, name, place, problems))
    if isinstance(target, type) and "__init__" in _own_attributes(target):
        problems.append(
            Diagnostic("PG117", f"step '{name}' defines __init__", origin, "read settings in run instead")
        )
    definition = Definition(
        slug=_slug(target, origin, problems),
        prefix=_prefix(target),
        target=target,
        parameters=parameters,
        output=_plain(hints.get("return", Any)),
        settings=_settings(target, hints, origin, problems),
        mode=_mode(target, parameters, hints, place, problems),
        options=options_of(_given(target), f"step '{name}'", origin, problems),
        doc=inspect.cleandoc(_own_doc(target)),
        origin=origin,
    )
    if problems:
        raise PipegenError(*problems)
    return definition


def kebab(name: str) -> str:
    """ManualMarkdownStep is manual-markdown-step; clean_rows is clean-rows."""
    parts = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", "-", name)
    return re.sub(r"[^a-z0-9]+", "-", parts.lower()).strip("-") or "step"


def origin_of(target: Target) -> Origin:
    """Where a step is written: its function, or the `run` of its class."""
    if isinstance(target, FunctionStep):
        return _place_of(target.call, target.origin)
    run = getattr(target, "run", None)
    module = sys.modules.get(target.__module__)
    file = Origin(getattr(module, "__file__", None) or target.__module__)
    return _place_of(run, file) if callable(run) else file


def _place_of(function: Callable[..., object], fallback: Origin) -> Origin:
    code = getattr(inspect.unwrap(function), "__code__", None)
    return Origin(code.co_filename, code.co_firstlineno) if code else fallback


def _own_attributes(target: type) -> set[str]:
    own = [cls for cls in target.__mro__ if cls not in Step.__mro__]
    return {name for cls in own for name in vars(cls)}


def _given(target: Target) -> dict[str, object]:
    if isinstance(target, FunctionStep):
        return {key: value for key, value in target.options.items() if key not in ("slug", "mode", "name")}
    own = _own_attributes(target)
    return {key: getattr(target, key) for key in OPTIONS if key in own}


def _own_doc(target: Target) -> str:
    doc = target.__doc__
    return "" if doc is None or (isinstance(target, type) and doc == Step.__doc__) else doc


def _hints(
    function: Callable[..., object], name: str, place: Origin, problems: list[Diagnostic]
) -> dict[str, object]:
    try:
        return typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        problems.append(
            Diagnostic(
                "PG113",
                f"a type on the run of step '{name}' is not defined: {error}",
                place,
                "import it at the top of the module, not under TYPE_CHECKING or inside a function",
            )
        )
    except Exception as error:  # an annotation may be any expression
        problems.append(
            Diagnostic(
                "PG113",
                f"a type on the run of step '{name}' cannot be read: {error}",
                place,
                "check the annotations of run",
            )
        )
    return dict.fromkeys((*inspect.signature(function).parameters, "return"), Any)


def _parameters(
    function: Callable[..., object],
    hints: dict[str, object],
    target: Target,
    name: str,
    place: Origin,
    problems: list[Diagnostic],
) -> Iterator[Parameter]:
    parameters = list(inspect.signature(function).parameters.values())
    for parameter in parameters[1:] if isinstance(target, type) else parameters:
        if isinstance(target, FunctionStep) and parameter.name == "settings":
            continue
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            problems.append(
                Diagnostic(
                    "PG114",
                    f"parameter '{parameter}' of step '{name}' cannot be fed by name",
                    place,
                    "write each input as a parameter of its own",
                )
            )
        elif parameter.name not in hints:
            problems.append(
                Diagnostic(
                    "PG112",
                    f"parameter '{parameter.name}' of step '{name}' has no type",
                    place,
                    f"write '{parameter.name}: list[Row]', or Any where anything goes",
                )
            )
        else:
            required = parameter.default is parameter.empty
            yield Parameter(parameter.name, _plain(hints[parameter.name]), required)


def _plain(annotation: object) -> object:
    return None if annotation is type(None) else annotation


def _settings(
    target: Target,
    hints: dict[str, object],
    origin: Origin,
    problems: list[Diagnostic],
) -> type | None:
    found: object = hints.get("settings") if isinstance(target, FunctionStep) else _class_settings(target)
    if found is None:
        return None
    if isinstance(found, str) or not (
        isinstance(found, type) and getattr(found, "__pipegen_settings__", False)
    ):
        problems.append(
            Diagnostic(
                "PG115",
                f"the settings of step '{target.__name__}' are not a subclass of pipegen.Settings",
                origin,
                "class MySettings(Settings): ...",
            )
        )
        return None
    return found


def _class_settings(target: type[Step]) -> object:
    """The annotation on `settings`, of the nearest class that has one; evaluated when it is text."""
    for cls in target.__mro__[: target.__mro__.index(Step)]:
        annotation = inspect.get_annotations(cls).get("settings")
        if isinstance(annotation, str):
            try:
                return inspect.get_annotations(cls, eval_str=True)["settings"]
            except Exception:  # it may be any expression; the caller reports it
                return annotation
        if annotation is not None:
            return annotation
    return None


def _mode(
    target: Target,
    parameters: tuple[Parameter, ...],
    hints: dict[str, object],
    place: Origin,
    problems: list[Diagnostic],
) -> Any:
    given = target.options.get("mode") if isinstance(target, FunctionStep) else getattr(target, "mode", None)
    streams = [_is_stream(one.annotation) for one in parameters]
    if given is None:
        return "streaming" if _is_stream(hints.get("return")) else "batch"
    if given not in MODES:
        problems.append(
            Diagnostic("PG116", f"'{given}' is not an execution mode", place, suggest(str(given), MODES))
        )
    elif given == "streaming" and not (any(streams) or _is_stream(hints.get("return"))):
        problems.append(
            Diagnostic("PG116", f"step '{target.__name__}' is streaming but has no Iterator on run", place)
        )
    elif given == "row" and not parameters:
        problems.append(
            Diagnostic("PG116", f"step '{target.__name__}' runs row by row but takes no input", place)
        )
    return given


def _is_stream(annotation: object) -> bool:
    origin = typing.get_origin(annotation) or annotation
    return getattr(origin, "__name__", "") in _STREAMS and getattr(origin, "__module__", "") in (
        "collections.abc",
        "typing",
    )


def _slug(target: Target, origin: Origin, problems: list[Diagnostic]) -> str:
    given = _given_slug(target)
    if given is None:
        return kebab(target.__name__)
    if not isinstance(given, str) or re.fullmatch(_SLUG, given) is None or len(given) > 63:
        problems.append(
            Diagnostic("PG119", f"{given!r} is not a slug", origin, f"for example '{kebab(str(given))[:63]}'")
        )
    return str(given)


def _given_slug(target: Target) -> object:
    if isinstance(target, FunctionStep):
        return target.options.get("slug")
    return vars(target).get("slug")


def _prefix(target: Target) -> str:
    """MANUALMARKDOWNSTEP for the class ManualMarkdownStep, CLEAN_ROWS for the function clean_rows."""
    given = _given_slug(target)
    return str(given).replace("-", "_").upper() if given else re.sub(r"\W", "_", target.__name__).upper()
