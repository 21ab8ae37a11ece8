"""From what a user names to the objects that are to be in the cluster: compiled, or read from manifests."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pipegen.app.configuring import GivenValues
from pipegen.app.gathering import Gathered
from pipegen.app.generating import context_of
from pipegen.app.loading import project_of, read_text
from pipegen.app.places import in_values
from pipegen.app.prepared import Prepared, chosen_backends, prepare
from pipegen.backend import Backend, Context, notes_of
from pipegen.cluster.objects import Manifest, read
from pipegen.dsl.project import Project
from pipegen.emit.files import File
from pipegen.errors import Diagnostic, PipegenError
from pipegen.ir import Pipeline
from pipegen.registry import backend as backend_named

STDIN = "-"
_MANIFESTS = (".yaml", ".yml")
_OTHERS = {
    "kustomization.yaml": "kubectl kustomize {} | pipegen apply -",
    "Chart.yaml": "helm template {} | pipegen apply -",
}


@dataclass(frozen=True, slots=True)
class Source:
    """What a command line names: a target to compile, or manifests."""

    words: tuple[str, ...]
    backends: tuple[str, ...] = ()
    given: GivenValues = field(default_factory=GivenValues)

    @property
    def target(self) -> str | None:
        return self.words[0] if self.words else None

    @property
    def is_compiled(self) -> bool:
        return not any(map(_is_manifest, self.words))


@dataclass(frozen=True, slots=True)
class Wanted:
    """The objects, the text of each file, and what was said while they were made."""

    manifests: tuple[Manifest, ...]
    texts: Mapping[str, str]
    root: Path
    warnings: tuple[Diagnostic, ...] = ()
    compiled: bool = False


def wanted(source: Source) -> Wanted:
    """The objects that a source stands for; PipegenError says all that is wrong with it."""
    if source.is_compiled:
        if len(source.words) > 1:
            message = f"'{source.words[1]}' is one target too many"
            raise PipegenError(
                Diagnostic("PG188", message, None, "apply one target, or manifests, at a time")
            )
        return _compiled(source)
    if source.backends or source.given != GivenValues():
        message = "manifests are applied as they stand, so no backend and no values can be given"
        raise PipegenError(Diagnostic("PG189", message, None, "leave the options out, or name a target"))
    return _read(source.words)


def _is_manifest(word: str) -> bool:
    return word == STDIN or word.endswith(_MANIFESTS) or _is_folder(Path(word))


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):  # no path can be so long, or hold such a character
        return False


def _compiled(source: Source) -> Wanted:
    project = project_of(source.target)
    chosen = _for_a_cluster(source.backends, project)
    prepared = prepare(source.target, project, chosen, source.given)
    prepared.gathered.refuse()
    context = context_of(source.target, project, chosen, GivenValues(), None)
    files = [file for one in _lowered(prepared, context) for file in one]
    prepared.gathered.refuse()
    manifests = tuple(one for file in files for one in read(file.text, file.path))
    texts = {file.path: file.text for file in files}
    return Wanted(manifests, texts, project.root, prepared.gathered.in_order, compiled=True)


def _for_a_cluster(given: Sequence[str], project: Project) -> tuple[str, ...]:
    """The backends that are named; of the project's own, those whose files a cluster takes."""
    chosen = chosen_backends(given, project)
    fit = tuple(name for name in chosen if hasattr(backend_named(name), "objects"))
    unfit = [name for name in chosen if name not in fit]
    if unfit and (given or not fit):
        message = f"backend '{unfit[0]}' makes nothing that a Kubernetes cluster takes"
        raise PipegenError(Diagnostic("PG614", message, None, "say --backend argo or --backend cronjob"))
    return fit


def _lowered(prepared: Prepared, context: Context) -> Iterator[Sequence[File]]:
    assert prepared.values is not None, "nothing may have failed"
    for pipeline in prepared.pipelines:
        for one in prepared.backends:
            config = prepared.values.section(one.name, pipeline.name)
            refused = Gathered()
            yield refused.attempt(_objects, one, pipeline, config, context) or ()
            if not refused.found:
                refused.found.extend(notes_of(one, pipeline, config))
            prepared.gathered.found.extend(in_values(prepared.values, one.name, refused.found))


def _objects(backend: Backend, pipeline: Pipeline, config: Any, context: Context) -> Sequence[File]:
    """The files as a cluster takes them, whatever layout values choose; a method that a backend may have."""
    made: Sequence[File] = getattr(backend, "objects")(pipeline, config, context)  # noqa: B009
    return made


def _read(words: Sequence[str]) -> Wanted:
    gathered = Gathered()
    texts: dict[str, str] = {}
    manifests: list[Manifest] = []
    for word in words:
        for file, text, named in gathered.attempt(_texts, word) or ():
            found = gathered.attempt(read, text, file, skip_others=not named) or []
            manifests += found
            texts[file] = text
    gathered.refuse()
    if not manifests:
        message = f"no Kubernetes objects in {', '.join(repr(one) for one in words)}"
        hint = "pipegen generate --backend argo --out FOLDER writes some"
        raise PipegenError(Diagnostic("PG616", message, None, hint))
    return Wanted(tuple(manifests), texts, Path.cwd())


def _texts(word: str) -> list[tuple[str, str, bool]]:
    """The files that a word names: their names, their texts, and whether they were named one by one."""
    if word == STDIN:
        return [("stdin", sys.stdin.read(), True)]
    path = Path(word)
    if not path.is_dir():
        return [(word, read_text(path, word), True)]
    for name, command in _OTHERS.items():
        if (path / name).is_file():
            message = f"'{word}' holds {name}: its files are not complete in themselves"
            raise PipegenError(Diagnostic("PG617", message, None, command.format(word)))
    files = sorted(one for one in path.iterdir() if one.suffix in _MANIFESTS and one.is_file())
    return [(str(one), read_text(one, str(one)), False) for one in files]
