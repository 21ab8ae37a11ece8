"""Find what is installed under an entry-point group, and import one only when it is asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from pipegen import plugins
from pipegen.errors import Diagnostic, PipegenError, suggest

if TYPE_CHECKING:
    from pipegen.backend import Backend

BACKENDS = "pipegen.backends"
RUN = "run"  # the section of values for the local engine, which only `pipegen run` reads

CODES: dict[str, tuple[str, str]] = {
    "PG181": (
        "unknown backend",
        "No installed package offers a backend of that name. `pipegen backends list` shows what there is.",
    ),
    "PG182": (
        "backend that cannot be loaded",
        "The package that offers the backend is installed, but its code could not be imported or does not "
        "keep the contract.",
    ),
    "PG183": (
        "config for something else",
        "The `type` in a config names one backend, runner, post-processor or store, and the command line another.",
    ),
}


def names(group: str = BACKENDS) -> tuple[str, ...]:
    return tuple(sorted(plugins.entry_points(group)))


def sections() -> tuple[str, ...]:
    """The sections of values that somebody reads: the backends' own, and that of the local engine."""
    return (*names(), RUN)


def backend(name: str) -> Backend:
    """The backend of that name."""
    known = plugins.entry_points(BACKENDS)
    if name not in known:
        raise PipegenError(Diagnostic("PG181", f"there is no backend '{name}'", None, suggest(name, known)))
    try:
        loaded = plugins.load(known[name])
        made = loaded() if isinstance(loaded, type) else loaded
    except Exception as error:  # a plugin may fail in any way
        text = f"{type(error).__name__}: {error}"
        raise PipegenError(
            Diagnostic(
                "PG182", f"backend '{name}' ({known[name]}) cannot be loaded: {text}", None, "reinstall it"
            )
        ) from error
    missing = [part for part in ("name", "summary", "config", "can", "lower") if not hasattr(made, part)]
    if missing:
        message = f"backend '{name}' ({known[name]}) has no {', '.join(missing)}"
        raise PipegenError(Diagnostic("PG182", message, None, "see the documentation on adding a backend"))
    return cast("Backend", made)
