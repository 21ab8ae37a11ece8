"""Everything that can be said about pipelines and values without running or writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipegen import __version__
from pipegen.app.configuring import GivenValues, unfit_run
from pipegen.app.gathering import Gathered
from pipegen.app.handing_on import not_handed_on
from pipegen.app.installed import every_backend
from pipegen.app.known import known as known_targets
from pipegen.app.loading import project_of
from pipegen.app.prepared import Prepared, prepare
from pipegen.backend import Context
from pipegen.errors import Diagnostic
from pipegen.ir import Json, Pipeline

# What is wrong with the question rather than with what it is about: nothing could be checked.
_ASKED_WRONG = {
    "PG101",
    "PG104",
    "PG106",
    "PG181",
    "PG182",
    "PG196",
    "PG201",
    "PG212",
    "PG215",
    "PG573",
    "PG574",
}


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what was found."""

    root: Path
    pipelines: tuple[Pipeline, ...]
    diagnostics: tuple[Diagnostic, ...]

    @property
    def answered(self) -> bool:
        """Whether there was something to check."""
        return not any(one.code in _ASKED_WRONG for one in self.diagnostics)

    def ok(self, strict: bool = False) -> bool:
        return not any(one.severity == "error" or strict for one in self.diagnostics)

    def data(self) -> dict[str, Json]:
        return {
            "ok": self.ok(),
            "pipelines": [one.name for one in self.pipelines],
            "diagnostics": [diagnostic_data(one) for one in self.diagnostics],
        }


def diagnostic_data(one: Diagnostic) -> dict[str, Json]:
    """A diagnostic for a program."""
    origin = one.origin
    return {
        "code": one.code,
        "severity": one.severity,
        "message": one.message,
        "hint": one.hint,
        "file": origin.file if origin else None,
        "line": origin.line or None if origin else None,
        "column": origin.column or None if origin else None,
        "related": [{"place": str(other.origin), "note": other.note} for other in one.related],
    }


def _deeply(prepared: Prepared, context: Context) -> list[Diagnostic]:
    from pipegen.app.deep import deep_findings

    found = Gathered()
    return [*(found.attempt(lambda: list(deep_findings(prepared, context))) or ()), *found.found]


def check_all(
    target: str | None, backends: Sequence[str], given: GivenValues, *, deep: bool = False
) -> Checked:
    """Everything that is wrong with pipelines, values, and what backends would make of them.

    A deep check also asks the libraries of the targets, where a backend has one.
    """
    project = project_of(target)
    chosen = tuple(backends) or project.backends
    known = () if chosen else tuple(every_backend())
    prepared = prepare(target, project, chosen, given, known=known, schemas=True)
    for one in prepared.pipelines:
        prepared.gathered.found.extend(not_handed_on(one, project))
    if prepared.values is not None:
        prepared.gathered.found.extend(unfit_run(prepared.values.node, project.root))
    if not prepared.gathered.failed:
        context = Context(__version__, "pipegen generate", known=known_targets(target, project))
        prepared.lower(context)
        if deep and not prepared.gathered.failed:
            prepared.gathered.found.extend(_deeply(prepared, context))
    return Checked(project.root, prepared.pipelines, prepared.gathered.in_order)
