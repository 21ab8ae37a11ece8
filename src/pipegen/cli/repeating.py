"""The command that runs a part of a pipeline again as it was run before."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from pipegen.app.resuming import from_here
from pipegen.engine.events import Plan
from pipegen.engine.records import RunRecord

_WITH_VALUE = ("--step", "-s", "--from", "--to", "--resume")
_ALONE = ("--force", "--dry-run", "-n", "--schedule")


def again(words: Sequence[str], named: bool, task: str, plan: Plan) -> str:
    """The same `pipegen run` for a task and all that comes after it; `words` are those behind `pipegen`.

    A run that was continued may have been named by its id alone (`named` is about a target): what that stood for is
    written out. What comes after a run has nothing after it.
    """
    kept = list(_kept(words))
    if any(word.partition("=")[0] == "--resume" for word in words):
        if not named:
            kept.insert(1, from_here(plan.run.target, plan.root))
        kept += _parameters(plan.run, kept)
    handler = any(task == one.name for one in plan.pipeline.handlers)
    return shlex.join(("pipegen", *kept, "--step" if handler else "--from", task))


def continued(words: Sequence[str], run: str) -> str:
    """The command that takes up a run where it ended; what that remembers by itself is left out.

    Runner, post-processors and values are not remembered: without them it would be another run that goes on.
    """
    return shlex.join(("pipegen", *_kept(words, (*_WITH_VALUE, "--param", "-p")), "--resume", run))


def _kept(words: Sequence[str], with_value: Sequence[str] = _WITH_VALUE) -> Iterator[str]:
    """All but what chooses tasks, and how the first run was done."""
    rest = iter(words)
    short = tuple(one for one in with_value if len(one) == 2)
    for word in rest:
        name, equals, _ = word.partition("=")
        if name in with_value:
            if not equals:
                next(rest, None)
        elif word not in _ALONE and not (word.startswith(short) and len(word) > 2):
            yield word


def _parameters(run: RunRecord, kept: Sequence[str]) -> Iterator[str]:
    """What was given to the run when it began, unless it was said anew."""
    said = [word.removeprefix("--param=").removeprefix("-p").partition("=")[0] for word in kept]
    for name, text in run.parameters.items():
        if name not in said:
            yield from ("--param", f"{name}={text}")
