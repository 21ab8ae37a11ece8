"""The user's line behind a field that a cluster refuses."""

from __future__ import annotations

from contextlib import chdir
from dataclasses import replace
from pathlib import Path

from pipegen.app.cluster_objects import Source, Wanted
from pipegen.app.configuring import GivenValues
from pipegen.app.loading import from_root, project_of
from pipegen.backends.kubernetes.labels import BACKEND
from pipegen.cluster import fields
from pipegen.cluster.objects import Manifest, place
from pipegen.cluster.refusals import Refusal
from pipegen.dsl.load import split
from pipegen.errors import Diagnostic, Origin, PipegenError

_MOST = 5  # each is found by compiling many times


class Places:
    """Where refused fields come from: a line of code or values, or of the manifest."""

    def __init__(self, source: Source, wanted: Wanted) -> None:
        self._source, self._wanted = source, wanted
        self._left = _MOST

    def placed(self, manifest: Manifest | None, refusal: Refusal) -> Diagnostic:
        found = refusal.diagnostic
        if manifest is None or found.origin is not None:
            return found
        path = fields.known(manifest.data, refusal.field)
        if not self._wanted.compiled:
            text = self._wanted.texts[manifest.file]
            return replace(found, origin=place(text, manifest.file, manifest.number, path))
        if not path or self._left <= 0:
            return found
        self._left -= 1
        return replace(found, origin=self._origin(manifest, path))

    def _origin(self, manifest: Manifest, path: fields.Path) -> Origin | None:
        """Objects are compiled side by side; where values choose another layout, so must be what is tried."""
        given = _absolute(self._source.given)
        layout = f"{manifest.labels.get(BACKEND)}.companions.layout=files"
        beside = replace(given, sets=(*given.sets, layout))
        return self._tried(manifest, path, given) or self._tried(manifest, path, beside)

    def _tried(self, manifest: Manifest, path: fields.Path, given: GivenValues) -> Origin | None:
        from pipegen.app.provenance import Request, provenance

        project = project_of(self._source.target)
        request = Request(_from_root(self._source), self._source.backends, given, None)
        several = any(one.file == manifest.file and one is not manifest for one in self._wanted.manifests)
        where = f"[{manifest.number}]." * several + fields.shown(path)
        try:
            with chdir(project.root):
                found = provenance(manifest.file, where, request, project)
        except PipegenError:
            return None
        marks = (*found.sets, *found.places, *filter(None, (found.task,)))
        return next((one.origin for one in marks if one.origin is not None), None)


def _from_root(source: Source) -> str | None:
    """The target as it is named from the project's root."""
    if source.target is None:
        return None
    target, project = source.target, project_of(source.target)
    module, name = (target, "") if target.endswith(".json") else split(target)
    return from_root(module, project, Path.cwd()) + (f":{name}" if name else "")


def _absolute(given: GivenValues) -> GivenValues:
    pairs = (one.partition("=") for one in given.set_files)
    set_files = tuple(f"{key}={Path(path).resolve()}" for key, _, path in pairs)
    return replace(given, files=tuple(one.resolve() for one in given.files), set_files=set_files)
