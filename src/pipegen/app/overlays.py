"""What an overlay lies over: a pipeline's files by the values that come before those that name the overlay."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pipegen.app.configuring import GivenValues, own_files
from pipegen.backend import Backend, Context
from pipegen.dsl.project import Project
from pipegen.emit.files import File
from pipegen.errors import Diagnostic, Origin, PipegenError
from pipegen.values.nodes import find
from pipegen.values.reading import shown

if TYPE_CHECKING:
    from pipegen.app.prepared import Again, Prepared
    from pipegen.values.document import Values

_KEYS = ("companions", "overlay")


def base_files(
    again: Again, values: Values, backend: Backend, name: str, told: Context
) -> Sequence[File] | None:
    """The files of the base; None where no values come before those of the overlay."""
    place = _place(values, ("pipelines", name, backend.name)) or _place(values, (backend.name,))
    before = _before(again.given, again.project, place)
    if before is None:
        return None
    try:
        return _lowered(again.prepare(before), backend, name, told)
    except PipegenError as error:
        files = ", ".join(shown(one, again.project.root) for one in before.files)
        message = (
            f"what the overlay lies over cannot be generated from {files}: {error.diagnostics[0].message}"
        )
        hint = "what is missing belongs into the values of the base"
        raise PipegenError(Diagnostic("PG570", message, place, hint)) from None


def _before(given: GivenValues, project: Project, place: Origin | None) -> GivenValues | None:
    """The files above the one that names the overlay; all of them when `--set` does."""
    files = given.files or own_files(project)
    names = [shown(one, project.root) for one in files]
    count = names.index(place.file) if place is not None and place.file in names else len(files)
    return GivenValues(tuple(files[:count]), expand_env=given.expand_env) if count else None


def _lowered(base: Prepared, backend: Backend, name: str, told: Context) -> Sequence[File]:
    base.gathered.refuse()
    assert base.values is not None
    pipeline = next(one for one in base.pipelines if one.name == name)
    return backend.lower(pipeline, base.values.section(backend.name, name), told)


def _place(values: Values, keys: tuple[str, ...]) -> Origin | None:
    entry = find(values.node, *keys, *_KEYS)
    return entry.key if entry is not None else None
