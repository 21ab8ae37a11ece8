"""The runners, post-processors and stores that are installed: found by entry point, imported when asked for."""

from __future__ import annotations

from typing import Any, Literal, NamedTuple

from pipegen import plugins
from pipegen.errors import Diagnostic, Origin, PipegenError, suggest

RUNNERS = "pipegen.runners"
PROCESSORS = "pipegen.processors"
STORES = "pipegen.stores"
Kind = Literal["runner", "processor", "store"]


class Group(NamedTuple):
    """One of the three kinds: its entry-point group, what it is called, and what a plugin must have."""

    kind: Kind
    group: str
    noun: str
    several: str
    does: str


KINDS: dict[str, Group] = {
    one.group: one
    for one in (
        Group("runner", RUNNERS, "runner", "runners", "open"),
        Group("processor", PROCESSORS, "post-processor", "post-processors", "process"),
        Group("store", STORES, "store", "stores", "open"),
    )
}


def names(group: str) -> tuple[str, ...]:
    """What is installed in a group."""
    return tuple(plugins.entry_points(group))


def plugin(group: str, name: str, origin: Origin | None = None) -> Any:
    """The plugin of that name, made; PipegenError when there is none, or when it does not work."""
    noun = KINDS[group].noun
    known = plugins.entry_points(group)
    if name not in known:
        hint = suggest(name, known) or "`pipegen backends list` shows what is installed"
        raise PipegenError(Diagnostic("PG720", f"there is no {noun} '{name}'", origin, hint))
    try:
        loaded = plugins.load(known[name])
        made: Any = loaded() if isinstance(loaded, type) else loaded
    except Exception as error:  # a plugin may fail in any way
        text = f"{type(error).__name__}: {error}"
        message = f"{noun} '{name}' ({known[name]}) cannot be loaded: {text}"
        raise PipegenError(Diagnostic("PG721", message, origin, "reinstall it")) from error
    problem = _broken(made, KINDS[group].does)
    if problem:
        message = f"{noun} '{name}' ({known[name]}) {problem}"
        hint = "see the documentation on adding one"
        raise PipegenError(Diagnostic("PG721", message, origin, hint))
    return made


def _broken(made: Any, does: str) -> str:
    from pydantic import BaseModel

    missing = [part for part in ("name", "summary", "config", does) if not hasattr(made, part)]
    if missing:
        return f"has no {', '.join(missing)}"
    if not (isinstance(made.config, type) and issubclass(made.config, BaseModel)):
        return "has a config that is no pydantic model"
    return ""
