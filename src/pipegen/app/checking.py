"""Everything that can be said about pipelines and values without running or writing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from pipegen import registry
from pipegen.app.configuring import GivenValues, configured, read_values
from pipegen.app.generating import problems
from pipegen.app.loading import load, project_of
from pipegen.errors import Diagnostic, PipegenError, in_order
from pipegen.ir import Json, Pipeline


@dataclass(frozen=True, slots=True)
class Checked:
    """What was looked at, and what was found."""

    root: Path
    pipelines: tuple[Pipeline, ...]
    diagnostics: tuple[Diagnostic, ...]

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


def check_all(target: str | None, backends: Sequence[str], given: GivenValues) -> Checked:
    """Load, link, read values, apply them, run every rule; what fails early does not hide the rest."""
    project = project_of(target)
    found: list[Diagnostic] = []
    pipelines: tuple[Pipeline, ...] = ()
    chosen = [registry.backend(name) for name in backends]
    every = chosen or [registry.backend(name) for name in registry.names()]
    try:
        pipelines = load(target, project, schemas=True)
    except PipegenError as error:
        found.extend(error.diagnostics)
    try:
        values = read_values(given, project, every)
        pipelines = configured(pipelines, values) if pipelines else ()
        found.extend(problems(pipelines, chosen, values))
    except PipegenError as error:
        found.extend(error.diagnostics)
    return Checked(project.root, pipelines, in_order(found))
