"""What values say about pipelines: read, merged, applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from pipegen import registry
from pipegen.app.loading import shown
from pipegen.backend import Backend
from pipegen.dsl.project import Project
from pipegen.errors import PipegenError, refuse
from pipegen.ir import Pipeline

if TYPE_CHECKING:
    from pipegen.values.document import Values


@dataclass(frozen=True, slots=True)
class GivenValues:
    """Where a command line says values come from."""

    files: tuple[Path, ...] = ()
    sets: tuple[str, ...] = ()
    set_files: tuple[str, ...] = ()
    expand_env: bool = False

    def words(self, root: Path) -> list[str]:
        """The options that name these values again, with paths as they are seen from the root."""
        found = [word for file in self.files for word in ("--values", shown(file, root))]
        found += [word for one in self.sets for word in ("--set", one)]
        found += [word for one in self.set_files for word in ("--set-file", one)]
        return [*found, *(["--expand-env"] if self.expand_env else [])]


def read_values(
    given: GivenValues, project: Project, backends: Sequence[Backend], *, every: bool = False
) -> Values:
    """The merged values; sections of backends that are not asked for are only known by name."""
    from pipegen.values.document import read_values as read
    from pipegen.values.layers import load as load_layers

    paths = given.files or tuple(project.root / one for one in project.values or ())
    default = project.root / "values.yaml"
    if not paths and project.values is None and default.is_file():
        paths = (default,)
    node = load_layers(paths, given.sets, given.set_files, expand_env=given.expand_env, root=project.root)
    sections = {one.name: one.config for one in backends}
    return read(node, sections, registry.names())


def configured(pipelines: Sequence[Pipeline], values: Values) -> tuple[Pipeline, ...]:
    """The pipelines with what values say about them."""
    from pipegen.values.apply import apply, unknown_pipelines

    everyone = {name for one in pipelines for name in _names(one)}
    problems = list(unknown_pipelines(values, [one.name for one in pipelines]))
    found: list[Pipeline] = []
    for one in pipelines:
        try:
            found.append(apply(one, values, others=everyone - _names(one)))
        except PipegenError as error:
            problems.extend(error.diagnostics)
    refuse(problems)
    return tuple(found)


def _names(pipeline: Pipeline) -> set[str]:
    return {*pipeline.steps, *(task.name for task in pipeline.every_task)}
