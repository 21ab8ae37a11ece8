"""What values say about pipelines: read, merged, applied."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from pipegen import registry
from pipegen.app.gathering import Gathered
from pipegen.app.loading import shown
from pipegen.backend import Backend
from pipegen.dsl.project import Project, find
from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.frozen import frozen
from pipegen.ir import Json, Pipeline

if TYPE_CHECKING:
    from pipegen.values.document import Values
    from pipegen.values.nodes import Table


@frozen
class GivenValues:
    """Where a command line says values come from."""

    files: tuple[Path, ...] = ()
    sets: tuple[str, ...] = ()
    set_files: tuple[str, ...] = ()
    expand_env: bool = False

    def words(self, project: Project) -> list[str]:
        """The options that name these values again, with paths as they are seen from the root."""
        same = [one.resolve() for one in self.files] == [one.resolve() for one in own_files(project)]
        files = () if same else self.files
        found = [word for file in files for word in ("--values", shown(file, project.root))]
        found += [word for one in self.sets for word in ("--set", one)]
        found += [word for one in self.set_files for word in ("--set-file", one)]
        return [*found, *(["--expand-env"] if self.expand_env else [])]


def read_values(given: GivenValues, project: Project, backends: Sequence[Backend]) -> Values:
    """The merged values; sections of backends that are not asked for are only known by name."""
    from pipegen.values.document import read_values as read

    sections = {one.name: one.config for one in backends}
    return read(layers_of(given, project), sections, registry.sections())


def layers_of(given: GivenValues, project: Project) -> Table:
    """The values of all files and options, merged."""
    from pipegen.values.layers import load as load_layers

    paths = given.files or own_files(project)
    try:
        return load_layers(paths, given.sets, given.set_files, expand_env=given.expand_env, root=project.root)
    except PipegenError as error:
        place = None if given.files else project.place("values")
        raise PipegenError(*(_moved(one, place) for one in error.diagnostics)) from None


def _moved(one: Diagnostic, place: Origin | None) -> Diagnostic:
    """A file that is not there was named in pyproject.toml, unless the command line did."""
    return replace(one, origin=place) if one.code == "PG201" and one.origin is None else one


def own_files(project: Project) -> tuple[Path, ...]:
    """The values files that are read when none is named."""
    if project.values is not None:
        return tuple(project.root / one for one in project.values)
    default = project.root / "values.yaml"
    return (default,) if default.is_file() else ()


@frozen
class Merged:
    """What all values come to, and where each comes from."""

    data: Json
    rows: tuple[tuple[str, str, Origin], ...]


def merged(given: GivenValues) -> Merged:
    """The merged values, checked against every installed backend."""
    from pipegen.app.installed import every_backend
    from pipegen.values import show

    project = find(Path.cwd())
    node = layers_of(given, project)
    gathered = Gathered()
    gathered.attempt(read_values, given, project, tuple(every_backend()))
    gathered.found += unfit_run(node, project.root)
    gathered.refuse()
    return Merged(show.plain(node), tuple(show.rows(node)))


def unfit_run(node: Table, root: Path) -> list[Diagnostic]:
    """What is wrong with the section for the local engine, which costs nothing when there is none.

    Files and folders that it names need only be there where pipelines run.
    """
    from pipegen.values.nodes import find as entry

    pipelines = entry(node, "pipelines")
    own = getattr(pipelines.value, "entries", {}) if pipelines is not None else {}
    if not any(
        entry(node, *keys) for keys in ((registry.RUN,), *(("pipelines", one, registry.RUN) for one in own))
    ):
        return []
    from pipegen.engine.configs.section import check

    return [one for one in check(node, root) if one.code != "PG724"]


def as_yaml(values: Merged) -> str:
    from pipegen.emit.yaml import dump

    return dump(values.data)


def initial_values(names: Sequence[str]) -> str:
    """A values file with every key as a comment."""
    from pipegen.app.installed import configs
    from pipegen.engine.configs.sketch import sketched_section
    from pipegen.values.init import initial

    return initial(configs(names)) + sketched_section()


def configured(pipelines: Sequence[Pipeline], values: Values) -> tuple[Pipeline, ...]:
    """The pipelines with what values say about them."""
    from pipegen.values.apply import apply, unknown_pipelines

    everyone = {name for one in pipelines for name in _names(one)}
    gathered = Gathered(unknown_pipelines(values, [one.name for one in pipelines]))
    found = [gathered.attempt(apply, one, values, others=everyone - _names(one)) for one in pipelines]
    gathered.refuse()
    return tuple(one for one in found if one is not None)


def _names(pipeline: Pipeline) -> set[str]:
    return {*pipeline.steps, *(task.name for task in pipeline.every_task)}
