"""A target with its values and backends: what `generate` and `check` work on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from pipegen import registry
from pipegen.app.configuring import GivenValues, configured, read_values
from pipegen.app.gathering import Gathered
from pipegen.app.given_settings import given_settings, open_secrets_in_values
from pipegen.app.loading import load, with_those_beside
from pipegen.app.places import at, in_values
from pipegen.backend import Backend, Context, can_of, notes_of, over_base
from pipegen.checks import check, unknown_ignored, unsupported
from pipegen.dsl.project import Project
from pipegen.emit.files import File
from pipegen.errors import Diagnostic, PipegenError, Related
from pipegen.frozen import frozen
from pipegen.ir import Pipeline

if TYPE_CHECKING:
    from pipegen.values.document import Values


class Again(NamedTuple):
    """What it takes to prepare the same with other values."""

    prepare: Callable[[GivenValues], Prepared]
    given: GivenValues
    project: Project


@frozen
class Prepared:
    """Everything that could be read, and everything that was found wrong so far."""

    pipelines: tuple[Pipeline, ...]
    backends: tuple[Backend, ...]
    values: Values | None
    gathered: Gathered
    again: Again | None = None

    def lower(self, context: Context, command: Callable[[str], str] | None = None) -> list[File]:
        """The files of every pipeline from every backend; what a backend refuses is noted.

        `command` says how the files of one backend are made again: they must not depend on which others
        were asked for in the same call.
        """
        assert self.values is not None, "nothing may have failed"
        files: list[File] = []
        for pipeline in self.pipelines:
            for one in self.backends:
                config = self.values.section(one.name, pipeline.name)
                refused = Gathered()
                told = context if command is None else context._replace(command=command(one.name))
                made = refused.attempt(one.lower, pipeline, config, told) or ()
                base = partial(self._base, one, pipeline.name, told)
                files.extend(refused.attempt(over_base, one, config, base, made) or ())
                if not refused.found:
                    refused.found.extend(notes_of(one, pipeline, config))
                self.gathered.found.extend(in_values(self.values, one.name, refused.found))
        return files

    def _base(self, backend: Backend, name: str, told: Context) -> Sequence[File] | None:
        """What an overlay of a pipeline lies over."""
        if self.again is None or self.values is None:
            return None
        from pipegen.app.overlays import base_files

        return base_files(self.again, self.values, backend, name, told)


def prepare(
    target: str | None,
    project: Project,
    backends: Sequence[str],
    given: GivenValues,
    *,
    known: Sequence[Backend] = (),
    schemas: bool = False,
) -> Prepared:
    """Load, link, read values, apply them, run every rule; what fails early does not hide the rest.

    Sections of values for backends that are `known` are checked although nothing is compiled with them.
    """
    gathered = Gathered()
    chosen = tuple(_loaded(backends, project, gathered))
    pipelines = gathered.attempt(load, target, project, schemas=schemas) or ()
    values = gathered.attempt(read_values, given, project, (*chosen, *known))
    if values is not None and pipelines:
        load_again = partial(load, target, project, schemas=schemas)
        pipelines = (
            gathered.attempt(values_applied, pipelines, values, target, project, load_again) or pipelines
        )
    for pipeline in pipelines:
        found = check(pipeline)
        gathered.found.extend(
            open_secrets_in_values(found, pipeline, values) if values is not None else found
        )
        gathered.found.extend(given_settings(pipeline, project, values))
        for one in chosen:
            if values is not None:
                gathered.found.extend(gathered.attempt(_unfit, pipeline, one, values) or ())
    again = Again(lambda other: prepare(target, project, backends, other), given, project)
    return Prepared(pipelines, chosen, values, gathered, again)


def _in_their_modes(
    pipelines: tuple[Pipeline, ...], values: Values, load_again: Callable[..., tuple[Pipeline, ...]]
) -> tuple[Pipeline, ...]:
    """The same, with every edge judged anew where values change what a task takes and returns."""
    if not (values.steps or values.pipelines):
        return pipelines
    from pipegen.values.modes import origin_of, retyping

    written = [one for one in pipelines if not one.target.endswith(".json")]
    modes = {one.name: found for one in written if (found := retyping(one, values))}
    if not modes:
        return pipelines
    try:
        return load_again(modes=modes)
    except PipegenError as error:
        places = [
            Related(place, f"the mode that values give to task '{name}'")
            for one in written
            for name in modes.get(one.name, ())
            if (place := origin_of(one, name, values)) is not None
        ]
        told = (replace(one, related=(*one.related, *places)) for one in error.diagnostics)
        raise PipegenError(*told) from None


def values_applied(
    pipelines: tuple[Pipeline, ...],
    values: Values,
    target: str | None,
    project: Project,
    load_again: Callable[..., tuple[Pipeline, ...]] | None = None,
) -> tuple[Pipeline, ...]:
    """The pipelines as values want them; only who speaks of single ones may mean those beside them."""
    pipelines = _in_their_modes(pipelines, values, load_again or partial(load, target, project))
    speaks = values.pipelines or values.steps
    everyone = with_those_beside(pipelines, target, project) if speaks else pipelines
    return configured(everyone, values)[: len(pipelines)]


def _loaded(names: Sequence[str], project: Project, gathered: Gathered) -> Iterator[Backend]:
    for name in dict.fromkeys(names):
        refused = Gathered()
        found = refused.attempt(registry.backend, name)
        if found is not None:
            yield found
        place = project.place("backend") if refused.found and name in project.backends else None
        gathered.found.extend(at(place, refused.found))


def _unfit(pipeline: Pipeline, backend: Backend, values: Values) -> list[Diagnostic]:
    """What the backend cannot express, and features that are ignored but do not exist."""
    config = values.section(backend.name, pipeline.name)
    ignore: tuple[str, ...] = getattr(config, "ignore", ())
    return [
        *in_values(values, backend.name, unknown_ignored(backend.name, ignore)),
        *unsupported(pipeline, backend.name, can_of(backend, config), ignore),
    ]


def chosen_backends(given: Sequence[str], project: Project) -> tuple[str, ...]:
    """The backends that are named on the command line, or else in pyproject.toml."""
    chosen = tuple(dict.fromkeys(given)) or project.backends
    if not chosen:
        known = ", ".join(f"'{name}'" for name in registry.names())
        hint = f"say --backend NAME; there is {known}"
        raise PipegenError(Diagnostic("PG195", "it is not said what to compile to", None, hint))
    return chosen
