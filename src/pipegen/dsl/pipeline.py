"""The `Pipeline` a user names, and the parameters it exposes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pipegen.dsl.step import Node, caller, nodes_in
from pipegen.ir import Concurrency, Json

if TYPE_CHECKING:
    from pipegen.app.api import Result


class _Unset:
    def __repr__(self) -> str:
        return "unset"


UNSET = _Unset()


class Parameter:
    """A setting of one or more tasks under a name, so that a single run can set it.

    Targets are written "task.field"; a field of a nested model is "task.model.field".
    """

    __slots__ = ("choices", "default", "description", "name", "origin", "targets")

    def __init__(
        self,
        name: str,
        *targets: str,
        default: object = UNSET,
        choices: Sequence[Json] = (),
        description: str = "",
    ) -> None:
        self.name = name
        self.targets = targets
        self.default = default
        self.choices = choices
        self.description = description
        self.origin = caller()


class Pipeline:
    """A named graph, given by its last steps: `Pipeline("reviews", report, schedule="0 4 * * *")`."""

    def __init__(
        self,
        name: str,
        *sinks: Node | Sequence[Node],
        description: str = "",
        schedule: str | None = None,
        timezone: str | None = None,
        concurrency: Concurrency | None = None,
        deadline: str | int | None = None,
        parameters: Sequence[Parameter] = (),
        on_failure: Node | None = None,
        on_exit: Node | None = None,
        labels: Mapping[str, str] | None = None,
    ) -> None:
        self.name = name
        self.sinks = sinks
        self.description = description
        self.schedule = schedule
        self.timezone = timezone
        self.concurrency = concurrency
        self.deadline = deadline
        self.parameters = parameters
        self.on_failure = on_failure
        self.on_exit = on_exit
        self.labels = labels or {}
        self.origin = caller()
        for node in (one for end in (*sinks, on_failure, on_exit) for one in nodes_in(end)):
            node._placement.is_sink = True

    def run(self, **options: Any) -> Result:
        """Run it on this machine, as `pipegen run` does; the options are those of `pipegen.app.api`."""
        from importlib import import_module  # the engine lies above, and is loaded by who runs something

        result: Result = import_module("pipegen.app.api").run_pipeline(self, **options)
        return result

    def __repr__(self) -> str:
        return f"<Pipeline {self.name!r} at {self.origin}>"
