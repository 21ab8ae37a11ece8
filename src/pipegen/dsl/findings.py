"""What is found wrong while a pipeline is read, with places as they may be shown."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from pipegen.dsl.project import Project
from pipegen.errors import Diagnostic, Origin, Related, refuse


class Findings:
    """Collects diagnostics, so that everything is reported together."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.problems: list[Diagnostic] = []
        self.files: dict[str, str] = {}

    def say(self, code: str, message: str, origin: Origin | None, hint: str = "", *related: Related) -> None:
        moved = tuple(Related(self.place(one.origin), one.note) for one in related)
        self.problems.append(Diagnostic(code, message, origin and self.place(origin), hint, moved))

    def take(self, diagnostics: Iterable[Diagnostic], at: Origin) -> None:
        """Those of another part; what has no place there is at the one given."""
        for one in diagnostics:
            self.problems.append(replace(one, origin=self.place(one.origin or at)))

    def place(self, origin: Origin) -> Origin:
        """An origin as it may be shown and kept: relative to the project."""
        file = self.files.get(origin.file)
        if file is None:
            file = self.files[origin.file] = self.project.relative(origin.file)
        return Origin(file, origin.line, origin.column)

    def refuse(self) -> None:
        """PipegenError when anything was found."""
        refuse(self.problems)
