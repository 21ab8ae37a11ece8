"""Write a pipeline once, as typed Python steps; compile it to what your orchestrator runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pipegen.dsl.pipeline import Parameter, Pipeline
    from pipegen.dsl.settings import Settings
    from pipegen.dsl.step import Step, step
    from pipegen.ir import Cache, Resources, Retry
    from pipegen.runtime.context import RuntimeContext
    from pipegen.runtime.scratch import use_workdir, workdir

__version__ = "0.1.0"
__all__ = [
    "Cache",
    "Parameter",
    "Pipeline",
    "Resources",
    "Retry",
    "RuntimeContext",
    "Settings",
    "Step",
    "step",
    "use_workdir",
    "workdir",
]

_HOMES = {
    "Cache": "pipegen.ir",
    "Parameter": "pipegen.dsl.pipeline",
    "Pipeline": "pipegen.dsl.pipeline",
    "Resources": "pipegen.ir",
    "Retry": "pipegen.ir",
    "RuntimeContext": "pipegen.runtime.context",
    "Settings": "pipegen.dsl.settings",
    "Step": "pipegen.dsl.step",
    "step": "pipegen.dsl.step",
    "use_workdir": "pipegen.runtime.scratch",
    "workdir": "pipegen.runtime.scratch",
}


def __getattr__(name: str) -> object:
    """Import what is asked for when it is asked for: `import pipegen` costs nothing."""
    if name not in _HOMES:
        raise AttributeError(f"module 'pipegen' has no attribute {name!r}")
    from importlib import import_module

    value: object = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
