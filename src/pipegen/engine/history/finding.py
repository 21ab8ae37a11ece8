"""The run that somebody means: by its id, by the beginning of one, or as `last`."""

from __future__ import annotations

from pipegen.engine.history.contract import Store
from pipegen.engine.records import RunRecord
from pipegen.errors import Diagnostic, PipegenError, suggest

LAST = "last"
_SHOWN = 5


def find_run(store: Store, text: str, pipeline: str | None = None) -> RunRecord:
    """The run of that id; PipegenError when there is none, or when a beginning fits several."""
    if text == LAST:
        for run in store.list_runs(pipeline, 1):
            return run
        of = f" of pipeline '{pipeline}'" if pipeline is not None else ""
        raise _missing(f"there is no run{of} yet", "pipegen run starts one")
    exact = store.get_run(text)
    if exact is not None:
        return exact
    runs = store.list_runs()
    fitting = [run for run in runs if run.id.startswith(text)]
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        shown = ", ".join(run.id for run in fitting[:_SHOWN]) + (", ..." if len(fitting) > _SHOWN else "")
        raise _missing(f"'{text}' is the beginning of {len(fitting)} runs", f"write more of one: {shown}")
    near = suggest(text, (LAST, *(run.id for run in runs)))
    hint = near if near.startswith("did you mean") else "pipegen runs list shows them; 'last' is the newest"
    raise _missing(f"there is no run '{text}'", hint)


def _missing(message: str, hint: str) -> PipegenError:
    return PipegenError(Diagnostic("PG776", message, None, hint))
